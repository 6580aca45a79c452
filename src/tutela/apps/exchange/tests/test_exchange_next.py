"""Promises about what people can say next in a conversation: pages offer what is taken, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.errors import NotToBeSaid
from tutela.apps.exchange.keyring import Keyring
from tutela.core.kernel import ids
from tutela.testing.partners import PartnerInMemory, hear

pytestmark = pytest.mark.django_db


def test_a_question_is_answered_when_its_turn_has_come_and_not_before(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    talk = ids.new_id()
    first, second = (
        partner.write("question", {"text": text}, conversation=talk) for text in ("Whose?", "Since when?")
    )
    hear(ring, second)
    (row,) = queries.latest_conversations()
    reply: dict[str, Any] = {"kind": "reply", "content": {"text": "Not ours."}, "conversation": row.id}
    assert (row.kind, queries.conversation(row.id).sayable) == ("question", ())
    with pytest.raises(NotToBeSaid) as refusal:
        exchange.say(partner=partner.name, actor="worker", **reply)
    assert refusal.value.reason == "not_in_this_conversation"
    hear(ring, first)
    assert queries.conversation(row.id, contents=False).sayable == ("reply", "question")
    exchange.say(partner=partner.name, actor="worker", **reply)


def test_after_the_last_word_nothing_can_be_said(partner: PartnerInMemory, ring: Keyring) -> None:
    talk, item = ids.new_id(), {"kind": "address", "address": "https://files.example.org/a"}
    handed = {"reference": "NL-1", "items": [{"ref": str(ids.new_id()), **item}]}
    hear(ring, partner.write("handover", handed, conversation=talk))
    (row,) = queries.latest_conversations()
    assert queries.conversation(row.id).sayable == ("question",), "nobody asked, so there is nothing to reply"
    hear(ring, partner.write("handover_update", {"closed": True}, conversation=talk))
    assert queries.conversation(row.id).sayable == ()
