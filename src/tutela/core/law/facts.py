"""One answer of one country's law, with the source in which it was read.

An answer without a source is no fact. What a source does not say is absent: there is no fact for "unknown",
and ``False`` is only where a source says no.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Value = bool | int | str
"""``True``, ``False``, ``"partial"``, a number, or a text, by the type of the criterion."""
Confidence = Literal["high", "medium", "low"]
SourceKind = Literal["statute", "judgment", "record", "commentary"]
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")
KINDS: tuple[SourceKind, ...] = ("statute", "judgment", "record", "commentary")
"""Best first: a text of law, a court's reading of it, an official or international list, everything else."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read; ``year`` is that of the edition."""

    title: str
    year: int
    url: str
    kind: SourceKind = "commentary"

    @property
    def can_be_opened(self) -> bool:
        """Whether a person can check it on the web; a ``urn:`` marks a stored file, only a lead."""
        return self.url.startswith("http")


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer. Without a date of its own it speaks for the time from its source's edition onwards."""

    criterion_id: str
    value: Value
    detail: str
    source: Source
    confidence: Confidence
    in_force_from: date | None = None
    in_force_to: date | None = None

    @property
    def begins(self) -> date:
        """The first day that the fact speaks for."""
        return self.in_force_from or date(self.source.year, 1, 1)

    def speaks_for(self, on_date: date) -> bool:
        """Whether the fact says something about that day: a text of 2022 says nothing about 2010."""
        return self.begins <= on_date and (self.in_force_to is None or on_date <= self.in_force_to)


@dataclass(frozen=True, slots=True, eq=False)
class Country:
    """A country or territory of ISO 3166-1 with all that is known; ``facts`` may be empty.

    Compared by identity: answers are remembered by country, and comparing all facts would cost more.
    """

    code: str
    name_en: str
    name_ka: str
    facts: tuple[Fact, ...] = ()

    def name(self, language: str = "en") -> str:
        """Return the name for a language code, English when there is none."""
        return self.name_ka if language.partition("-")[0].lower() == "ka" else self.name_en
