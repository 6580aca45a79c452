"""Promises about assessments: by codes, by four eyes, never changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases.errors import (
    AlreadyDecided,
    ChangedMeanwhile,
    ClaimedByAnother,
    Contradictory,
    DecisionNotOffered,
    NotToAssess,
    NoViewMode,
    SamePerson,
)
from tutela.apps.cases.models import Assessment
from tutela.apps.ledger import queries as ledger_queries
from tutela.core.kernel.errors import NotPermitted
from tutela.core.terms.assessment import AgeBand


def test_what_policy_does_not_name_is_settled_by_one(desk: Any, assessed: Any) -> None:
    reporter, item_id = desk.reported()
    done = desk.assess(desk.analyst, item_id, assessed["fine"])
    assert (done.settled, done.state) == (True, "deciding")
    assert desk.facts(item_id, "item_settled")["category"] == "not_illegal"
    assert reporter.states() == ["received", "being_looked_at"]


def test_a_second_person_confirms_what_policy_names(desk: Any, assessed: Any) -> None:
    _, item_id = desk.reported()
    first = desk.assess(desk.analyst, item_id)
    assert (first.settled, first.state) == (False, "second_look")
    other_age = replace(assessed["baseline"], age_band=AgeBand.A3_6)
    second = desk.assess(desk.second, item_id, other_age)
    assert (second.settled, second.state) == (True, "deciding")
    assert desk.facts(item_id, "item_settled")["people"] == 2
    seen = case_queries.item(item_id)
    assert (seen.category, seen.reasons) == ("baseline", ())


def test_nobody_confirms_themselves(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.assess(desk.analyst, item_id)
    with pytest.raises(SamePerson):
        desk.assess(desk.analyst, item_id)
    assert Assessment.objects.count() == 1


def test_the_second_person_does_not_see_the_first_ones_codes(desk: Any, assessed: Any) -> None:
    _, item_id = desk.reported()
    desk.assess(desk.analyst, item_id)

    def codes(**seen_by: Any) -> list[Any]:
        return [one.codes for one in case_queries.assessments(item_id, **seen_by)]

    assert codes() == codes(seen_by=desk.second.id) == [None]
    assert codes(seen_by=desk.analyst.id) == [assessed["baseline"]]
    assert case_queries.item(item_id).category == ""
    lines = ledger_queries.lines_about(item_id)
    assert not [line for line in lines if "baseline" in line.facts.values()]
    desk.decide(desk.second, item_id, "hold_for_police")
    assert codes(seen_by=desk.second.id) == [None]
    cases.release_hold(by=desk.second, item_id=item_id)
    desk.assess(desk.second, item_id, assessed["national"])
    assert codes(seen_by=desk.third.id) == [assessed["baseline"], assessed["national"]]


def test_closing_and_taking_it_back_does_not_unblind_the_second_person(desk: Any, assessed: Any) -> None:
    _, item_id = desk.reported()
    desk.assess(desk.analyst, item_id)
    desk.decide(desk.second, item_id, "hold_for_police")
    desk.decide(desk.second, item_id, "close", reason="other")
    codes = [one.codes for one in case_queries.assessments(item_id, seen_by=desk.second.id)]
    assert codes == [None]
    cases.undo_decision(by=desk.second, item_id=item_id)
    cases.release_hold(by=desk.second, item_id=item_id)
    assert desk.assess(desk.second, item_id, assessed["baseline"]).settled


def test_a_third_person_decides_where_two_disagree(desk: Any, assessed: Any) -> None:
    _, item_id = desk.reported()
    desk.assess(desk.analyst, item_id)
    assert desk.assess(desk.second, item_id, assessed["national"]).state == "disputed"
    assert desk.facts(item_id, "item_disputed")["fields"] == ["category"]
    for person in (desk.analyst, desk.second):
        with pytest.raises(SamePerson):
            desk.assess(person, item_id)
    assert desk.assess(desk.third, item_id, assessed["national"]).settled
    assert case_queries.item(item_id).category == "national"
    assert [one.settles for one in case_queries.assessments(item_id)] == [False, False, True]


def test_an_assessment_is_never_changed(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.assess(desk.analyst, item_id)
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        Assessment.objects.filter(item_id=item_id).update(category="not_illegal")


def test_contradictions_are_refused_by_name(desk: Any, assessed: Any) -> None:
    _, item_id = desk.reported()
    with pytest.raises(Contradictory) as refusal:
        desk.assess(desk.analyst, item_id, replace(assessed["baseline"], age_band=AgeBand.ADULT))
    assert refusal.value.contradictions == ("adult_is_no_child",)
    assert desk.state(item_id) == "waiting"


def test_a_desk_that_may_not_look_assesses_nothing(desk: Any, node: Any) -> None:
    node(desk={"view": False})
    _, item_id = desk.reported()
    with pytest.raises(NoViewMode):
        desk.assess(desk.analyst, item_id)
    with pytest.raises(NoViewMode):
        cases.reveal_address(by=desk.analyst, item_id=item_id)
    assert not case_queries.item(item_id).to_assess
    with pytest.raises(DecisionNotOffered):
        desk.decide(desk.analyst, item_id, "notify")
    desk.decide(desk.analyst, item_id, "forward_unopened")
    assert case_queries.item(item_id).outcome == "forwarded"
    assert desk.facts(item_id, "item_decided") == {"decision": "forward_unopened", "reason": "forwarded"}


def test_what_another_has_in_hand_is_not_assessed(desk: Any) -> None:
    _, item_id = desk.reported()
    cases.claim_item(by=desk.analyst, item_id=item_id)
    with pytest.raises(ClaimedByAnother):
        desk.assess(desk.second, item_id)


def test_who_looked_at_an_older_state_is_told_so(desk: Any, assessed: Any) -> None:
    _, item_id = desk.reported()
    shown = desk.version(item_id)
    desk.assess(desk.analyst, item_id, assessed["fine"])
    with pytest.raises(ChangedMeanwhile) as refusal:
        cases.assess_item(by=desk.second, item_id=item_id, assessed=assessed["fine"], version=shown)
    assert refusal.value.state == "deciding"
    desk.decide(desk.analyst, item_id, "close", "not_illegal")
    with pytest.raises(AlreadyDecided) as decided:
        cases.assess_item(by=desk.second, item_id=item_id, assessed=assessed["fine"], version=shown)
    assert (decided.value.by, decided.value.kind, decided.value.reason) == (
        desk.analyst.id,
        "close",
        "not_illegal",
    )


def test_a_settled_item_is_not_assessed_once_more_by_accident(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.settle(item_id)
    with pytest.raises(NotToAssess):
        desk.assess(desk.third, item_id)


def test_an_assessment_in_doubt_begins_a_new_round(desk: Any, assessed: Any) -> None:
    _, item_id = desk.reported()
    desk.settle(item_id)
    cases.reopen_item(by=desk.coordinator, item_id=item_id, reason="assess_again")
    seen = case_queries.item(item_id)
    assert (seen.state, seen.round, seen.category) == ("waiting", 2, "")
    desk.settle(item_id, assessed["national"])
    assert case_queries.item(item_id).category == "national"
    assert [(one.round, one.place) for one in case_queries.assessments(item_id)] == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
    ]


def test_people_without_the_right_assess_nothing(desk: Any) -> None:
    _, item_id = desk.reported()
    for person in (desk.auditor, desk.welfare_lead):
        with pytest.raises(NotPermitted):
            desk.assess(person, item_id)
