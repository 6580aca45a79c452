"""Promises of the exposure clock with real rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases.errors import ExposureStop, NoSuchItem
from tutela.apps.cases.models import Exposure
from tutela.apps.ledger import queries as ledger_queries
from tutela.core.kernel import ids
from tutela.core.kernel.errors import NotPermitted

MORNING = datetime(2026, 3, 4, 8, tzinfo=UTC)


@pytest.fixture
def at() -> Iterator[Any]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield lambda minutes: traveller.move_to(MORNING + timedelta(minutes=minutes))


def watch(desk: Any, at: Any, item_id: Any, start: float, minutes: int) -> None:
    """Have the item open from ``start`` on, beating twice a minute."""
    at(start)
    cases.open_exposure(by=desk.analyst, item_id=item_id)
    for half in range(1, minutes * 2 + 1):
        at(start + half / 2)
        cases.beat_exposure(by=desk.analyst, item_id=item_id)
    cases.close_exposure(by=desk.analyst, item_id=item_id)


def minutes(desk: Any) -> int:
    return case_queries.exposure_today(desk.analyst.id, by=desk.analyst).minutes


def test_minutes_are_counted_while_an_item_is_open(desk: Any, at: Any) -> None:
    _, item_id = desk.reported()
    watch(desk, at, item_id, 0, 5)
    at(60)
    assert minutes(desk) == 5


def test_two_items_in_two_tabs_are_one_clock(desk: Any, at: Any) -> None:
    items = [desk.reported()[1] for _ in range(2)]
    for half in range(21):
        at(half / 2)
        for item_id in items:
            cases.beat_exposure(by=desk.analyst, item_id=item_id)
    assert minutes(desk) == 10


def test_a_tab_left_open_counts_one_minute_more_and_no_longer(desk: Any, at: Any) -> None:
    _, item_id = desk.reported()
    cases.open_exposure(by=desk.analyst, item_id=item_id)
    at(600)
    assert minutes(desk) == 1


def test_a_tab_that_slept_does_not_count_its_sleep(desk: Any, at: Any) -> None:
    _, item_id = desk.reported()
    cases.open_exposure(by=desk.analyst, item_id=item_id)
    at(120)
    cases.beat_exposure(by=desk.analyst, item_id=item_id)
    at(121)
    cases.close_exposure(by=desk.analyst, item_id=item_id)
    assert minutes(desk) == 2
    assert Exposure.objects.count() == 2


def test_a_break_is_due_and_taken(desk: Any, at: Any, node: Any) -> None:
    node(desk={"exposure_break_after_minutes": 3})
    _, item_id = desk.reported()
    watch(desk, at, item_id, 0, 3)
    assert case_queries.exposure_today(desk.analyst.id, by=desk.analyst).break_due
    at(13)
    assert not case_queries.exposure_today(desk.analyst.id, by=desk.analyst).break_due


def test_the_limit_stops_opening_claiming_assessing_and_giving_out_addresses(
    desk: Any, at: Any, node: Any, assessed: Any
) -> None:
    node(desk={"exposure_minutes_a_day": 2})
    _, item_id = desk.reported()
    watch(desk, at, item_id, 0, 2)
    at(30)
    for refused in (
        lambda: cases.open_exposure(by=desk.analyst, item_id=item_id),
        lambda: cases.claim_item(by=desk.analyst, item_id=item_id),
        lambda: desk.assess(desk.analyst, item_id),
        lambda: cases.reveal_address(by=desk.analyst, item_id=item_id),
    ):
        with pytest.raises(ExposureStop) as refusal:
            refused()
        assert (refusal.value.minutes, refusal.value.limit) == (2, 2)
    assert cases.beat_exposure(by=desk.analyst, item_id=item_id).stopped
    stops = ledger_queries.latest_lines(kind="exposure_stopped")
    assert [(line.actor, line.about_id, line.facts) for line in stops] == [("node", desk.analyst.id, {})]
    cases.claim_item(by=desk.second, item_id=item_id)
    at(24 * 60)
    desk.decide(desk.second, item_id, "close", "other")
    cases.open_exposure(by=desk.analyst, item_id=item_id)


def test_the_day_ends_at_midnight_of_the_desk(desk: Any, at: Any, node: Any) -> None:
    node(time_zone="Asia/Tbilisi", desk={"exposure_minutes_a_day": 2})
    _, item_id = desk.reported()
    watch(desk, at, item_id, 0, 2)
    with pytest.raises(ExposureStop):
        cases.open_exposure(by=desk.analyst, item_id=item_id)
    at(12 * 60 + 1)
    cases.open_exposure(by=desk.analyst, item_id=item_id)


def test_a_day_is_seen_by_its_person_and_the_welfare_lead_alone(desk: Any, at: Any) -> None:
    _, item_id = desk.reported()
    watch(desk, at, item_id, 0, 3)
    assert case_queries.exposure_today(desk.analyst.id, by=desk.welfare_lead).minutes == 3
    for other in (desk.second, desk.coordinator, desk.auditor):
        with pytest.raises(NotPermitted):
            case_queries.exposure_today(desk.analyst.id, by=other)
        with pytest.raises(NotPermitted):
            case_queries.exposure_of_all(date(2026, 3, 4), by=other)
    everybody = case_queries.exposure_of_all(date(2026, 3, 4), by=desk.welfare_lead)
    assert [(one.person_id, one.day.minutes) for one in everybody] == [(desk.analyst.id, 3)]
    assert case_queries.exposure_of_all(date(2026, 3, 5), by=desk.welfare_lead) == []


def test_there_is_no_clock_for_an_item_that_does_not_exist(desk: Any) -> None:
    with pytest.raises(NoSuchItem):
        cases.open_exposure(by=desk.analyst, item_id=ids.new_id())
    cases.beat_exposure(by=desk.analyst, item_id=ids.new_id())
    assert not Exposure.objects.exists()
