"""Promises of the way back: the reporter reads what the desk tells, and a stranger reads nothing."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings

from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.receipts import actions as receipts
from tutela.apps.receipts import queries, rules
from tutela.apps.receipts.errors import NotAMessage, UnknownReceipt
from tutela.apps.receipts.models import Message, Receipt, Submission
from tutela.core.envelope.errors import SealBroken
from tutela.core.kernel import ids

AT = "2026-03-04T10:15:00Z"
NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


def derived_of(code: rules.Code) -> rules.Derived:
    return rules.derive(code, settings.TUTELA_PEPPER_LOOKUP, settings.TUTELA_PEPPER_KEY)


def hand_in(code: rules.Code | None = None) -> uuid.UUID:
    """Hand in a report and return its receipt."""
    derived = derived_of(code or rules.new_code())
    return receipts.hand_in(
        receipt_id=ids.new_id(),
        lookup=derived.lookup,
        public_key=derived.public_key,
        submission_id=ids.new_id(),
        sealed=b"sealed",
        form_digest=secrets.token_bytes(32),
    ).receipt_id


def status(state: str) -> dict[str, Any]:
    return {"v": 1, "kind": "status", "state": state, "reason": "", "at": AT}


def tell(receipt_id: uuid.UUID, state: str) -> uuid.UUID | None:
    return receipts.tell_reporter(receipt_id=receipt_id, kind="status", payload=status(state), actor="worker")


@pytest.mark.django_db
def test_a_reporter_reads_with_the_code_what_the_desk_told() -> None:
    code = rules.new_code()
    receipt_id = hand_in(code)
    with time_machine.travel(NOW, tick=False) as traveller:
        tell(receipt_id, "being_looked_at")
        traveller.shift(timedelta(minutes=1))
        receipts.tell_reporter(
            receipt_id=receipt_id,
            kind="question",
            payload={"v": 1, "kind": "question", "text": "Which page was it?", "at": AT},
            actor="worker",
        )
    derived = derived_of(rules.parse_code(code.words))
    found = queries.receipt_by_lookup(derived.lookup)
    assert found is not None
    assert (found.id, found.public_key) == (receipt_id, derived.public_key)
    opened = [
        rules.open_message(m.sealed, derived.private_key, m.receipt_id) for m in queries.messages(receipt_id)
    ]
    assert [message["kind"] for message in opened] == ["status", "question"]
    assert opened[1]["text"] == "Which page was it?"


@pytest.mark.django_db
def test_a_stranger_cannot_read_a_receipt() -> None:
    receipt_id = hand_in()
    tell(receipt_id, "received")
    stranger = derived_of(rules.new_code())
    assert queries.receipt_by_lookup(stranger.lookup) is None
    [message] = queries.messages(receipt_id)
    for private_key in (stranger.private_key, settings.TUTELA_DESK_PRIVATE_KEY):
        with pytest.raises(SealBroken):
            rules.open_message(message.sealed, private_key, receipt_id)
    assert queries.messages(rules.DECOY_RECEIPT) == []


@pytest.mark.django_db
def test_telling_is_noted_without_its_words() -> None:
    receipt_id = hand_in()
    tell(receipt_id, "notice_sent")
    line = ledger_queries.lines_about(receipt_id)[-1]
    assert (line.kind, line.actor) == ("reporter_told", "worker")
    assert line.facts == {"kind": "status", "state": "notice_sent"}


@pytest.mark.django_db
def test_what_is_not_a_message_is_not_told() -> None:
    receipt_id = hand_in()
    for kind, payload in (("question", status("received")), ("status", status("lost")), ("status", {})):
        with pytest.raises(NotAMessage):
            receipts.tell_reporter(receipt_id=receipt_id, kind=kind, payload=payload, actor="worker")
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_nobody_is_told_when_the_receipt_is_forgotten() -> None:
    assert tell(ids.new_id(), "came_back") is None
    assert ledger_queries.head()[0] == 0
    with pytest.raises(UnknownReceipt):
        queries.receipt_public_key(ids.new_id())


@pytest.mark.django_db
def test_the_public_key_of_a_receipt_is_the_one_handed_in() -> None:
    code = rules.new_code()
    assert queries.receipt_public_key(hand_in(code)) == derived_of(code).public_key


@pytest.mark.django_db
def test_a_closed_receipt_is_forgotten_whole_after_its_time() -> None:
    with time_machine.travel(NOW, tick=False):
        forgotten, kept = hand_in(), hand_in()
        for submission in Submission.objects.all():
            receipts.mark_opened(submission.pk)
        tell(forgotten, "closed")
    assert receipts.forget_receipts(NOW) == 0
    assert receipts.forget_receipts(NOW + timedelta(seconds=1)) == 1
    assert list(Receipt.objects.values_list("id", flat=True)) == [kept]
    assert list(Submission.objects.values_list("receipt_id", flat=True)) == [kept]
    assert not Message.objects.exists()
    last = ledger_queries.latest_lines(most=1)[0]
    assert (last.kind, last.facts) == ("receipts_forgotten", {"receipts": 1})
    assert ledger_queries.verify().holds


@pytest.mark.django_db
def test_nothing_is_forgotten_unread_nor_after_it_came_back() -> None:
    unread, came_back, broken = hand_in(), hand_in(), hand_in()
    for submission in Submission.objects.filter(receipt_id=came_back):
        receipts.mark_opened(submission.pk)
    for submission in Submission.objects.filter(receipt_id=broken):
        receipts.mark_broken(submission.pk, "seal_broken")
    for receipt_id in (unread, came_back, broken):
        tell(receipt_id, "closed")
    tell(came_back, "came_back")
    assert receipts.forget_receipts(datetime(2100, 1, 1, tzinfo=UTC)) == 0
    assert Receipt.objects.count() == 3


@pytest.mark.django_db
def test_many_are_forgotten_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    from tutela.apps.receipts.actions import forget_receipts as verb

    monkeypatch.setitem(verb.__globals__, "_AT_ONCE", 2)
    for _ in range(5):
        tell(hand_in(), "closed")
    for submission in Submission.objects.all():
        receipts.mark_opened(submission.pk)
    assert receipts.forget_receipts(datetime(2100, 1, 1, tzinfo=UTC)) == 5
    lines = ledger_queries.lines_after(0, kinds=["receipts_forgotten"])
    assert [line.facts["receipts"] for line in lines] == [2, 2, 1]
