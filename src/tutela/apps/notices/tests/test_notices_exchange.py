"""Promises about notices to a provider's own node: said once, answered there, followed as ever."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tutela.apps.cases import queries as case_queries
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.ledger import queries as ledger
from tutela.apps.notices import actions as notices
from tutela.apps.notices import queries, rules
from tutela.apps.notices.errors import NotAPartner
from tutela.core.kernel import clock
from tutela.testing.notifying import Story
from tutela.testing.partners import PartnerInMemory, deliver, hear, keyring_in, our_key, receipts

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(story: Story, tmp_path: Path) -> Keyring:
    return keyring_in(tmp_path)


@pytest.fixture
def hosting(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("hosting.example.com", our_key(), role="provider").join()


def taken(story: Story, *addresses: str) -> Any:
    """Play everything up to a notice that a worker has in its hand."""
    story.node(desk={"notice_bundle_minutes": 0, "second_look": ()})
    item_ids = [story.decided(address) for address in addresses or ("https://files.example.org/item/42",)]
    notices.follow_decisions()
    for item_id in item_ids:
        story.hosted(item_id)
    return story.taken()


def say(notice: Any) -> None:
    """Say it, and record that it left, as the worker does."""
    result = notices.say_notice(notice)
    assert result is not None
    assert notices.record_delivery(notice_id=notice.notice_id, result=result) is rules.Outcome.SENT


def answer(*given: tuple[uuid.UUID, str], note: str = "") -> dict[str, Any]:
    items = [{"ref": str(ref), "answer": code} for ref, code in given]
    return {"items": items, "at": clock.to_text(clock.now())} | ({"note": note} if note else {})


def test_a_notice_to_a_partner_is_said_once_and_asks_what_a_letter_asks(
    story: Story, hosting: PartnerInMemory, ring: Keyring
) -> None:
    story.provider(partner=hosting.name)
    notice = taken(story)
    assert notice.partner == hosting.name
    notices.say_notice(notice)
    say(notice)
    (said,) = deliver(hosting, ring)
    assert (said.header.kind, said.content["reference"]) == ("notice", notice.reference)
    assert said.content["asks"] == ["remove", "preserve"]
    (item,) = said.content["items"]
    assert (item["address"], item["ip"], item["category"]) == (
        "https://files.example.org/item/42", "192.0.2.20", "baseline",
    )  # fmt: skip
    assert case_queries.item(notice.items[0].item_id).state == "noticed"


def test_an_answer_between_nodes_does_what_one_behind_the_link_does(
    story: Story, hosting: PartnerInMemory, ring: Keyring
) -> None:
    story.node(checks={"mode": "head"})
    story.provider(partner=hosting.name)
    notice = taken(story, "https://files.example.org/1", "https://files.example.org/2")
    say(notice)
    (said,) = deliver(hosting, ring)
    gone, theirs = (item.item_id for item in notice.items)
    story.clock.shift(timedelta(minutes=1))
    content = answer((gone, "removed"), (theirs, "not_ours"), note="It is a customer of a customer.")
    envelope = hosting.write("answer", content, conversation=said.header.conversation)
    assert hear(ring, envelope, envelope) == ["taken", "replayed"]
    seen = queries.notice(notice.notice_id)
    assert seen is not None
    assert {one.kind: one.has_text for one in seen.answers} == {"removed": True, "not_ours": True}
    assert notices.follow_answers() == 2
    watch = notices.take_due_watch(clock.now())
    assert watch is not None, "what is said to be removed is looked at once"
    assert watch.item_id == gone
    assert case_queries.item(theirs).state == "deciding", "what is not theirs goes back to a person"
    assert ledger.latest_lines(kind="notice_answered")[0].actor == f"partner:{hosting.name}"
    assert set(receipts(hosting, ring).values()) == {"acted"}


def test_an_answer_to_nothing_is_refused_by_its_name(
    story: Story, hosting: PartnerInMemory, ring: Keyring
) -> None:
    said = exchange.say(
        partner=hosting.name, kind="notice", actor="worker",
        content={"reference": "X-1", "items": [{"ref": str(uuid.uuid4()), "address": "https://a.example.org/"}],
                 "asks": ["remove"]},
    )  # fmt: skip
    deliver(hosting, ring)
    hear(ring, hosting.write("answer", answer((uuid.uuid4(), "removed")), conversation=said.conversation_id))
    exchange.make_receipts(clock.now())
    (told,) = [one.content["receipts"][0] for one in deliver(hosting, ring)]
    assert (told["step"], told["code"]) == ("refused", "no_notice")


def test_where_a_node_cannot_be_reached_by_name_the_letter_goes_by_mail(
    story: Story, hosting: PartnerInMemory, ring: Keyring
) -> None:
    with pytest.raises(NotAPartner):
        story.provider(partner="nobody.example.com")
    story.provider(partner=hosting.name)
    notice = taken(story)
    exchange.revoke_key(partner=hosting.name, key_id=hosting.keys.public.key_id)
    story.node(exchange={"node": ""})
    assert notices.say_notice(notice) is None


def test_without_a_mail_server_only_what_goes_to_a_node_is_taken(
    story: Story, hosting: PartnerInMemory, ring: Keyring
) -> None:
    story.provider()
    assert notices.take_due_notice(clock.now(), by_mail=False) is None
    provider = queries.providers()[0]
    story.provider(provider_id=provider.id, partner=hosting.name)
    story.provider(provider_id=provider.id)
    assert queries.providers()[0].partner == hosting.name, "saving the record otherwise leaves it"
    notice = taken(story)
    story.delivered(notice, None, "connect")
    story.clock.shift(timedelta(hours=1))
    assert notices.take_due_notice(clock.now(), by_mail=False) is not None
