"""How long data can be asked to be kept: with the article, and never more than what it names."""

from __future__ import annotations

from datetime import date

import pytest

from tutela.core.law import countries
from tutela.core.law.errors import UnknownCountry
from tutela.core.law.facts import Country
from tutela.core.law.preserving import MOST_SOURCE, period_in

DAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("country", "on_date", "days", "ground"),
    [
        ("US", DAY, 365, "law"),
        ("US", date(2024, 1, 1), 90, "law"),
        ("CA", DAY, 21, "law"),
        ("GE", DAY, 90, "convention"),
    ],
)
def test_a_period_comes_with_what_it_stands_on(country: str, on_date: date, days: int, ground: str) -> None:
    period = period_in(country, on_date)
    assert (period.days, period.most, period.ground) == (days, days, ground)
    assert period.cited


def test_where_nothing_was_read_it_is_called_practice() -> None:
    period = period_in(Country("ZZ", "Nowhere", "არსად"), DAY)
    assert (period.ground, period.days) == ("practice", 90)
    assert "16(2)" in period.cited


def test_every_country_has_a_period_that_fits_into_a_request() -> None:
    for country in countries.countries():
        period = period_in(country, DAY)
        assert 1 <= period.days <= period.most <= 3660
        assert 0 < len(period.cited) <= MOST_SOURCE


def test_a_country_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownCountry):
        period_in("XX", DAY)
