"""The time limits that a letter names: what the law of the country where an item lies says, as it was read.

Only what a source states with some confidence is put before a company as its law. Where nobody knows, the
letter names no limit; it asks for removal all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tutela.core.law.countries import country as country_of
from tutela.core.law.errors import UnknownCountry
from tutela.core.law.powers import Duty, duties

TimerKind = Literal["removal", "preservation"]


@dataclass(frozen=True, slots=True)
class Timer:
    """One limit of one country; ``until`` counts from the letter."""

    country: str
    kind: TimerKind
    amount: int
    until: datetime
    source: str
    year: int

    def country_name(self, language: str) -> str:
        """Return the country's name in the language of the letter."""
        return country_of(self.country).name(language)


def timers(countries: Iterable[str], at: datetime) -> tuple[Timer, ...]:
    """Return what the law of each country says, each country once, in the order given."""
    found: list[Timer] = []
    for code in dict.fromkeys(code.upper() for code in countries if code):
        try:
            law = duties(code, at.date())
        except UnknownCountry:
            continue
        found += _timer(code, "removal", law.removal_hours, timedelta(hours=1), at)
        found += _timer(code, "preservation", law.preserve_days, timedelta(days=1), at)
    return tuple(found)


def _timer(code: str, kind: TimerKind, duty: Duty | None, unit: timedelta, at: datetime) -> list[Timer]:
    if duty is None or duty.confidence == "low" or isinstance(duty.value, bool):
        return []
    if not isinstance(duty.value, int):
        return []
    until = at + duty.value * unit
    return [Timer(code, kind, duty.value, until, duty.source.title, duty.source.year)]
