"""Promises about overlap: agreed partners only, seldom, no more than which of the asked ones both have."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest

from tutela.apps.cases import queries as case_queries
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.errors import MarkForbids, NothingToCompare, OverlapNotAgreed
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.exchange.models import Marked, OverlapAsked, OverlapHeard
from tutela.apps.ledger import queries as ledger
from tutela.core.kernel import clock, ids
from tutela.core.kernel.errors import NotPermitted
from tutela.core.protocol import overlap
from tutela.core.terms.marks import HandlingMark
from tutela.testing import people, stories
from tutela.testing.partners import PartnerInMemory, deliver, hear, our_key, receipts

pytestmark = pytest.mark.django_db
SHARED, OURS, THEIRS = (f"https://files.example.org/album/{number}" for number in range(3))


def identifier(address: str) -> bytes:
    return overlap.address_identifier(address)


def agreed(partner: PartnerInMemory) -> stories.Desk:
    exchange.agree_overlap(partner=partner.name)
    return stories.desk(app=False)


def answered(partner: PartnerInMemory, question: Any, *held: str) -> bytes:
    """Answer a question of the node under test for what the partner holds."""
    asked = question.content
    request = base64.b64decode(asked["request"])
    given = overlap.answer(asked["scope"], asked["count"], request, [identifier(one) for one in held])
    content = {
        "scope": asked["scope"],
        "setup": base64.b64encode(given.setup).decode(),
        "response": base64.b64encode(given.response).decode(),
    }
    return partner.write("overlap_answer", content, conversation=question.header.conversation)


def question(partner: PartnerInMemory, *addresses: str, count: int = 0) -> tuple[bytes, overlap.Question]:
    asked = overlap.ask("addresses", [identifier(one) for one in addresses])
    request = base64.b64encode(asked.request).decode()
    content = {"scope": "addresses", "count": count or asked.count, "request": request}
    return partner.write("overlap_query", content), asked


def test_we_learn_which_of_our_items_a_partner_has_too(partner: PartnerInMemory, ring: Keyring) -> None:
    desk = agreed(partner)
    shared, ours = stories.item(SHARED), stories.item(OURS)
    (asked,) = exchange.ask_overlap(by=desk.analyst.actor, partner=partner.name)
    assert (asked.scope, asked.count) == ("addresses", 2)
    (said,) = deliver(partner, ring)
    assert SHARED not in str(said.content) and said.header.mark == HandlingMark.AMBER_STRICT
    (waiting,) = queries.overlaps_of_item(shared)
    assert (waiting.has_it, waiting.asked.answered_at) == (None, None)

    hear(ring, answered(partner, said, SHARED, THEIRS))
    assert [one.has_it for one in queries.overlaps_of_item(shared)] == [True]
    assert [one.has_it for one in queries.overlaps_of_item(ours)] == [False]
    seen = queries.overlap_of(asked.conversation_id)
    assert seen is not None and (seen[0].found, seen[1]) == (1, [shared])
    assert [line.about_id for line in ledger.latest_lines(kind="item_known_to_partner")] == [shared]
    assert not OverlapAsked.objects.get().secret_locked, "the secret is of no more use"
    assert queries.conversation(asked.conversation_id).row.closed


def test_a_partner_learns_which_of_its_own_we_have_and_nothing_of_what_is_nobodys_case(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    desk = agreed(partner)
    stories.item(SHARED)
    closed = stories.item(THEIRS)
    stories.assess(closed, desk.analyst, stories.NOT_ILLEGAL)
    stories.decide(closed, desk.analyst, stories.DecisionKind.CLOSE, stories.CloseReason.NOT_ILLEGAL)
    asked = [SHARED, THEIRS, "https://elsewhere.example.com/1"]
    envelope, secret = question(partner, *asked)
    hear(ring, envelope, envelope)
    assert deliver(partner, ring) == [], "it is compared outside of the transaction that took it"
    assert exchange.answer_overlap(clock.now())
    assert not exchange.answer_overlap(clock.now())
    (said,) = deliver(partner, ring)
    given = overlap.Answer(*(base64.b64decode(said.content[one]) for one in ("setup", "response")))
    found = overlap.common("addresses", [identifier(one) for one in asked], secret.secret, given)
    assert found == {identifier(SHARED)}
    assert set(receipts(partner, ring).values()) == {"acted"}
    (seen,) = queries.overlaps_asked_by(partner.name)
    assert (seen.count, seen.state) == (3, "answered")
    assert not OverlapHeard.objects.get().request_locked
    assert exchange.empty_overlaps() == 1
    assert exchange.empty_overlaps() == 0


def test_without_an_agreement_nobody_asks_and_nobody_is_answered(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    analyst = people.make_person("analyst", app=False).actor
    item_id = stories.item(SHARED)
    with pytest.raises(OverlapNotAgreed):
        exchange.ask_overlap(by=analyst, partner=partner.name, item_ids=[item_id])
    hear(ring, question(partner, SHARED)[0])
    assert _refusals(partner, ring) == ["overlap_not_agreed"]
    with pytest.raises(NotPermitted):
        exchange.agree_overlap(by=analyst, partner=partner.name)
    coordinator = people.make_person("coordinator", app=False).actor
    assert exchange.agree_overlap(by=coordinator, partner=partner.name)
    assert not exchange.agree_overlap(by=coordinator, partner=partner.name)
    assert exchange.end_overlap(by=coordinator, partner=partner.name)
    kinds = [line.kind for line in ledger.latest_lines() if line.kind.startswith("overlap")]
    assert kinds == ["overlap_ended", "overlap_agreed"]


def _refusals(partner: PartnerInMemory, ring: Keyring) -> list[str]:
    exchange.make_receipts(clock.now())
    said = [one.content for one in deliver(partner, ring) if one.header.kind == "receipt"]
    return [one.get("code", "") for content in said for one in content["receipts"]]


def test_who_asks_too_often_or_nonsense_is_refused_by_name(partner: PartnerInMemory, ring: Keyring) -> None:
    agreed(partner)
    hear(ring, question(partner, SHARED, count=2)[0])
    assert _refusals(partner, ring) == ["broken_overlap"]
    hear(ring, question(partner, SHARED)[0])
    row = OverlapHeard.objects.get()
    copies = [
        OverlapHeard(
            partner_id=row.partner_id, scope=row.scope, count=1, heard_at=clock.now(), state="answered",
            conversation=type(row.conversation).objects.create(
                id=(made := ids.new_id()), shared_id=made, partner_id=row.partner_id, begun_here=False,
                kind="overlap_query", mark="TLP:AMBER", begun_at=clock.now(), last_at=clock.now(),
            ),
        )
        for _ in range(49)
    ]  # fmt: skip
    OverlapHeard.objects.bulk_create(copies)
    hear(ring, question(partner, SHARED)[0])
    assert "asked_too_often" in _refusals(partner, ring)


def test_an_answer_to_another_question_is_refused(partner: PartnerInMemory, ring: Keyring) -> None:
    desk = agreed(partner)
    item_id = stories.item(SHARED)
    exchange.ask_overlap(by=desk.analyst.actor, partner=partner.name, item_ids=[item_id])
    (said,) = deliver(partner, ring)
    two = overlap.ask("addresses", [identifier(SHARED), identifier(OURS)])
    content = {**said.content, "count": 2, "request": base64.b64encode(two.request).decode()}
    from dataclasses import replace

    hear(ring, answered(partner, replace(said, content=content), SHARED))
    assert [one.has_it for one in queries.overlaps_of_item(item_id)] == [None]
    assert queries.overlaps_of_item(item_id)[0].asked.code == "broken_overlap"


def test_what_marks_keep_here_is_neither_asked_about_nor_told(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    desk = agreed(partner)
    third = PartnerInMemory("third.example.com", our_key()).join()
    item_id = stories.item(SHARED)
    Marked.objects.create(
        about_kind="item", about_id=item_id, partner_id=queries.partner(third.name).id,
        mark=HandlingMark.AMBER_STRICT.value, at=clock.now(),
    )  # fmt: skip
    with pytest.raises((NothingToCompare, MarkForbids)):
        exchange.ask_overlap(by=desk.analyst.actor, partner=partner.name, item_ids=[item_id])
    envelope, secret = question(partner, SHARED)
    hear(ring, envelope)
    exchange.answer_overlap(clock.now())
    (said,) = [one for one in deliver(partner, ring) if one.header.kind == "overlap_answer"]
    given = overlap.Answer(*(base64.b64decode(said.content[one]) for one in ("setup", "response")))
    assert overlap.common("addresses", [identifier(SHARED)], secret.secret, given) == frozenset()


def test_accounts_and_fingerprints_are_asked_about_in_their_own_questions(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    from tutela.apps.cases import actions as cases
    from tutela.testing.hash_lists import fingerprint

    desk = agreed(partner)
    page = stories.item(SHARED)
    cases.note_recognised(item_id=page, fingerprints=[fingerprint(5)], hits=[])
    account = stories.item("", service="chat.example.com", account="somebody77")
    asked = exchange.ask_overlap(by=desk.analyst.actor, partner=partner.name, item_ids=[page, account])
    assert {one.scope: one.count for one in asked} == {"addresses": 1, "accounts": 1, "fingerprints": 1}
    with pytest.raises(NothingToCompare):
        exchange.ask_overlap(by=desk.analyst.actor, partner=partner.name, item_ids=[uuid.uuid4()])
    assert set(case_queries.open_items(most=10)) == {page, account}
