"""Promises of the exposure clock, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.apps.cases import rules

DAY = date(2026, 3, 4)
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
TBILISI = "Asia/Tbilisi"


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def closed(start: float, end: float) -> rules.Span:
    return rules.Span(at(start), at(end), at(end))


def day(
    *spans: rules.Span, now: datetime, limit: int = 300, break_after: int = 60, zone: str = "UTC"
) -> rules.Day:
    return rules.overview(
        spans, day=rules.day_of(now, zone), zone=zone, now=now, limit=limit, break_after=break_after
    )


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ([], 0),
        ([(0, 30)], 30),
        ([(0, 30), (0, 30)], 30),
        ([(0, 30), (10, 40)], 40),
        ([(0, 30), (30, 60)], 60),
        ([(0, 30), (45, 60)], 45),
        ([(0, 60), (10, 20), (70, 71)], 61),
        ([(10, 10)], 0),
    ],
)
def test_two_tabs_do_not_count_double(spans: list[tuple[int, int]], minutes: int) -> None:
    assert day(*(closed(*span) for span in spans), now=at(200)).minutes == minutes


def test_an_abandoned_tab_counts_until_its_last_beat_and_one_minute_more() -> None:
    left_open = rules.Span(at(0), at(10), None)
    assert day(left_open, now=at(10)).minutes == 10
    assert day(left_open, now=at(10.5)).minutes == 10
    assert day(left_open, now=at(500)).minutes == 11


def test_a_tab_closed_long_after_its_last_beat_counts_no_longer_than_an_abandoned_one() -> None:
    assert day(rules.Span(at(0), at(10), at(90)), now=at(100)).minutes == 11


def test_a_span_over_midnight_belongs_to_both_days() -> None:
    midnight = datetime(2026, 3, 4, 20, tzinfo=UTC)  # 00:00 of the fifth in Tbilisi
    ended = midnight + timedelta(minutes=30)
    span = rules.Span(midnight - timedelta(minutes=20), ended, ended)
    before, after = (
        rules.overview([span], day=day, zone=TBILISI, now=ended, limit=300, break_after=60)
        for day in (date(2026, 3, 4), date(2026, 3, 5))
    )
    assert (before.minutes, after.minutes) == (20, 30)


def test_the_day_begins_at_midnight_of_the_desk_and_not_of_utc() -> None:
    late = datetime(2026, 3, 4, 21, tzinfo=UTC)
    assert rules.day_of(late, "UTC") == date(2026, 3, 4)
    assert rules.day_of(late, TBILISI) == date(2026, 3, 5)


@pytest.mark.parametrize(("change", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (DAY, 24)])
def test_a_day_has_the_hours_that_the_clocks_give_it(change: date, hours: int) -> None:
    starts, ends = rules.day_bounds(change, "Europe/Brussels")
    assert ends - starts == timedelta(hours=hours)


def test_a_break_is_due_after_an_hour_without_one() -> None:
    assert not day(closed(0, 59), now=at(59)).break_due
    assert day(closed(0, 60), now=at(60)).break_due
    assert day(closed(0, 30), closed(35, 65), now=at(65)).break_due


def test_a_pause_of_ten_minutes_is_a_break() -> None:
    rested = day(closed(0, 59), closed(69, 100), now=at(100))
    assert (rested.minutes, rested.minutes_since_break, rested.break_due) == (90, 31, False)
    assert not day(closed(0, 90), now=at(100)).break_due


def test_the_limit_stops() -> None:
    assert not day(closed(0, 299), now=at(299)).stopped
    assert day(closed(0, 300), now=at(300)).stopped


spans = st.lists(
    st.tuples(st.integers(0, 1440), st.integers(0, 200)).map(lambda pair: closed(pair[0], pair[0] + pair[1])),
    max_size=25,
)


@given(spans)
def test_the_union_counts_every_minute_with_anything_open_exactly_once(found: list[rules.Span]) -> None:
    merged = rules.union((span.opened_at, span.ends_at(at(5000))) for span in found)
    covered = {
        minute
        for span in found
        for minute in range(
            int((span.opened_at - NOON) / timedelta(minutes=1)),
            int((span.ends_at(at(5000)) - NOON) / timedelta(minutes=1)),
        )
    }
    assert rules.minutes_between(merged) == len(covered)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(merged))


@given(spans, spans)
def test_another_tab_never_makes_the_day_shorter(found: list[rules.Span], more: list[rules.Span]) -> None:
    def minutes(some: list[rules.Span]) -> int:
        return rules.overview(some, day=DAY, zone="UTC", now=at(5000), limit=300, break_after=60).minutes

    assert minutes(found) <= minutes(found + more) <= 24 * 60
