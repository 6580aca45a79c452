"""For how long a provider in a country can be asked to keep data as they are, and what that stands on.

The number is a proposal with its source. Where no law that was read names one, it is the most that the
Convention on Cybercrime lets a party order at a time (article 16(2): ninety days, which may be renewed).
Whether the country is a party is said with it, because otherwise it is practice and binds nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tutela.core.law import countries as law
from tutela.core.law import standards
from tutela.core.law.facts import Source
from tutela.core.law.powers import duties

CONVENTION_DAYS = 90
ARTICLE = "16(2)"
CRITERION = "R-PRESERVEDAYS"
MOST_SOURCE = 500

Ground = Literal["law", "convention", "practice"]
"""The country's own law names the days; it is a party to the Convention; nothing was read that says so."""


@dataclass(frozen=True, slots=True)
class Period:
    """``days`` are proposed; fewer may be asked for, more than ``most`` may not."""

    country: str
    days: int
    most: int
    ground: Ground
    criterion: str
    article: str
    source: Source
    secret: bool

    @property
    def cited(self) -> str:
        """Return the provision in one line, as a request prints it."""
        text = f"{self.article}: {self.source.title} ({self.source.year}), {self.source.url}"
        return " ".join(text.split())[:MOST_SOURCE]


def period_in(country: str | law.Country, on_date: date) -> Period:
    """Return the period for a provider in ``country``.

    Raises:
        UnknownCountry, DateBeforeLaw: the question cannot be asked.
    """
    of = law.country(country) if isinstance(country, str) else country
    found = duties(of, on_date)
    # A source that says that whom it is about must not be told is a reason to propose secrecy.
    secret = found.must_not_tell.value is True
    days = found.preserve_days
    if days is not None and isinstance(days.value, int):
        detail = days.detail or days.criterion_id
        return Period(of.code, days.value, days.value, "law", CRITERION, detail, days.source, secret)
    convention = standards.standard("budapest")
    bound = convention.party is not None and law.known(of, convention.party, on_date).value is True
    ground: Ground = "convention" if bound else "practice"
    article = f"{convention.short}, article {ARTICLE}"
    return Period(of.code, CONVENTION_DAYS, CONVENTION_DAYS, ground, "", article, convention.source, secret)
