"""Promises about what is over: its words go, that it was said stays, and nothing that waits is touched."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.exchange.models import Conversation, Envelope, Incoming, Outgoing
from tutela.apps.ledger import queries as ledger
from tutela.core.kernel import clock
from tutela.testing import people
from tutela.testing.partners import PartnerInMemory, deliver, hear, receipts

pytestmark = pytest.mark.django_db


@pytest.fixture
def later() -> datetime:
    return clock.now() + timedelta(days=100)


def forget(later: datetime, *keep: uuid.UUID) -> int:
    before = later - timedelta(days=90)
    return exchange.forget_conversations(before=before, keep=keep, now=later).conversations


def ask(partner: PartnerInMemory) -> uuid.UUID:
    said = exchange.say(partner=partner.name, kind="question", content={"text": "Who?"}, actor="worker")
    return said.conversation_id


def asked_and_answered(partner: PartnerInMemory, ring: Keyring) -> uuid.UUID:
    """Have a question of ours and its reply read by people on both sides."""
    talk = ask(partner)
    (message,) = deliver(partner, ring)
    reply = partner.write("reply", {"text": "We."}, conversation=message.header.conversation)
    assert hear(ring, reply) == ["taken"]
    coordinator = people.make_person("coordinator", app=False).actor
    for one in queries.conversation(talk).messages:
        if not one.ours:
            exchange.record_person_opened(by=coordinator, message_id=one.id)
    receipts(partner, ring)
    return talk


def test_words_and_envelopes_go_and_codes_and_digests_stay(
    partner: PartnerInMemory, ring: Keyring, later: datetime
) -> None:
    talk = asked_and_answered(partner, ring)
    before = queries.conversation(talk)
    assert forget(clock.now() + timedelta(days=80)) == 0
    assert forget(later) == 1
    after = queries.conversation(talk)
    assert after.row.emptied
    assert [one.content for one in after.messages] == [{}, {}]
    for was, now in zip(before.messages, after.messages, strict=True):
        assert (was.kind, was.digest, was.step, was.receipts) == (
            now.kind,
            now.digest,
            now.step,
            now.receipts,
        )
    assert not Envelope.objects.exists()
    assert not Incoming.objects.filter(conversation=talk).exclude(content_locked=None).exists()
    (line,) = ledger.lines_after(0, kinds=("conversations_forgotten",))
    assert line.facts == {"conversations": 1, "messages": 2}
    assert forget(later) == 0


def test_a_conversation_goes_on_where_it_was_and_is_emptied_again(
    partner: PartnerInMemory, ring: Keyring, later: datetime
) -> None:
    talk = asked_and_answered(partner, ring)
    old = partner.write("ping", {})
    hear(ring, old)
    assert forget(later) == 2
    assert hear(ring, old) == ["replayed"]
    shared = Conversation.objects.get(pk=talk).shared_id
    assert hear(ring, partner.write("question", {"text": "And now?"}, conversation=shared)) == ["taken"]
    seen = queries.conversation(talk)
    assert [(one.kind, one.state, dict(one.content)) for one in seen.messages[-1:]] == [
        ("question", "opened", {"text": "And now?"})
    ]
    assert forget(later) == 0, "nobody has read it yet"
    Conversation.objects.filter(pk=talk).update(last_at=later + timedelta(days=1))
    Incoming.objects.update(read_at=clock.now())
    assert forget(later + timedelta(days=92)) == 1


def test_what_waits_for_anybody_is_kept(partner: PartnerInMemory, ring: Keyring, later: datetime) -> None:
    talk = ask(partner)
    assert forget(later) == 0, "it was not even sealed"
    exchange.give_up(later)
    assert forget(later) == 0, "nobody has seen that it did not arrive"
    (problem,) = queries.for_a_person()
    exchange.settle_message(message_id=problem.message_id)
    assert forget(later, talk) == 0, "a higher room works with it"
    assert forget(later) == 1
    assert bytes(Outgoing.objects.get(pk=problem.message_id).content_locked) == b""


def test_a_handover_is_kept_until_somebody_said_the_last_word(
    partner: PartnerInMemory, ring: Keyring, later: datetime
) -> None:
    item = {"ref": str(uuid.uuid4()), "kind": "address", "address": "https://files.example.org/a"}
    handover = partner.letter("handover", {"reference": "EX-1", "items": [item]})
    hear(ring, partner.seal(handover))
    deliver(partner, ring)
    assert forget(later) == 0
    update = {"items": [], "closed": True}
    hear(ring, partner.write("handover_update", update, conversation=handover.conversation))
    assert forget(later) == 1
    (talk,) = Conversation.objects.all()
    assert [one.content for one in queries.conversation(talk.id).messages] == [{}] * 3


def test_receipts_and_what_was_never_believed_are_removed_once_they_have_expired(
    partner: PartnerInMemory, ring: Keyring, later: datetime
) -> None:
    digest = "0" * 64
    receipt = {
        "digest": digest,
        "id": str(uuid.uuid4()),
        "step": "accepted",
        "at": clock.to_text(clock.now()),
    }
    hear(ring, partner.write("receipt", {"receipts": [receipt]}))
    soon = clock.now() + timedelta(days=20)
    assert exchange.forget_conversations(before=soon, now=soon).loose == 0
    assert exchange.forget_conversations(before=later, now=later).loose == 1
    assert not Incoming.objects.exists()
