"""Promises to police: an order that explains itself, an outcome in one click, and that marks bind."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange.errors import MarkForbids, NotToBeSaid
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.ledger import queries as ledger
from tutela.apps.referrals import actions as referrals
from tutela.apps.referrals import queries, rules
from tutela.apps.referrals.errors import NotAnOutcome, NoteMissing, ReferralUnknown
from tutela.core.kernel import clock, ids
from tutela.core.kernel.errors import NotPermitted
from tutela.core.protocol.contents.police import Referral
from tutela.core.terms.marks import HandlingMark
from tutela.formats.registry import format_named
from tutela.testing import people, referring
from tutela.testing.partners import PartnerInMemory, deliver, hear, receipts

pytestmark = pytest.mark.django_db


def refer(hotline: PartnerInMemory, ring: Keyring, **more: Any) -> queries.ReferralRow:
    """A referral comes; returns its line in the list."""
    reference = f"R-{ids.new_id().hex[-8:]}"
    content = referring.referral(more.pop("item", referring.item()), reference=reference, **more)
    hear(ring, hotline.write("referral", content))
    return next(one for one in queries.referrals() if one.reference == reference)


def test_referrals_stand_in_an_order_that_names_its_reasons(hotline: PartnerInMemory, ring: Keyring) -> None:
    live = referring.FOUND | {"livestream": "yes", "self_generated": "yes"}
    known = refer(hotline, ring, item=referring.item(known=True))
    new = refer(hotline, ring)
    grave = refer(hotline, ring, item=referring.item(assessment=live))
    danger = refer(hotline, ring, item=referring.item(danger_now=True, known=True))
    rows = queries.referrals()
    assert [one.id for one in rows] == [danger.id, grave.id, new.id, known.id]
    assert [one.reasons for one in rows] == [
        ("danger_now",),
        ("livestream", "self_report", "new"),
        ("new",),
        (),
    ]
    assert all(one.unread == 1 for one in rows)


def test_age_is_a_reason_from_the_first_day_on_and_moves_nothing() -> None:
    then = clock.now()
    said = Referral.from_json(referring.referral())
    old = rules.rank(rules.facts_of(said, received_at=then - timedelta(days=2)))
    young = rules.rank(rules.facts_of(said, received_at=then))
    assert old < young
    assert rules.reasons_of(old, received_at=then - timedelta(days=2), now=then) == ("new", "age_days")


def test_opening_a_referral_is_receipted_once(hotline: PartnerInMemory, ring: Keyring) -> None:
    officer = people.make_person("analyst", app=False).actor
    row = refer(hotline, ring)
    assert set(receipts(hotline, ring).values()) == {"accepted"}
    assert referrals.record_opened(by=officer, referral_id=row.id)
    assert set(receipts(hotline, ring).values()) == {"opened"}
    assert not referrals.record_opened(by=officer, referral_id=row.id)
    assert receipts(hotline, ring) == {}
    assert queries.referrals()[0].opened_by == officer.id


@pytest.mark.parametrize(
    ("outcome", "settled", "step"),
    [
        ("received", False, set()),
        ("investigating", False, {"acted"}),
        ("victim_safeguarded", True, {"acted"}),
        ("known_case", True, {"acted"}),
        ("not_ours", True, {"acted"}),
    ],
)
def test_an_outcome_goes_back_to_who_referred(
    hotline: PartnerInMemory, ring: Keyring, outcome: str, settled: bool, step: set[str]
) -> None:
    officer = people.make_person("analyst", app=False).actor
    row = refer(hotline, ring)
    receipts(hotline, ring)
    done = referrals.say_outcome(by=officer, referral_id=row.id, outcome=outcome)
    (said,) = [one for one in deliver(hotline, ring) if one.header.kind == "outcome"]
    assert (said.content["outcome"], "items" in said.content) == (outcome, False)
    assert (done.settled, queries.counts().settled) == (settled, int(settled))
    assert set(receipts(hotline, ring).values()) == step
    assert ledger.latest_lines(kind="outcome_said")[0].facts == {"outcome": outcome, "items": 1}


def test_who_needs_more_says_what_and_an_outcome_for_some_settles_nothing(
    hotline: PartnerInMemory, ring: Keyring
) -> None:
    officer = people.make_person("analyst", app=False).actor
    row = refer(hotline, ring)
    with pytest.raises(NoteMissing):
        referrals.say_outcome(by=officer, referral_id=row.id, outcome="more_needed", note=" ")
    with pytest.raises(NotAnOutcome):
        referrals.say_outcome(by=officer, referral_id=row.id, outcome="closed")
    ref = queries.referral(row.id).said.items[0].ref
    assert not referrals.say_outcome(by=officer, referral_id=row.id, outcome="not_ours", items=[ref]).settled
    (said,) = deliver(hotline, ring)
    assert said.content["items"] == [str(ref)]


def test_only_who_works_with_referrals_answers_them(hotline: PartnerInMemory, ring: Keyring) -> None:
    auditor = people.make_person("auditor", app=False).actor
    officer = people.make_person("analyst", app=False).actor
    row = refer(hotline, ring)
    with pytest.raises(NotPermitted):
        referrals.record_opened(by=auditor, referral_id=row.id)
    with pytest.raises(NotPermitted):
        referrals.say_outcome(by=auditor, referral_id=row.id, outcome="received")
    with pytest.raises(ReferralUnknown):
        referrals.say_outcome(by=officer, referral_id=uuid.uuid4(), outcome="received")


def test_questions_and_replies_stand_in_the_conversation(hotline: PartnerInMemory, ring: Keyring) -> None:
    officer = people.make_person("analyst", app=False).actor
    row = refer(hotline, ring)
    referrals.record_opened(by=officer, referral_id=row.id)
    with pytest.raises(NotToBeSaid):
        referrals.write_words(by=officer, referral_id=row.id, text="Yes.", reply=True)
    referrals.write_words(by=officer, referral_id=row.id, text="Which time zone?")
    (asked,) = deliver(hotline, ring)
    talk, mark = asked.header.conversation, HandlingMark.AMBER_STRICT
    hear(ring, hotline.write("reply", {"text": "UTC."}, conversation=talk, mark=mark))
    seen = queries.referral(row.id)
    assert seen.row.unread == 1
    assert [one.kind for one in seen.conversation.messages] == ["referral", "question", "reply"]
    referrals.record_opened(by=officer, referral_id=row.id)
    assert queries.referral(row.id).row.unread == 0


def test_the_mark_of_a_referral_binds_what_is_said_of_its_items(
    hotline: PartnerInMemory, ring: Keyring
) -> None:
    row = refer(hotline, ring)
    assert row.mark == HandlingMark.AMBER_STRICT
    provider = PartnerInMemory("hosting.example.com", hotline.ours, role="provider").join()
    ref = queries.referral(row.id).said.items[0].ref
    with pytest.raises(MarkForbids):
        exchange.say(
            partner=provider.name, kind="preservation", actor="worker", needs_to_know=True,
            content=referring.preservation(referring.item(ref)),
        )  # fmt: skip


def test_a_referral_is_printed_and_bundled_under_its_mark(hotline: PartnerInMemory, ring: Keyring) -> None:
    row = refer(hotline, ring, handling=["H1"], evaluation={"source": "A", "information": 2})
    record = queries.record(row.id)
    assert (record.organisation.name, record.mark) == ("Example Partner", HandlingMark.AMBER_STRICT)
    assert b"TLP:AMBER+STRICT" in format_named("stix").write(record)
    assert format_named("sheet").write(record).startswith(b"%PDF")
