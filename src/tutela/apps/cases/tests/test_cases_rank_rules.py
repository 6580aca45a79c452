"""Promises of the order of the queue, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.apps.cases import rules

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR_AGO = NOW - timedelta(hours=1)


def facts(*reasons: str, received_at: datetime = HOUR_AGO) -> rules.RankFacts:
    return rules.RankFacts(
        danger_now="danger_now" in reasons,
        self_report="self_report" in reasons,
        assessed_before="new" not in reasons,
        hosted_here="hosted_here" in reasons,
        returned="came_back" in reasons,
        received_at=received_at,
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("danger_now",), ("self_report", "new", "hosted_here", "came_back")),
        (("self_report",), ("new", "hosted_here", "came_back")),
        (("new",), ("hosted_here", "came_back")),
        (("hosted_here",), ("came_back",)),
        (("came_back",), ()),
        (("danger_now", "came_back"), ("danger_now",)),
        (("danger_now", "self_report"), ("danger_now", "new", "hosted_here", "came_back")),
    ],
)
def test_a_graver_reason_outweighs_all_lighter_ones_and_any_age(
    first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    young = rules.rank(facts(*first, received_at=NOW), NOW)[0]
    old = rules.rank(facts(*second, received_at=datetime(1990, 1, 1, tzinfo=UTC)), NOW)[0]
    assert young < old


def test_for_the_same_reasons_the_older_comes_first() -> None:
    older = rules.rank(facts("new", received_at=NOW - timedelta(milliseconds=2)), NOW)[0]
    younger = rules.rank(facts("new", received_at=NOW - timedelta(milliseconds=1)), NOW)[0]
    assert older < younger


def test_the_reasons_are_named_the_gravest_first() -> None:
    everything = facts("came_back", "new", "danger_now", "hosted_here", "self_report")
    assert rules.rank(everything, NOW)[1] == ("danger_now", "self_report", "new", "hosted_here", "came_back")


@pytest.mark.parametrize(("hours", "named"), [(0, False), (23, False), (24, True), (24 * 400, True)])
def test_age_is_named_from_one_full_day_on(hours: int, named: bool) -> None:
    _, reasons = rules.rank(facts("new", received_at=NOW - timedelta(hours=hours)), NOW)
    assert (reasons[-1:] == ("age_days",)) is named


def test_a_rank_fits_every_database_and_every_json() -> None:
    highest = rules.rank(facts(received_at=datetime(9999, 12, 31, tzinfo=UTC)), NOW)[0]
    assert 0 < highest < 2**53


moments = st.integers(0, 80 * 365 * 86_400_000).map(
    lambda milliseconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
)
any_facts = st.builds(
    rules.RankFacts,
    danger_now=st.booleans(),
    self_report=st.booleans(),
    assessed_before=st.booleans(),
    hosted_here=st.booleans(),
    returned=st.booleans(),
    received_at=moments,
)


@given(st.lists(any_facts, max_size=30))
def test_the_order_of_rows_is_always_the_order_of_their_reasons(rows: list[rules.RankFacts]) -> None:
    by_rank = sorted(rows, key=lambda row: rules.rank(row, NOW)[0])

    def explained(row: rules.RankFacts) -> tuple[tuple[bool, ...], datetime]:
        shown = rules.rank(row, NOW)[1]
        return tuple(code not in shown for code in rules.CLASS_REASONS), int(
            row.received_at.timestamp() * 1000
        )

    assert [explained(row) for row in by_rank] == sorted(map(explained, rows))


@given(any_facts, moments)
def test_a_stored_rank_stays_right_however_long_it_is_stored(row: rules.RankFacts, later: datetime) -> None:
    assert rules.rank(row, NOW)[0] == rules.rank(row, later)[0]


@given(st.integers(0, 31))
def test_a_class_and_its_reasons_say_the_same(number: int) -> None:
    assert rules.class_of(facts(*rules.reasons_of_class(number))) == number
