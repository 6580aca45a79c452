"""Promises about what is known already: recognised before anybody looks, disclosed to nobody."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases.actions import _afterwards
from tutela.apps.cases.errors import NoSuchItem
from tutela.apps.cases.models import Item
from tutela.core.kernel import clock
from tutela.core.matching.fingerprints import Fingerprint, Kind


def test_a_removed_item_reported_again_is_looked_at_by_the_machine_first(desk: Any, node: Any) -> None:
    node(checks={"mode": "head"})
    _, item_id = desk.reported()
    desk.remove(item_id)
    again = type(desk.reported()[0])()
    done = again.reports(case_queries.item(item_id).canonical)
    assert desk.state(item_id) == "closed"
    assert "item_seen_again" in desk.lines(item_id)
    assert case_queries.report(done.report_id).state == "open"
    cases.record_gone(item_id=item_id)
    assert case_queries.report(done.report_id).state == "closed"
    assert again.states() == ["received", "removed", "closed"]


def test_a_removed_item_that_is_back_goes_straight_to_deciding(desk: Any, node: Any) -> None:
    node(checks={"mode": "head"})
    first, item_id = desk.reported()
    desk.remove(item_id)
    again = type(first)()
    again.reports(case_queries.item(item_id).canonical)
    cases.record_returned(item_id=item_id)
    seen = case_queries.item(item_id)
    assert (seen.state, seen.reasons, seen.category) == ("deciding", ("came_back",), "baseline")
    assert not seen.to_assess
    assert first.states()[-1] == again.states()[-1] == "came_back"


def test_without_a_machine_that_looks_a_removed_item_goes_to_a_person(desk: Any, node: Any) -> None:
    node(checks={"mode": "off"})
    _, item_id = desk.reported()
    desk.remove(item_id)
    type(desk.reported()[0])().reports(case_queries.item(item_id).canonical)
    seen = case_queries.item(item_id)
    assert (seen.state, seen.outcome, seen.closed_at) == ("deciding", "", None)
    assert "item_seen_again" not in desk.lines(item_id)


def test_a_machine_that_cannot_tell_gives_a_removed_item_to_a_person(desk: Any, node: Any) -> None:
    node(checks={"mode": "head"})
    _, item_id = desk.reported()
    desk.remove(item_id)
    type(desk.reported()[0])().reports(case_queries.item(item_id).canonical)
    cases.record_unclear(item_id=item_id)
    seen = case_queries.item(item_id)
    assert (seen.state, seen.look) == ("deciding", "unclear")


def test_what_was_judged_fine_last_week_is_answered_a_day_later_without_anybody_looking(
    desk: Any, assessed: Any
) -> None:
    _, item_id = desk.reported()
    desk.settle(item_id, assessed["fine"])
    desk.decide(desk.analyst, item_id, "close", "not_illegal")
    again = type(desk.reported()[0])()
    done = again.reports(case_queries.item(item_id).canonical)
    assert desk.state(item_id) == "closed"
    assert again.states() == ["received"]
    assert cases.close_settled_reports() == 0
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert cases.close_settled_reports() == 1
        assert cases.close_settled_reports() == 0
    assert again.states() == ["received", "closed"]
    assert again.told()[-1]["reason"] == "not_illegal"
    assert case_queries.report(done.report_id).state == "closed"


def test_danger_now_brings_a_closed_item_to_a_person_and_not_before_their_eyes(desk: Any, node: Any) -> None:
    node(checks={"mode": "head"})
    _, item_id = desk.reported()
    desk.remove(item_id)
    type(desk.reported()[0])().reports(case_queries.item(item_id).canonical, danger_now=True)
    seen = case_queries.item(item_id)
    assert (seen.state, seen.to_assess) == ("deciding", False)
    assert seen.reasons[0] == "danger_now"


def test_an_addition_to_a_closed_report_is_read_by_a_person(desk: Any) -> None:
    reporter, item_id = desk.reported()
    desk.remove(item_id)
    report_id = case_queries.reports_of_item(item_id)[0].id
    assert case_queries.report(report_id).state == "closed"
    reporter.adds(wish="nothing")
    assert case_queries.report(report_id).state == "closed"
    reporter.adds(more="it is also on another page")
    assert case_queries.report(report_id).state == "open"
    assert desk.state(item_id) == "deciding"
    assert reporter.states()[-1] == "being_looked_at"


def test_what_is_known_about_a_place_is_shown_with_what_became_of_it(desk: Any) -> None:
    first, second, third = (
        type(desk.reported()[0])().reports(place).item_ids[0]
        for place in (
            "https://one.example.org/a",
            "https://one.example.org/b",
            "https://two.example.org/c",
        )
    )
    desk.remove(first)
    known = {(one.item_id, one.relation): one for one in case_queries.known_before(second)}
    assert known[first, "same_host"].outcome == "removed"
    assert known[first, "same_host"].category == "baseline"
    assert (third, "same_domain") in known
    assert (second, "same_address") not in known


def test_two_accounts_are_one_item_when_they_are_the_same(desk: Any, reporter: Any) -> None:
    first = reporter.reports(service="Example Chat", account="@Someone")
    again = type(reporter)().reports(service="example chat", account="someone")
    assert again.known == first.item_ids
    assert Item.objects.filter(kind="account").count() == 1


def test_an_unknown_item_is_refused_by_name(desk: Any) -> None:
    with pytest.raises(NoSuchItem):
        case_queries.item(uuid.uuid4())


def test_words_about_a_known_item_are_read_by_a_person(desk: Any, node: Any) -> None:
    node(checks={"mode": "head"})
    first, item_id = desk.reported()
    desk.remove(item_id)
    type(first)().reports(case_queries.item(item_id).canonical, more="I know who runs this page")
    seen = case_queries.item(item_id)
    assert (seen.state, seen.to_assess, seen.returned) == ("deciding", False, False)
    assert "item_seen_again" in desk.lines(item_id)
    assert {report.state for report in case_queries.reports_of_item(item_id)} == {"open"}
    assert first.states()[-1] == "being_looked_at"


def test_words_added_while_a_report_waits_for_its_answer_are_read_by_a_person(
    desk: Any, assessed: Any
) -> None:
    _, item_id = desk.reported()
    desk.settle(item_id, assessed["fine"])
    desk.decide(desk.analyst, item_id, "close", "not_illegal")
    again = type(desk.reported()[0])()
    done = again.reports(case_queries.item(item_id).canonical)
    again.adds(danger_now=True)
    assert desk.state(item_id) == "waiting"
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert cases.close_settled_reports() == 0
    assert case_queries.report(done.report_id).state == "open"


def test_a_new_place_in_a_closed_report_opens_it_again(desk: Any) -> None:
    reporter, item_id = desk.reported()
    desk.remove(item_id)
    more = reporter.adds(places=desk.new_place())
    assert case_queries.report(more.report_id).state == "open"
    assert (desk.state(item_id), desk.state(more.item_ids[0])) == ("closed", "waiting")
    assert reporter.states()[-1] == "being_looked_at"


def test_what_many_reported_is_told_to_all_in_the_end(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_afterwards, "TOLD_AT_ONCE", 2)
    first, item_id = desk.reported()
    address = case_queries.item(item_id).canonical
    everybody = [first, *(type(first)() for _ in range(4))]
    for one in everybody[1:]:
        one.reports(address)
    desk.remove(item_id)
    way = ["received", "being_looked_at", "notice_sent", "removed", "closed"]
    assert [one.states() == way for one in everybody] == [True, True, False, False, False]
    assert cases.close_settled_reports() == 3
    assert [one.states()[-2:] for one in everybody] == [["removed", "closed"]] * 5
    assert {report.state for report in case_queries.reports_of_item(item_id)} == {"closed"}
    cases.record_returned(item_id=item_id)
    assert cases.close_settled_reports() == 3
    assert {one.states()[-1] for one in everybody} == {"came_back"}
    assert cases.close_settled_reports() == 0


def test_what_served_the_same_elsewhere_is_shown(desk: Any) -> None:
    first, second, third = (
        type(desk.reported()[0])().reports(f"https://{name}.example.{name}/a").item_ids[0]
        for name in ("org", "com", "net")
    )
    same, other = (Fingerprint(Kind.SHA256, bytes([number]) * 31 + b"x") for number in (1, 2))
    for item_id, one in ((first, same), (second, same), (third, other)):
        cases.note_recognised(item_id=item_id, fingerprints=(one,))
    desk.remove(first)
    (known,) = [one for one in case_queries.known_before(second) if one.relation == "same_fingerprint"]
    assert (known.item_id, known.outcome) == (first, "removed")
