"""Promises of the kernel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine

from tutela.core.kernel import clock, ids


def test_an_id_carries_its_millisecond_and_version() -> None:
    with time_machine.travel(datetime(2026, 3, 4, 10, 15, tzinfo=UTC), tick=False):
        made = ids.new_id()
    assert made.version == 7
    assert made.int >> 80 == int(datetime(2026, 3, 4, 10, 15, tzinfo=UTC).timestamp() * 1000)


def test_ids_made_later_sort_later() -> None:
    with time_machine.travel(datetime(2026, 3, 4, tzinfo=UTC), tick=False) as traveller:
        made = []
        for _ in range(50):
            made.append(ids.new_id())
            traveller.shift(timedelta(milliseconds=1))
    assert made == sorted(made)


def test_ids_of_one_millisecond_sort_in_the_order_they_were_made() -> None:
    with time_machine.travel(datetime(2026, 3, 4, tzinfo=UTC), tick=False):
        made = [ids.new_id() for _ in range(500)]
    assert made == sorted(made)
    assert len(set(made)) == 500
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}


def test_a_moment_survives_the_way_to_text_and_back() -> None:
    moment = datetime(2026, 3, 4, 14, 15, 1, 5, tzinfo=timezone(timedelta(hours=4)))
    assert clock.to_text(moment) == "2026-03-04T10:15:01.000005Z"
    assert clock.from_text(clock.to_text(moment)) == moment


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.to_text(datetime(2026, 3, 4))  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        clock.from_text("2026-03-04T10:15:00")
