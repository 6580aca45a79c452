"""Promises about taking items in hand."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tutela.apps.accounts import actions as accounts
from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases.errors import ClaimedByAnother, NotClaimable, SamePerson
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotFound, NotPermitted


def test_a_claimed_item_is_nobody_elses(desk: Any) -> None:
    reporter, item_id = desk.reported()
    claimed = cases.claim_item(by=desk.analyst, item_id=item_id)
    with pytest.raises(ClaimedByAnother) as refusal:
        cases.claim_item(by=desk.second, item_id=item_id)
    assert (refusal.value.by, refusal.value.until) == (desk.analyst.id, claimed.until)
    assert case_queries.queue(case_queries.QueueFilters(claimed_by=desk.analyst.id)).rows[0].id == item_id
    assert case_queries.queue(case_queries.QueueFilters(unclaimed=True)).rows == ()
    assert reporter.states() == ["received", "being_looked_at"]


def test_claiming_again_keeps_it_longer_and_writes_one_line(desk: Any) -> None:
    _, item_id = desk.reported()
    first = cases.claim_item(by=desk.analyst, item_id=item_id)
    with time_machine.travel(clock.now() + timedelta(minutes=30)):
        assert cases.claim_item(by=desk.analyst, item_id=item_id).until > first.until
    assert desk.lines(item_id).count("item_claimed") == 1


def test_a_claim_lapses_by_time(desk: Any) -> None:
    _, item_id = desk.reported()
    cases.claim_item(by=desk.analyst, item_id=item_id)
    assert cases.lapse_claims() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert case_queries.item(item_id).claimed_by is None
        assert cases.lapse_claims() == 1
        assert desk.facts(item_id, "item_released") == {"why": "lapsed"}
        assert cases.claim_item(by=desk.second, item_id=item_id).by == desk.second.id


def test_a_lapsed_claim_can_be_taken_before_the_worker_comes_by(desk: Any) -> None:
    _, item_id = desk.reported()
    cases.claim_item(by=desk.analyst, item_id=item_id)
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        cases.claim_item(by=desk.second, item_id=item_id)
        assert cases.lapse_claims() == 0
        assert case_queries.item(item_id).claimed_by == desk.second.id


def test_only_a_coordinator_releases_what_another_holds(desk: Any) -> None:
    _, item_id = desk.reported()
    cases.claim_item(by=desk.analyst, item_id=item_id)
    with pytest.raises(NotPermitted):
        cases.release_item(by=desk.second, item_id=item_id)
    assert cases.release_item(by=desk.coordinator, item_id=item_id)
    assert desk.facts(item_id, "item_released") == {"why": "by_coordinator"}
    assert not cases.release_item(by=desk.analyst, item_id=item_id)


def _joins(desk: Any, role: str) -> uuid.UUID:
    link = accounts.invite_person(by=desk.coordinator, email=f"{role}@example.org", name=role, role=role)
    return accounts.accept_invitation(token=link.link_token, name=role, password="a long enough phrase")


def test_a_coordinator_hands_an_item_to_somebody_who_can_work_on_it(desk: Any) -> None:
    _, item_id = desk.reported()
    analyst, auditor = _joins(desk, "analyst"), _joins(desk, "auditor")
    cases.reassign_item(by=desk.coordinator, item_id=item_id, to=analyst)
    assert case_queries.item(item_id).claimed_by == analyst
    for to, refusal in ((auditor, NotPermitted), (uuid.uuid4(), NotFound)):
        with pytest.raises(refusal):
            cases.reassign_item(by=desk.coordinator, item_id=item_id, to=to)
    with pytest.raises(NotPermitted):
        cases.reassign_item(by=desk.analyst, item_id=item_id, to=analyst)


def test_a_closed_item_is_not_taken_in_hand(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.decide(desk.analyst, item_id, "close", "outside_scope")
    with pytest.raises(NotClaimable):
        cases.claim_item(by=desk.second, item_id=item_id)


def test_who_looked_first_does_not_take_the_second_look(desk: Any) -> None:
    _, item_id = desk.reported()
    desk.assess(desk.analyst, item_id)
    with pytest.raises(SamePerson):
        cases.claim_item(by=desk.analyst, item_id=item_id)
    assert case_queries.item(item_id).claimed_by is None
    cases.claim_item(by=desk.second, item_id=item_id)


def test_an_auditor_and_a_welfare_lead_take_nothing_in_hand(desk: Any) -> None:
    _, item_id = desk.reported()
    for person in (desk.auditor, desk.welfare_lead):
        with pytest.raises(NotPermitted):
            cases.claim_item(by=person, item_id=item_id)
