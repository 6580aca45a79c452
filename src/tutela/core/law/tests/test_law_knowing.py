"""Which source speaks when several do, and for which day."""

from __future__ import annotations

from datetime import date

import pytest

from tutela.core.law import countries, knowing
from tutela.core.law.errors import UnknownCountry, UnknownCriterion
from tutela.core.law.facts import Fact
from tutela.testing.laws import DAY, disputed, fact, made_up


def settle(*facts: Fact) -> knowing.Known:
    return knowing.settle("O-POSSESS", facts, DAY)


def test_confidence_goes_before_the_year_and_the_year_before_the_kind() -> None:
    sure_and_old = fact("O-POSSESS", True, confidence="high", year=2005, kind="commentary")
    newer = fact("O-POSSESS", False, confidence="medium", year=2025)
    assert settle(newer, sure_and_old).value is True
    older_statute = fact("O-POSSESS", True, confidence="medium", year=2024)
    newer_note = fact("O-POSSESS", False, confidence="medium", year=2025, kind="commentary")
    assert settle(older_statute, newer_note).value is False


def test_a_text_of_law_goes_before_what_others_say_of_it() -> None:
    kinds = ("commentary", "record", "judgment", "statute")
    values = (False, False, "partial", True)
    facts = [fact("O-POSSESS", value, kind=kind) for value, kind in zip(values, kinds, strict=True)]  # type: ignore[arg-type]
    known = settle(*facts)
    assert (known.value, known.status) == (True, "known")
    assert [one.source.kind for one in known.facts] == ["statute", "judgment", "record", "commentary"]
    assert [one.value for one in known.differing] == ["partial", False, False]


def test_level_sources_that_differ_are_a_dispute_and_both_are_shown() -> None:
    known = settle(*disputed("O-POSSESS", True, False))
    assert (known.value, known.status) == (None, "disputed")
    assert {one.value for one in known.differing} == {True, False}
    assert settle(*disputed("O-POSSESS", True, True)).status == "known"


def test_nothing_is_unknown_and_has_no_source() -> None:
    known = settle()
    assert (known.value, known.status, known.fact, known.source) == (None, "unknown", None, None)


@pytest.mark.parametrize(
    ("on", "speaks"),
    [
        (date(2019, 12, 31), False),
        (date(2020, 1, 1), True),
        (date(2026, 1, 1), True),
    ],
)
def test_without_a_date_a_fact_speaks_from_the_year_of_its_source(on: date, speaks: bool) -> None:
    assert fact("O-POSSESS", True).speaks_for(on) is speaks


def test_a_fact_with_dates_speaks_between_them_both_days_included() -> None:
    one = fact("O-POSSESS", True, year=2025, begins=date(2010, 3, 1), ends=date(2012, 3, 1))
    days = [date(2010, 2, 28), date(2010, 3, 1), date(2012, 3, 1), date(2012, 3, 2)]
    assert [one.speaks_for(day) for day in days] == [False, True, True, False]


def test_every_country_of_the_standard_is_a_country_even_when_nothing_is_known() -> None:
    assert countries.country("aq").facts == ()
    assert countries.country("ge").name("ka-GE") == "საქართველო"
    assert len(countries.countries()) == 249
    for code in ("XX", "EU", "ZZ", "", "GEO", "../GE"):
        with pytest.raises(UnknownCountry):
            countries.country(code)


def test_an_unknown_question_is_refused() -> None:
    with pytest.raises(UnknownCriterion):
        countries.known("GE", "D-EVERYTHING", DAY)
    assert countries.known(made_up({"D-AGE": 16}), "D-AGE", DAY).value == 16


def test_the_cells_in_which_sources_differ_are_settled_by_the_rule() -> None:
    day = date(2026, 11, 23)
    cells = {
        ("GB", "H-LAWFUL"): ["partial", True],
        ("SG", "T-OPSC"): ["partial", False],
        ("UA", "O-PRODUCE"): ["partial", True],
        ("ZA", "L-SPECIFIC"): [True, "partial"],
    }
    for (code, criterion), values in cells.items():
        known = countries.known(code, criterion, day)
        assert [one.value for one in known.facts] == values
        assert (known.value, known.status) == (values[0], "known")
        assert len(known.differing) == 1


def test_dates_that_a_source_names_are_respected() -> None:
    days = [date(2024, 5, 6), date(2024, 5, 7)]
    assert [countries.known("US", "R-PRESERVEDAYS", day).value for day in days] == [90, 365]
    assert countries.known("AM", "T-LANZAROTE", date(2020, 12, 31)).status == "unknown"
    assert countries.known("AM", "T-LANZAROTE", date(2021, 1, 1)).value is True
