"""Made-up countries and assessments for tests of the law: every answer is chosen, none is real."""

from __future__ import annotations

from datetime import date

from tutela.core.law.facts import Confidence, Country, Fact, Source, SourceKind, Value
from tutela.core.terms import assessment
from tutela.core.terms.assessment import Assessed

DAY = date(2026, 6, 1)
CODE = "QM"
"""ISO 3166-1 leaves it to users: no country will ever have it."""


def source(
    title: str = "Code of a made-up country", year: int = 2020, kind: SourceKind = "statute"
) -> Source:
    return Source(title, year, "https://law.example.org/code", kind)


def fact(
    criterion: str,
    value: Value,
    *,
    confidence: Confidence = "high",
    year: int = 2020,
    kind: SourceKind = "statute",
    begins: date | None = None,
    ends: date | None = None,
) -> Fact:
    return Fact(criterion, value, "", source(year=year, kind=kind), confidence, begins, ends)


def made_up(answers: dict[str, Value] | None = None, *facts: Fact) -> Country:
    """Return a country whose law answers as given; everything else is unknown."""
    plain = [fact(criterion, value) for criterion, value in (answers or {}).items()]
    return Country(CODE, "Made-up", "გამოგონილი", (*plain, *facts))


def disputed(criterion: str, *values: Value) -> tuple[Fact, ...]:
    """Return facts of equal weight that say different things."""
    return tuple(fact(criterion, value) for value in values)


def assessed(**codes: str) -> Assessed:
    """Return an assessment; what is not given is a baseline photograph, the rest unclear."""
    given = {
        "reality": "photo_video",
        "age_band": "7_10",
        "category": "baseline",
        "series_known": "unclear",
        "self_generated": "unclear",
        "livestream": "unclear",
        "commercial": "unclear",
    }
    return assessment.from_codes(given | codes)
