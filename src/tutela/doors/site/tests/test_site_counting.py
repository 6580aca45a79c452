"""Promises about counting: as many as allowed within any hour, and nothing remembered after two."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tutela.doors.site.counting import HourCounts

START = "2026-03-01T08:00:00Z"


def test_each_kind_and_each_key_counts_by_itself() -> None:
    counts = HourCounts()
    assert [counts.count("report", "a", most=2) for _ in range(3)] == [True, True, False]
    assert counts.count("report", "b", most=2)
    assert counts.count("open", "a", most=2)


def test_what_was_refused_does_not_count() -> None:
    counts = HourCounts()
    with time_machine.travel(START, tick=False) as now:
        assert [counts.count("report", "a", most=1) for _ in range(50)].count(True) == 1
        now.shift(3600 * 1.5)
        assert counts.count("report", "a", most=1)


def test_the_hour_before_weighs_less_with_every_minute() -> None:
    with time_machine.travel(START, tick=False) as now:
        counts = HourCounts()
        assert all(counts.count("report", "a", most=10) for _ in range(10))
        now.shift(3600)
        assert not counts.count("report", "a", most=10)
        now.shift(1801)
        passed = [counts.count("report", "a", most=10) for _ in range(10)].count(True)
        assert passed == 6


def test_after_two_hours_nothing_is_kept() -> None:
    with time_machine.travel(START, tick=False) as now:
        counts = HourCounts()
        for number in range(1000):
            counts.count("report", str(number), most=1)
        assert len(counts) == 1000
        now.shift(3600)
        counts.count("report", "a", most=1)
        assert len(counts) == 1001
        now.shift(3600)
        counts.count("report", "b", most=1)
        assert len(counts) == 2


def test_many_at_once_are_counted_one_by_one() -> None:
    counts, begin = HourCounts(), threading.Barrier(8)

    def some(_: int) -> int:
        begin.wait()
        return [counts.count("report", "a", most=500) for _ in range(200)].count(True)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(some, range(8))) == 500


@given(st.lists(st.integers(min_value=0, max_value=2000), max_size=60), st.integers(1, 5))
def test_no_clock_hour_ever_passes_more_than_allowed(pauses: list[int], most: int) -> None:
    counts, passed = HourCounts(), {}
    with time_machine.travel(START, tick=False) as now:
        second = 0
        for pause in pauses:
            now.shift(pause)
            second += pause
            if counts.count("report", "a", most=most):
                passed[second // 3600] = passed.get(second // 3600, 0) + 1
    assert all(number <= most for number in passed.values())
