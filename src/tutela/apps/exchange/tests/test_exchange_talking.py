"""Promises about messages: they leave with their change, arrive once, in their order, and are receipted."""

from __future__ import annotations

import random
import sys
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.errors import NotToBeSaid, PartnerNotActive, PartnerUnknown
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.exchange.queries import believing, tally
from tutela.apps.ledger import queries as ledger
from tutela.core.kernel import clock, ids
from tutela.testing.partners import PartnerInMemory, deliver, hear, receipts

pytestmark = pytest.mark.django_db


def digest(envelope: bytes) -> str:
    import hashlib

    return hashlib.sha256(envelope).hexdigest()


def say_ping(partner: PartnerInMemory, **more: Any) -> exchange.Said:
    return exchange.say(partner=partner.name, kind="ping", content={}, actor="worker", **more)


def test_what_is_said_leaves_only_with_the_change_that_it_tells(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        say_ping(partner)
        raise RuntimeError
    assert deliver(partner, ring) == []
    said = say_ping(partner)
    (message,) = deliver(partner, ring)
    assert (message.header.kind, message.header.sequence) == ("ping", 1)
    assert message.header.conversation == said.conversation_id
    assert deliver(partner, ring) == []


def test_a_retry_sends_the_same_bytes(partner: PartnerInMemory, ring: Keyring) -> None:
    say_ping(partner)
    now = clock.now()
    exchange.seal_due(queries.own_node(ring), now)
    (first,) = exchange.take_due(now)
    exchange.record_delivery(first, exchange.Answer(error="unreachable"), now)
    assert exchange.take_due(now) == []
    (again,) = exchange.take_due(now + timedelta(hours=7))
    assert again.envelopes == first.envelopes
    health = queries.health().partners[0]
    assert (health.failures, health.error, health.queue) == (1, "unreachable", 1)


def test_a_receipt_says_how_far_a_message_came_and_nothing_takes_it_back(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    said = say_ping(partner)
    (message,) = deliver(partner, ring)

    def receipt(step: str) -> bytes:
        one = {
            "digest": message.digest.hex(), "id": str(message.header.id), "step": step,
            "at": clock.to_text(clock.now()),
        }  # fmt: skip
        return partner.write("receipt", {"receipts": [one]})

    acted = receipt("acted")
    assert hear(ring, acted, receipt("accepted"), acted) == ["taken", "taken", "replayed"]
    _, seen = queries.message(said.message_id)
    assert (seen.state, seen.step) == ("taken", "acted")
    assert receipts(partner, ring) == {}


def test_the_same_envelope_ten_times_takes_effect_once(partner: PartnerInMemory, ring: Keyring) -> None:
    ping = partner.write("ping", {})
    assert hear(ring, *[ping] * 5) == ["taken"] + ["replayed"] * 4
    assert receipts(partner, ring) == {digest(ping): "acted"}
    assert hear(ring, *[ping] * 5) == ["replayed"] * 5
    # Its receipt is given again, because the partner asks as if it had not come.
    assert receipts(partner, ring) == {digest(ping): "acted"}
    assert [line.kind for line in ledger.latest_lines(kind="message_heard")] == ["message_heard"]


def test_both_ends_can_count_the_same_message_once(partner: PartnerInMemory, ring: Keyring) -> None:
    for _ in range(2):
        say_ping(partner)
    hear(ring, *[partner.write("ping", {})] * 3, partner.write("question", {"text": "Whose is it?"}))
    assert tally.tally() == [
        tally.Tally(partner.name, "ping", said=2, acted_there=0, heard=1, acted_here=1),
        # For people: it takes effect when one of them acts on it.
        tally.Tally(partner.name, "question", said=0, acted_there=0, heard=1, acted_here=0),
    ]


def test_an_id_used_for_two_envelopes_is_refused(partner: PartnerInMemory, ring: Keyring) -> None:
    one = partner.letter("ping", {})
    first, second = partner.seal(one), partner.seal(one)
    assert hear(ring, first, second) == ["taken", "id_reused"]
    (refused,) = queries.refusals()
    assert (refused.sender, refused.code, refused.count) == (partner.name, "id_reused", 1)


def questions(partner: PartnerInMemory, number: int) -> list[bytes]:
    talk = ids.new_id()
    return [
        partner.write("question", {"text": f"Question {count}"}, conversation=talk) for count in range(number)
    ]


def texts() -> list[str]:
    (row,) = queries.latest_conversations()
    return [one.content["text"] for one in queries.conversation(row.id).messages if one.kind == "question"]


@pytest.mark.parametrize("seed", range(4))
def test_messages_in_any_order_and_often_take_effect_once_each_in_theirs(
    partner: PartnerInMemory, ring: Keyring, seed: int
) -> None:
    chance = random.Random(seed)
    sent = questions(partner, 6)
    delivered = sent + chance.choices(sent, k=6)
    chance.shuffle(delivered)
    for one in delivered:
        hear(ring, one)
    heard = ledger.latest_lines(kind="message_heard")
    assert [line.facts["place"] for line in reversed(heard)] == [1, 2, 3, 4, 5, 6]
    assert sorted(texts()) == [f"Question {count}" for count in range(6)]
    assert set(receipts(partner, ring).values()) == {"accepted"}


def test_a_message_before_its_turn_is_held_and_told_when_the_gap_lasts(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    first, second = questions(partner, 2)
    hear(ring, second)
    assert queries.health().held == 1
    exchange.pass_time(clock.now() + timedelta(days=2))
    exchange.pass_time(clock.now() + timedelta(days=2))
    assert [one.facts["code"] for one in ledger.latest_lines(kind="conversation_stuck")] == ["gap"]
    hear(ring, first)
    assert queries.health().held == 0
    assert len(ledger.latest_lines(kind="message_heard")) == 2


def test_a_stranger_is_refused_and_leaves_no_name(stranger: PartnerInMemory, ring: Keyring) -> None:
    assert hear(ring, *[stranger.write("ping", {}) for _ in range(3)]) == ["unknown_sender"] * 3
    (refused,) = queries.refusals()
    assert (refused.sender, refused.code, refused.count) == ("", "unknown_sender", 3)
    lines = ledger.latest_lines(kind="envelope_refused")
    assert [line.facts for line in lines] == [{"code": "unknown_sender"}]


def test_a_forged_signature_is_refused_by_its_name(partner: PartnerInMemory, ring: Keyring) -> None:
    ping = bytearray(partner.write("ping", {}))
    ping[-1] ^= 1
    assert hear(ring, bytes(ping)) == ["bad_signature_mldsa65"]


def test_what_a_door_stored_is_verified_again_before_it_is_opened(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    ping = partner.write("ping", {})
    exchange.accept_envelopes([ping])
    exchange.revoke_key(partner=partner.name, key_id=partner.keys.public.key_id)
    exchange.open_due(queries.own_node(ring), clock.now())
    assert ledger.latest_lines(kind="message_heard") == []
    assert [one.code for one in queries.refusals()] == ["revoked_key"]


def test_what_another_worker_took_meanwhile_is_not_refused_afterwards(
    partner: PartnerInMemory, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange.accept_envelopes([partner.write("ping", {})])
    worker, believed = sys.modules[exchange.open_due.__module__], believing.believed

    def after_the_other_worker() -> believing.Believed:
        monkeypatch.setattr(worker, "believed", believed)
        assert exchange.open_due(queries.own_node(ring), clock.now()).heard == 1
        exchange.revoke_key(partner=partner.name, key_id=partner.keys.public.key_id)
        return believed()

    monkeypatch.setattr(worker, "believed", after_the_other_worker)
    assert exchange.open_due(queries.own_node(ring), clock.now()).pieces == 0
    assert queries.refusals() == []
    assert [(one.heard, one.acted_here) for one in tally.tally()] == [(1, 1)]


def test_a_content_that_is_none_of_its_kind_is_refused_with_the_member(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    question = partner.write("question", {"text": 5})
    hear(ring, question)
    exchange.make_receipts(clock.now())
    (said,) = [one.content["receipts"][0] for one in deliver(partner, ring)]
    assert (said["step"], said["code"], said["member"]) == ("refused", "bad_content", "text")


def test_a_question_is_read_and_answered_by_people(partner: PartnerInMemory, ring: Keyring) -> None:
    from tutela.testing import people

    analyst = people.make_person("analyst", app=False).actor
    talk = ids.new_id()
    hear(ring, partner.write("question", {"text": "Which page?"}, conversation=talk))
    (row,) = queries.latest_conversations()
    (asked,) = queries.conversation(row.id).messages
    assert asked.content == {"text": "Which page?"}
    assert list(receipts(partner, ring).values()) == ["accepted"]
    assert exchange.record_person_opened(by=analyst, message_id=asked.id)
    assert list(receipts(partner, ring).values()) == ["opened"]
    exchange.say(
        partner=partner.name, kind="reply", content={"text": "The second."}, conversation=row.id,
        actor=analyst.label,
    )  # fmt: skip
    assert exchange.record_acted(by=analyst, message_id=asked.id)
    assert not exchange.record_person_opened(by=analyst, message_id=asked.id)
    exchange.make_receipts(clock.now())
    reply, receipt = sorted(deliver(partner, ring), key=lambda one: one.header.kind == "receipt")
    assert (reply.header.conversation, reply.content) == (talk, {"text": "The second."})
    assert receipt.content["receipts"][0]["step"] == "acted"


def test_what_the_protocol_does_not_allow_is_not_said(partner: PartnerInMemory, ring: Keyring) -> None:
    def say(kind: str, content: dict[str, Any]) -> str:
        with pytest.raises(NotToBeSaid) as refusal:
            exchange.say(partner=partner.name, kind=kind, content=content, actor="worker")
        return refusal.value.reason

    assert say("reply", {"text": "To nothing"}) == "not_in_this_conversation"
    assert say("outcome", {"outcome": "received", "at": clock.to_text(clock.now())}) == "wrong_role"
    assert say("question", {}) == "bad_content"
    assert say("gossip", {}) == "unknown_kind"
    with pytest.raises(PartnerUnknown):
        exchange.say(partner="nobody", kind="ping", content={}, actor="worker")


def test_to_a_paused_partner_messages_wait_and_what_it_sends_comes_later(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    exchange.pause_partner(partner=partner.name)
    say_ping(partner)
    assert deliver(partner, ring) == []
    assert hear(ring, ping := partner.write("ping", {})) == ["busy"]
    exchange.resume_partner(partner=partner.name)
    assert len(deliver(partner, ring)) == 1
    assert hear(ring, ping) == ["taken"]


def test_what_an_inbox_refuses_for_good_is_told_to_a_person_and_its_place_filled(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    said = say_ping(partner)
    exchange.say(
        partner=partner.name, kind="question", content={"text": "Who?"}, actor="worker",
    )  # fmt: skip
    deliver(partner, ring, code="unknown_kind")
    assert {one.code for one in queries.for_a_person()} == {"unknown_kind"}
    filler = deliver(partner, ring)
    assert [(one.header.kind, one.header.sequence) for one in filler] == [("ping", 1)]
    assert filler[0].header.conversation != said.conversation_id
    problem = queries.for_a_person()[0]
    exchange.settle_message(message_id=problem.message_id)
    assert len(queries.for_a_person()) == 1


def test_after_thirty_days_a_person_is_told(partner: PartnerInMemory, ring: Keyring) -> None:
    say_ping(partner)
    assert exchange.give_up(clock.now() + timedelta(days=29)) == 0
    assert exchange.give_up(clock.now() + timedelta(days=31)) == 1
    assert [one.state for one in queries.for_a_person()] == ["given_up"]
    exchange.retry(now=clock.now())
    assert len(deliver(partner, ring)) == 1


def test_a_revoked_partner_is_not_spoken_to(partner: PartnerInMemory, ring: Keyring) -> None:
    exchange.take_directory(entries=[], version=1)
    say_ping(partner)
    entry = directory_entry(partner, status="revoked")
    exchange.take_directory(entries=[entry], version=2)
    with pytest.raises(PartnerNotActive):
        say_ping(partner)
    assert hear(ring, partner.write("ping", {})) == ["unknown_sender"]


def directory_entry(partner: PartnerInMemory, **more: Any) -> Any:
    from dataclasses import asdict

    from tutela.apps.exchange.rules import DirectoryEntry

    return DirectoryEntry(**(asdict(partner.description()) | {"status": "active"} | more))


def test_the_content_lies_locked(partner: PartnerInMemory, ring: Keyring) -> None:
    from django.db import connection

    said = exchange.say(
        partner=partner.name, kind="question", content={"text": "a plain sentence"}, actor="worker"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT content_locked FROM exchange_outgoing")
        assert b"plain" not in bytes(cursor.fetchone()[0])
    assert isinstance(said.message_id, uuid.UUID)


def test_what_was_taken_stays_taken_when_its_keys_are_revoked_before_its_sender_heard_of_it(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    envelope = partner.write("ping", {})
    assert hear(ring, envelope) == ["taken"]
    assert receipts(partner, ring) == {digest(envelope): "acted"}
    exchange.revoke_key(partner=partner.name, key_id=partner.keys.public.key_id)
    # Its answer was lost on the way, so it comes again; told "revoked_key", its sender would write it anew.
    assert hear(ring, envelope) == ["replayed"]
    assert hear(ring, partner.write("ping", {})) == ["revoked_key"]


def test_what_arrived_and_was_never_receipted_is_handed_over_once_more(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    say_ping(partner)
    now = clock.now()
    exchange.seal_due(queries.own_node(ring), now)
    (first,) = exchange.take_due(now)
    exchange.record_delivery(first, exchange.Answer(("taken",)), now)
    assert exchange.ask_again(now + timedelta(hours=5)) == 0
    later = now + timedelta(hours=7)
    assert exchange.ask_again(later) == 1
    (again,) = exchange.take_due(later)
    assert again.envelopes == first.envelopes
    exchange.record_delivery(again, exchange.Answer(("replayed",)), later)
    assert exchange.ask_again(later) == 0
    assert len(ledger.lines_after(0, kinds=["messages_delivered"])) == 1
    hear(ring, partner.write("receipt", {"receipts": [receipt_of(first, "acted")]}))
    assert exchange.ask_again(later + timedelta(days=1)) == 0


def receipt_of(parcel: exchange.Parcel, step: str) -> dict[str, str]:
    at = clock.to_text(clock.now())
    return {"digest": parcel.digests[0].hex(), "id": str(ids.new_id()), "step": step, "at": at}
