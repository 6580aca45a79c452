"""Promises about decisions."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases.errors import (
    AlreadyDecided,
    CannotUndo,
    ClaimedByAnother,
    DecisionNotOffered,
    NobodyToAsk,
    NoQuestion,
    NotTogether,
    ReasonNotOffered,
)
from tutela.apps.ledger import queries as ledger_queries
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotPermitted


def test_a_notice_decided_is_a_notice_being_prepared(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.settle(item_id)
    desk.decide(desk.analyst, item_id, "notify")
    assert desk.facts(item_id, "item_decided") == {"decision": "notify", "reason": ""}
    seen = case_queries.item(item_id)
    assert (seen.state, seen.pending) == ("deciding", "notify")
    assert case_queries.item_for_notice(item_id).notify
    assert case_queries.queue(case_queries.QueueFilters(state="deciding", undecided=True)).rows == ()


def test_no_notice_without_an_assessment(desk: Any, assessed: Any) -> None:
    _, item_id = desk.reported()
    with pytest.raises(DecisionNotOffered):
        desk.decide(desk.analyst, item_id, "notify")
    desk.assess(desk.analyst, item_id)
    with pytest.raises(DecisionNotOffered):
        desk.decide(desk.second, item_id, "close", "other")
    _, fine = desk.reported()
    desk.settle(fine, assessed["fine"])
    with pytest.raises(DecisionNotOffered):
        desk.decide(desk.analyst, fine, "notify")


@pytest.mark.parametrize("kind", ["handover", "refer", "list_entry", "no such kind", ""])
def test_what_no_room_carries_out_is_refused(desk: Any, kind: str) -> None:
    _, item_id = desk.reported()
    desk.settle(item_id)
    with pytest.raises(DecisionNotOffered):
        desk.decide(desk.analyst, item_id, kind)


def test_closing_needs_a_reason_that_fits(desk: Any) -> None:
    _, item_id = desk.reported()
    for reason in ("", "not_illegal", "no such reason"):
        with pytest.raises(ReasonNotOffered):
            desk.decide(desk.analyst, item_id, "close", reason)
    desk.decide(desk.analyst, item_id, "close", "outside_scope")
    assert case_queries.item(item_id).outcome == "outside_scope"


def test_a_report_closes_with_its_last_item_and_its_reporter_hears_why(desk: Any, reporter: Any) -> None:
    done = reporter.reports("https://a.example.org/ https://b.example.org/")
    desk.decide(desk.analyst, done.item_ids[0], "close", "outside_scope")
    assert case_queries.report(done.report_id).state == "open"
    desk.decide(desk.analyst, done.item_ids[1], "close", "outside_scope")
    assert case_queries.report(done.report_id).state == "closed"
    assert reporter.told()[-1]["reason"] == "outside_scope"
    assert desk.lines(done.report_id) == ["report_opened", "report_closed"]


def test_every_reporter_of_an_item_hears_of_it(desk: Any) -> None:
    first, item_id = desk.reported()
    second = type(first)()
    second.reports(case_queries.item(item_id).canonical)
    desk.remove(item_id)
    way = ["received", "being_looked_at", "notice_sent", "removed", "closed"]
    assert first.states() == second.states() == way
    assert {one.state for one in case_queries.reports_of_item(item_id)} == {"closed"}


def test_the_second_of_two_is_told_what_the_first_did(desk: Any) -> None:
    _, item_id = desk.reported()
    shown = desk.version(item_id)
    desk.decide(desk.analyst, item_id, "close", "duplicate")
    with pytest.raises(AlreadyDecided) as refusal:
        cases.decide_item(by=desk.second, item_id=item_id, kind="close", reason="other", version=shown)
    told = refusal.value
    assert (told.by, told.kind, told.reason, told.state) == (desk.analyst.id, "close", "duplicate", "closed")
    with pytest.raises(AlreadyDecided):
        desk.decide(desk.second, item_id, "close", "other")


def test_what_another_has_in_hand_is_not_decided(desk: Any) -> None:
    _, item_id = desk.reported()
    cases.claim_item(by=desk.analyst, item_id=item_id)
    with pytest.raises(ClaimedByAnother):
        desk.decide(desk.second, item_id, "close", "other")


# Questions -------------------------------------------------------------------------------------------


def test_a_question_goes_to_the_reporter_and_the_answer_brings_the_item_back(desk: Any) -> None:
    reporter, item_id = desk.reported()
    desk.decide(desk.analyst, item_id, "ask_reporter", text="Which page of the forum?")
    assert desk.state(item_id) == "asked"
    assert reporter.told()[-1]["text"] == "Which page of the forum?"
    asked = case_queries.questions_of_item(item_id)[0]
    assert (asked.text, asked.asked_by, asked.answer) == ("Which page of the forum?", desk.analyst.id, "")
    message_id = _message_id(item_id)
    done = reporter.answers(message_id, "The third one")
    assert (done.item_id, desk.state(item_id)) == (item_id, "waiting")
    assert case_queries.questions_of_item(item_id)[0].answer == "The third one"
    assert reporter.told()[-1] | {"at": ""} == {
        "v": 1,
        "kind": "answer_received",
        "question": str(message_id),
        "at": "",
    }
    assert desk.lines(item_id)[-3:] == ["item_decided", "question_asked", "question_answered"]


def _message_id(item_id: uuid.UUID) -> uuid.UUID:
    from tutela.apps.cases.models import Question

    return Question.objects.get(item_id=item_id).message_id


def test_question_and_answer_are_locked(desk: Any) -> None:
    from tutela.apps.cases.models import Question

    reporter, item_id = desk.reported()
    desk.decide(desk.analyst, item_id, "ask_reporter", text="Which page?")
    reporter.answers(_message_id(item_id), "The third one")
    row = Question.objects.get(item_id=item_id)
    assert b"page" not in bytes(row.text_locked) and b"third" not in bytes(row.answer_locked)


def test_an_answer_of_somebody_else_is_not_taken_for_the_reporters(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.decide(desk.analyst, item_id, "ask_reporter", text="Which page?")
    stranger, others = desk.reported()
    done = stranger.answers(_message_id(item_id), "I was not asked")
    assert (done.question_id, desk.state(item_id)) == (None, "asked")
    report_id = case_queries.reports_of_item(others)[0].id
    assert cases.read_words(by=desk.analyst, report_id=report_id) == "I was not asked"


def test_an_answer_that_comes_late_is_read_by_a_person(desk: Any) -> None:
    reporter, item_id = desk.reported()
    desk.decide(desk.analyst, item_id, "ask_reporter", text="Which page?")
    desk.decide(desk.analyst, item_id, "close", "not_reachable")
    reporter.answers(_message_id(item_id), "The third one")
    assert desk.state(item_id) == "waiting"
    assert case_queries.reports_of_item(item_id)[0].state == "open"
    desk.decide(desk.analyst, item_id, "close", "not_reachable")
    reporter.answers(uuid.uuid4(), "And the fourth")
    assert desk.state(item_id) == "waiting"


def test_the_same_answer_counts_once(desk: Any) -> None:
    reporter, item_id = desk.reported()
    desk.decide(desk.analyst, item_id, "ask_reporter", text="Which page?")
    submission = uuid.uuid4()
    for _ in range(2):
        cases.answer_question(
            payload={"v": 1, "kind": "answer", "question": str(_message_id(item_id)), "text": "The third"},
            receipt_id=reporter.receipt_id,
            submission_id=submission,
            received_at=clock.now(),
        )
    assert case_queries.questions_of_item(item_id)[0].answer == "The third"


def test_a_question_needs_words_and_somebody_who_comes_back(desk: Any) -> None:
    _, item_id = desk.reported()
    for text in ("", "  \n ", "x" * 2001):
        with pytest.raises(NoQuestion):
            desk.decide(desk.analyst, item_id, "ask_reporter", text=text)
    _, silent = desk.reported(wish="nothing")
    with pytest.raises(NobodyToAsk):
        desk.decide(desk.analyst, silent, "ask_reporter", text="Which page?")
    assert desk.state(item_id) == desk.state(silent) == "waiting"


# Holding and undoing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["waiting", "second_look", "deciding"])
def test_a_held_item_goes_on_where_it_stood(desk: Any, before: str) -> None:
    _, item_id = desk.reported()
    if before != "waiting":
        desk.assess(desk.analyst, item_id)
    if before == "deciding":
        desk.assess(desk.second, item_id)
    desk.decide(desk.third, item_id, "hold_for_police")
    assert desk.state(item_id) == "held"
    assert cases.release_hold(by=desk.third, item_id=item_id) == before
    with pytest.raises(DecisionNotOffered):
        cases.release_hold(by=desk.third, item_id=item_id)


def test_holding_takes_a_prepared_notice_back(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.settle(item_id)
    desk.decide(desk.analyst, item_id, "notify")
    desk.decide(desk.analyst, item_id, "hold_for_police")
    assert not case_queries.item_for_notice(item_id).notify
    cases.release_hold(by=desk.analyst, item_id=item_id)
    assert not case_queries.item_for_notice(item_id).notify


def test_a_decision_is_undone_while_nothing_has_left(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.settle(item_id)
    desk.decide(desk.analyst, item_id, "notify")
    assert case_queries.decisions(item_id)[0].undo_until is not None
    cases.undo_decision(by=desk.analyst, item_id=item_id)
    seen = case_queries.item(item_id)
    assert (seen.state, seen.pending) == ("deciding", "")
    assert case_queries.decisions(item_id)[0].undo_until is None
    assert desk.facts(item_id, "decision_undone") == {"decision": "notify", "reason": ""}
    assert case_queries.decisions(item_id)[0].undone_at is not None
    with pytest.raises(CannotUndo, match="no_decision"):
        cases.undo_decision(by=desk.analyst, item_id=item_id)


def test_an_undone_closing_opens_the_report_again(desk: Any) -> None:
    reporter, item_id = desk.reported()
    desk.decide(desk.analyst, item_id, "close", "other")
    cases.undo_decision(by=desk.coordinator, item_id=item_id)
    report = case_queries.reports_of_item(item_id)[0]
    assert (desk.state(item_id), report.state) == ("waiting", "open")
    assert reporter.states() == ["received", "closed", "being_looked_at"]


def test_nothing_is_undone_too_late_or_by_just_anybody(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.decide(desk.analyst, item_id, "close", "other")
    with pytest.raises(CannotUndo, match="not_yours"):
        cases.undo_decision(by=desk.second, item_id=item_id)
    with (
        time_machine.travel(clock.now() + timedelta(minutes=11)),
        pytest.raises(CannotUndo, match="too_late"),
    ):
        cases.undo_decision(by=desk.analyst, item_id=item_id)


def test_what_has_left_the_house_is_not_undone(desk: Any) -> None:
    _, noticed = desk.reported()
    desk.notice(noticed)
    _, asked = desk.reported()
    desk.decide(desk.analyst, asked, "ask_reporter", text="Which page?")
    for item_id in (noticed, asked):
        assert case_queries.decisions(item_id)[0].undo_until is None
        with pytest.raises(CannotUndo, match="carried_out"):
            cases.undo_decision(by=desk.analyst, item_id=item_id)


def test_what_went_on_since_is_not_undone(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.decide(desk.analyst, item_id, "hold_for_police")
    cases.release_hold(by=desk.second, item_id=item_id)
    with pytest.raises(CannotUndo, match="changed_since"):
        cases.undo_decision(by=desk.analyst, item_id=item_id)


# Many at once ----------------------------------------------------------------------------------------


def test_many_of_one_host_are_decided_and_each_stands_for_itself(desk: Any) -> None:
    items = [
        type(desk.reported()[0])().reports(desk.new_place("one.example.org")).item_ids[0] for _ in range(3)
    ]
    cases.claim_item(by=desk.second, item_id=items[1])
    done = cases.decide_many(by=desk.analyst, item_ids=items, kind="close", reason="outside_scope")
    assert [(one.item_id, one.decided, one.refusal) for one in done] == [
        (items[0], True, ""),
        (items[1], False, "claimed_by_another"),
        (items[2], True, ""),
    ]
    assert [desk.state(item_id) for item_id in items] == ["closed", "waiting", "closed"]


def test_many_of_one_report_are_decided_on_any_host(desk: Any, reporter: Any) -> None:
    done = reporter.reports("https://a.example.org/ https://b.example.net/")
    decided = cases.decide_many(by=desk.analyst, item_ids=done.item_ids, kind="close", reason="outside_scope")
    assert all(one.decided for one in decided)
    assert case_queries.report(done.report_id).state == "closed"


def test_what_has_nothing_in_common_is_not_decided_at_once(desk: Any) -> None:
    items = [desk.reported()[1] for _ in range(2)]
    with pytest.raises(NotTogether):
        cases.decide_many(by=desk.analyst, item_ids=items, kind="close", reason="other")
    with pytest.raises(NotTogether):
        cases.decide_many(by=desk.analyst, item_ids=[], kind="close", reason="other")


def test_people_without_the_right_decide_nothing(desk: Any) -> None:
    _, item_id = desk.reported()
    for person in (desk.auditor, desk.welfare_lead):
        with pytest.raises(NotPermitted):
            desk.decide(person, item_id, "close", "other")
        with pytest.raises(NotPermitted):
            cases.decide_many(by=person, item_ids=[item_id], kind="close", reason="other")
        with pytest.raises(NotPermitted):
            cases.read_words(by=person, report_id=uuid.uuid4())


def test_reading_words_leaves_a_line(desk: Any) -> None:
    _, item_id = desk.reported(more="what I saw")
    report_id = case_queries.reports_of_item(item_id)[0].id
    assert cases.read_words(by=desk.analyst, report_id=report_id) == "what I saw"
    line = ledger_queries.lines_about(report_id)[-1]
    assert (line.kind, line.actor) == ("words_read", desk.analyst.label)
