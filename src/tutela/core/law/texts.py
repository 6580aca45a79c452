"""A text that people read, in every language of the product; data, because lawyers correct it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """``str()`` gives English; :meth:`in_language` gives Georgian for ``ka`` and ``ka-GE``."""

    en: str
    ka: str

    def __str__(self) -> str:
        return self.en

    def in_language(self, language: str) -> str:
        """Return the text for a language code, English when there is none."""
        return self.ka if language.partition("-")[0].lower() == "ka" else self.en
