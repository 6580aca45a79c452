"""Promises about being told once: one change, one line, one word to the reporter; the latest are asked."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tutela.apps.cases import queries as case_queries
from tutela.apps.cases.actions import _afterwards
from tutela.core.kernel import clock

pytestmark = pytest.mark.django_db


def test_a_closed_report_that_is_woken_by_a_known_place_is_opened_once_and_its_reporter_told_once(
    desk: Any,
) -> None:
    reporter, mine = desk.reported()
    _, other = desk.reported()
    desk.remove(mine)
    desk.remove(other)
    report_id = case_queries.reports_of_item(mine)[0].id
    assert case_queries.report(report_id).state == "closed"
    before = reporter.states()
    reporter.adds(places=case_queries.item(other).canonical, more="it is there as well")
    assert case_queries.report(report_id).state == "open"
    assert desk.lines(report_id).count("report_reopened") == 1
    assert reporter.states()[len(before) :] == ["being_looked_at"]


def test_of_very_many_reporters_the_latest_who_come_back_are_asked(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_afterwards, "TOLD_AT_ONCE", 2)
    monkeypatch.setattr(sys.modules["tutela.apps.cases.actions.decide_item"], "MOST_ASKED", 2)
    first, item_id = desk.reported()
    place, reporters = case_queries.item(item_id).canonical, [first]
    for number in range(1, 5):
        with time_machine.travel(clock.now() + timedelta(minutes=number), tick=False):
            reporters.append(type(first)())
            reporters[-1].reports(place, wish="nothing" if number == 4 else "code")
    desk.decide(desk.analyst, item_id, "ask_reporter", text="Which day was it?")
    asked = [any(one["kind"] == "question" for one in reporter.told()) for reporter in reporters]
    assert asked == [False, False, True, True, False]
