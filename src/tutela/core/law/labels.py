"""What people read for a code of the law: English and Georgian, as data that lawyers correct."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tutela.core.terms.labels import Label, load

PATH = Path(__file__).parent / "data" / "labels.csv"


@cache
def _loaded() -> dict[tuple[str, str], Label]:
    return load(PATH)


def label(group: str, code: str, language: str = "en") -> str:
    """Return the text for ``code`` of ``group``: ``ka`` for ``ka-GE``, English for a language without labels.

    Raises:
        KeyError: there is no such code in that group.
    """
    text = _loaded()[group, code].text
    return text.get(language.partition("-")[0].lower(), text["en"])


def labels_of(group: str) -> tuple[Label, ...]:
    """Return the labels of ``group`` in the order of the file."""
    return tuple(entry for (name, _), entry in _loaded().items() if name == group)
