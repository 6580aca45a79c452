"""Promises about what the worker finds out."""

from __future__ import annotations

from typing import Any

import pytest

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases.errors import NothingToReopen, ReasonNotOffered


def test_a_report_goes_its_whole_way(desk: Any) -> None:
    reporter, item_id = desk.reported()
    cases.claim_item(by=desk.analyst, item_id=item_id)
    desk.settle(item_id)
    desk.decide(desk.analyst, item_id, "notify")
    cases.record_noticed(item_id=item_id)
    assert desk.state(item_id) == "noticed"
    assert cases.record_gone(item_id=item_id).state == "closed"
    assert case_queries.item(item_id).outcome == "removed"
    assert reporter.states() == ["received", "being_looked_at", "notice_sent", "removed", "closed"]
    assert desk.lines(item_id) == [
        "item_received",
        "item_claimed",
        "item_assessed",
        "item_second_look",
        "item_assessed",
        "item_settled",
        "item_decided",
        "item_noticed",
        "item_gone",
        "item_closed",
    ]


def test_gone_twice_is_gone_once(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.remove(item_id)
    lines = desk.lines(item_id)
    assert not cases.record_gone(item_id=item_id).changed
    assert desk.lines(item_id) == lines


@pytest.mark.parametrize("grave", [{"danger_now": True}, {"worry": "about_me"}])
def test_what_concerns_a_child_is_closed_by_a_person(desk: Any, grave: dict[str, Any]) -> None:
    reporter, item_id = desk.reported(**grave)
    desk.notice(item_id)
    assert cases.record_gone(item_id=item_id).state == "deciding"
    assert case_queries.item(item_id).look == "missing"
    assert reporter.states()[-1] == "removed"
    desk.decide(desk.analyst, item_id, "close", "removed")
    assert reporter.states()[-1] == "closed"


def test_what_nobody_assessed_does_not_close_because_it_is_gone(desk: Any) -> None:
    reporter, item_id = desk.reported()
    assert cases.record_gone(item_id=item_id).state == "waiting"
    assert not cases.record_gone(item_id=item_id).changed
    assert desk.lines(item_id) == ["item_received", "item_gone"]
    assert reporter.states() == ["received"]


def test_what_comes_back_comes_back_to_deciding_with_its_old_assessment(desk: Any) -> None:
    reporter, item_id = desk.reported()
    desk.remove(item_id)
    assert cases.record_returned(item_id=item_id).state == "deciding"
    seen = case_queries.item(item_id)
    assert (seen.category, seen.returned, seen.reasons) == ("baseline", True, ("came_back",))
    assert case_queries.reports_of_item(item_id)[0].state == "open"
    assert reporter.states()[-1] == "came_back"
    desk.decide(desk.analyst, item_id, "notify")
    cases.record_noticed(item_id=item_id)
    cases.record_gone(item_id=item_id)
    assert reporter.states()[-4:] == ["came_back", "notice_sent", "removed", "closed"]
    assert not case_queries.item(item_id).returned


def test_reachable_is_no_return_when_it_never_was_gone(desk: Any) -> None:
    reporter, item_id = desk.reported()
    desk.notice(item_id)
    cases.record_returned(item_id=item_id)
    assert (desk.state(item_id), case_queries.item(item_id).look) == ("noticed", "reachable")
    assert "came_back" not in reporter.states()


def test_unclear_goes_to_a_person_once(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.notice(item_id)
    assert cases.record_unclear(item_id=item_id).state == "deciding"
    assert not cases.record_unclear(item_id=item_id).changed
    assert case_queries.queue(case_queries.QueueFilters(state="deciding", unclear=True)).rows[0].id == item_id
    desk.decide(desk.analyst, item_id, "close", "not_reachable")
    assert case_queries.item(item_id).outcome == "not_reachable"


def test_a_notice_that_left_is_recorded_whatever_the_desk_did_meanwhile(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.settle(item_id)
    desk.decide(desk.analyst, item_id, "notify")
    cases.undo_decision(by=desk.analyst, item_id=item_id)
    desk.decide(desk.analyst, item_id, "close", "other")
    assert cases.record_noticed(item_id=item_id).state == "closed"
    assert case_queries.item(item_id).noticed_at is not None


def test_an_item_is_taken_up_again_for_a_reason(desk: Any) -> None:
    reporter, item_id = desk.reported()
    with pytest.raises(NothingToReopen):
        cases.reopen_item(by=desk.analyst, item_id=item_id, reason="objection")
    desk.remove(item_id)
    with pytest.raises(ReasonNotOffered):
        cases.reopen_item(by=desk.analyst, item_id=item_id, reason="They wrote to us!")
    done = cases.reopen_item(actor="worker", item_id=item_id, reason="objection")
    assert done.state == "deciding"
    assert desk.facts(item_id, "item_reopened") == {"reason": "objection", "state": "deciding"}
    assert reporter.states()[-1] == "being_looked_at"
