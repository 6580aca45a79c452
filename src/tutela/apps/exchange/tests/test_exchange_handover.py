"""Promises about handovers: both hotlines see how it goes on, and the reporter hears how it ended."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases.errors import AlreadyDecided, CannotUndo, DecisionNotOffered
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.errors import MarkForbids, MarkLoosened
from tutela.apps.exchange.keyring import Keyring
from tutela.core.kernel import clock, ids
from tutela.core.terms.marks import HandlingMark
from tutela.core.terms.states import CloseReason
from tutela.testing import stories
from tutela.testing.partners import PartnerInMemory, deliver, hear, our_key, receipts

pytestmark = pytest.mark.django_db
ADDRESS = "https://files.example.org/gallery/7"


def hand_over(item_id: uuid.UUID, by: Any, partner: PartnerInMemory, **more: Any) -> exchange.HandedOver:
    version = case_queries.item(item_id).version
    return exchange.hand_over(by=by.actor, items=[(item_id, version)], partner=partner.name, **more)


def update(ref: uuid.UUID, state: str, reason: str = "", **more: Any) -> dict[str, Any]:
    said = {"ref": str(ref), "state": state, "at": clock.to_text(clock.now())}
    return {"items": [said | ({"reason": reason} if reason else {})], **more}


def handed(ref: uuid.UUID, address: str = ADDRESS, **more: Any) -> dict[str, Any]:
    return {"reference": "NL-1", "items": [{"ref": str(ref), "kind": "address", "address": address, **more}]}


def test_a_handed_item_is_held_and_its_reporter_hears_how_it_ended(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    desk = stories.desk(app=False)
    reporter = stories.hand_in(ADDRESS)
    (item_id,) = stories.open_waiting()
    stories.settle(item_id, desk.analyst, desk.second_analyst)
    done = hand_over(item_id, desk.second_analyst, partner, note="Hosted with you.")
    (said,) = deliver(partner, ring)
    (sent,) = said.content["items"]
    assert (said.header.kind, said.content["note"]) == ("handover", "Hosted with you.")
    assert (sent["address"], sent["assessment"]["category"]) == (ADDRESS, "baseline")
    assert case_queries.item(item_id).state == "held"

    talk = said.header.conversation
    for state, reason in (("received", ""), ("noticed", ""), ("gone", "")):
        hear(ring, partner.write("handover_update", update(item_id, state, reason), conversation=talk))
    assert reporter.states()[-2:] == ["notice_sent", "removed"]
    last = update(item_id, "closed", "removed", closed=True)
    hear(ring, partner.write("handover_update", last, conversation=talk))
    item = case_queries.item(item_id)
    assert (item.state, item.outcome) == ("closed", "removed")
    assert reporter.states()[-1] == "closed"
    assert queries.conversation(done.conversation_id).row.closed
    # What the partner did is not told back to it.
    exchange.follow_items()
    assert deliver(partner, ring) == []


def test_what_two_people_do_at_once_is_handed_over_once(partner: PartnerInMemory, ring: Keyring) -> None:
    desk = stories.desk(app=False)
    item_id = stories.item(ADDRESS)
    version = case_queries.item(item_id).version
    hand_over(item_id, desk.analyst, partner)
    with pytest.raises(AlreadyDecided):
        exchange.hand_over(by=desk.second_analyst.actor, items=[(item_id, version)], partner=partner.name)
    with pytest.raises(CannotUndo):
        cases.undo_decision(by=desk.analyst.actor, item_id=item_id)
    with pytest.raises(DecisionNotOffered):
        hand_over(stories.item("", no_address=True, more="A story."), desk.analyst, partner)
    assert len(deliver(partner, ring)) == 1


def test_a_child_in_danger_is_not_closed_by_a_partner(partner: PartnerInMemory, ring: Keyring) -> None:
    desk = stories.desk(app=False)
    item_id = stories.item(ADDRESS, danger_now=True)
    hand_over(item_id, desk.analyst, partner)
    (said,) = deliver(partner, ring)
    closed = update(item_id, "closed", "removed", closed=True)
    hear(ring, partner.write("handover_update", closed, conversation=said.header.conversation))
    assert case_queries.item(item_id).state == "waiting"


def test_an_incoming_handover_becomes_a_report_and_its_origin_hears_each_step(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    desk = stories.desk(app=False)
    ref, talk = ids.new_id(), ids.new_id()
    found = {"reality": "photo_video", "age_band": "7_10", "category": "baseline"}
    envelope = partner.write("handover", handed(ref, assessment=found), conversation=talk)
    assert hear(ring, envelope, envelope) == ["taken", "replayed"]
    (row,) = queries.latest_conversations()
    (item,) = case_queries.items_of_report(row.about_id)
    assert (item.canonical, case_queries.report(row.about_id).origin) == (ADDRESS, partner.name)
    (answer,) = deliver(partner, ring)
    assert [one["state"] for one in answer.content["items"]] == ["received"]
    assert set(receipts(partner, ring).values()) == {"accepted"}

    stories.settle(item.id, desk.analyst, desk.second_analyst)
    exchange.follow_items()
    assert [one.content["items"][0]["state"] for one in deliver(partner, ring)] == ["assessed"]
    assert set(receipts(partner, ring).values()) == {"opened"}
    stories.decide(item.id, desk.second_analyst)
    cases.record_noticed(item_id=item.id)
    cases.record_gone(item_id=item.id)
    while exchange.follow_items():
        pass
    told = [one.content for one in deliver(partner, ring)]
    assert [one["items"][0]["state"] for one in told] == ["noticed", "gone", "closed"]
    assert told[-1]["items"][0]["ref"] == str(ref)
    assert (told[-1]["items"][0]["reason"], told[-1]["closed"]) == ("removed", True)
    assert set(receipts(partner, ring).values()) == {"acted"}


def test_what_is_known_and_closed_is_answered_at_once(partner: PartnerInMemory, ring: Keyring) -> None:
    desk = stories.desk(app=False)
    known = stories.item(ADDRESS)
    stories.assess(known, desk.analyst, stories.NOT_ILLEGAL)
    stories.decide(known, desk.analyst, stories.DecisionKind.CLOSE, CloseReason.NOT_ILLEGAL)
    hear(ring, partner.write("handover", handed(ids.new_id())))
    (answer,) = deliver(partner, ring)
    (state,) = answer.content["items"]
    assert (state["state"], state["reason"], answer.content["closed"]) == ("closed", "not_illegal", True)


def test_accounts_and_fingerprints_are_taken_over_and_nowhere_is_answered(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    refs = [ids.new_id() for _ in range(3)]
    digest = "ab" * 32
    items = [
        {"ref": str(refs[0]), "kind": "account", "service": "chat.example.com", "account": "somebody77"},
        {"ref": str(refs[1]), "kind": "fingerprint", "fingerprints": [{"kind": "sha256", "value": digest}]},
        {"ref": str(refs[2]), "kind": "address", "address": "http://10.0.0.1/"},
    ]
    hear(ring, partner.write("handover", {"reference": "NL-2", "items": items}))
    (answer,) = deliver(partner, ring)
    states = {one["ref"]: one["state"] for one in answer.content["items"]}
    assert [states[str(ref)] for ref in refs] == ["received", "received", "closed"]
    (row,) = queries.latest_conversations()
    found = case_queries.items_of_report(row.about_id)
    assert sorted(one.kind for one in found) == ["account", "fingerprint"]


def test_a_mark_binds_whoever_asks(partner: PartnerInMemory, ring: Keyring) -> None:
    desk = stories.desk(app=False)
    third = PartnerInMemory("third.example.com", our_key()).join()
    marks = (HandlingMark.RED, HandlingMark.AMBER_STRICT, HandlingMark.AMBER, HandlingMark.GREEN)
    for number, mark in enumerate(marks):
        content = handed(ids.new_id(), f"{ADDRESS}/{number}")
        hear(ring, partner.write("handover", content, mark=mark))
    rows = queries.latest_conversations()
    items = [case_queries.items_of_report(row.about_id)[0] for row in rows]
    by_mark = {marks[int(item.canonical[-1])]: item.id for item in items}
    for mark in (HandlingMark.RED, HandlingMark.AMBER_STRICT):
        with pytest.raises(MarkForbids):
            hand_over(by_mark[mark], desk.analyst, third)
        assert case_queries.item(by_mark[mark]).state == "waiting", "nothing was decided either"
    hand_over(by_mark[HandlingMark.AMBER], desk.analyst, third)
    with pytest.raises(MarkLoosened):
        hand_over(by_mark[HandlingMark.GREEN], desk.analyst, third, mark=HandlingMark.CLEAR)
    hand_over(by_mark[HandlingMark.GREEN], desk.analyst, third, mark=HandlingMark.GREEN)
    # Back to where it came from it may always go.
    hand_over(by_mark[HandlingMark.RED], desk.analyst, partner)


def test_a_handover_that_comes_after_what_follows_it_is_a_handover_all_the_same(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    ref, talk = ids.new_id(), ids.new_id()
    first = partner.write("handover", handed(ref), conversation=talk, sequence=1)
    second = partner.write("handover_update", update(ref, "assessed"), conversation=talk, sequence=2)
    hear(ring, second)
    hear(ring, first)
    (answer,) = deliver(partner, ring)
    assert [one["state"] for one in answer.content["items"]] == ["received"]
    (row,) = queries.latest_conversations()
    (item,) = case_queries.items_of_report(row.about_id)
    desk = stories.desk(app=False)
    stories.settle(item.id, desk.analyst, desk.second_analyst)
    exchange.follow_items()
    assert [one.content["items"][0]["state"] for one in deliver(partner, ring)] == ["assessed"]
