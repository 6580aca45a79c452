"""Promises of handing in: stored once and whole, or not at all."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.receipts import actions as receipts
from tutela.apps.receipts import queries, rules
from tutela.apps.receipts.errors import CodeTaken, SubmissionTooLarge, UnknownReceipt
from tutela.apps.receipts.models import Receipt, Submission
from tutela.core.kernel import ids

REPORT = {
    "v": 1,
    "kind": "report",
    "places": "https://example.org/page",
    "no_address": False,
    "danger_now": None,
}


def report(**other: Any) -> dict[str, Any]:
    """Return the arguments of a report that can be handed in."""
    receipt_id, submission_id = ids.new_id(), ids.new_id()
    derived = rules.derive(rules.new_code(), settings.TUTELA_PEPPER_LOOKUP, settings.TUTELA_PEPPER_KEY)
    sealed = rules.seal_submission(REPORT, settings.TUTELA_DESK_PUBLIC_KEY, receipt_id, submission_id)
    return {
        "receipt_id": receipt_id,
        "lookup": derived.lookup,
        "public_key": derived.public_key,
        "submission_id": submission_id,
        "sealed": sealed,
        "form_digest": secrets.token_bytes(32),
    } | other


def more(receipt_id: uuid.UUID, kind: str = "addition", **other: Any) -> dict[str, Any]:
    """Return the arguments of something that can be added."""
    return {
        "receipt_id": receipt_id,
        "submission_id": ids.new_id(),
        "kind": kind,
        "sealed": b"sealed",
        "form_digest": secrets.token_bytes(32),
    } | other


@pytest.mark.django_db
def test_a_report_is_stored_sealed_and_noted() -> None:
    arguments = report()
    handed = receipts.hand_in(**arguments)
    assert handed == receipts.HandedIn(arguments["receipt_id"], already=False)
    [waiting] = queries.submissions_waiting()
    assert (waiting.kind, waiting.sealed) == ("report", arguments["sealed"])
    opened = rules.open_submission(
        waiting.sealed, settings.TUTELA_DESK_PRIVATE_KEY, waiting.receipt_id, waiting.id
    )
    assert opened == REPORT
    [line] = ledger_queries.lines_about(arguments["receipt_id"])
    assert (line.kind, line.actor) == ("report_received", "site")
    assert line.facts == {"submission": str(arguments["submission_id"])}


@pytest.mark.django_db
def test_the_same_form_twice_is_one_report() -> None:
    arguments = report()
    first = receipts.hand_in(**arguments)
    again = receipts.hand_in(**{**arguments, "receipt_id": ids.new_id(), "submission_id": ids.new_id()})
    assert again == receipts.HandedIn(first.receipt_id, already=True)
    assert (Receipt.objects.count(), Submission.objects.count(), ledger_queries.head()[0]) == (1, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("same", ["lookup", "receipt_id", "submission_id", "form_digest"])
def test_a_stranger_cannot_write_over_a_report(same: str) -> None:
    arguments = report()
    receipts.hand_in(**arguments)
    with pytest.raises(CodeTaken):
        receipts.hand_in(**report(**{same: arguments[same]}))
    assert (Receipt.objects.count(), Submission.objects.count(), ledger_queries.head()[0]) == (1, 1, 1)


@pytest.mark.django_db
def test_too_much_is_refused_whole() -> None:
    with pytest.raises(SubmissionTooLarge):
        receipts.hand_in(**report(sealed=bytes(rules.SEALED_MOST_BYTES + 1)))
    arguments = report()
    receipts.hand_in(**arguments)
    with pytest.raises(SubmissionTooLarge):
        receipts.hand_in_more(**more(arguments["receipt_id"], sealed=bytes(rules.SEALED_MOST_BYTES + 1)))
    assert Submission.objects.count() == 1


def test_the_largest_payload_fits_when_sealed() -> None:
    payload = {**REPORT, "places": "x" * (rules.SUBMISSION_MOST_BYTES - 200)}
    sealed = rules.seal_submission(payload, settings.TUTELA_DESK_PUBLIC_KEY, ids.new_id(), ids.new_id())
    assert len(sealed) <= rules.SEALED_MOST_BYTES
    with pytest.raises(SubmissionTooLarge):
        too_long = {**REPORT, "places": "x" * rules.SUBMISSION_MOST_BYTES}
        rules.seal_submission(too_long, settings.TUTELA_DESK_PUBLIC_KEY, ids.new_id(), ids.new_id())


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["addition", "answer"])
def test_more_is_added_once(kind: str) -> None:
    receipt_id = receipts.hand_in(**report()).receipt_id
    arguments = more(receipt_id, kind)
    assert receipts.hand_in_more(**arguments) == receipts.HandedIn(receipt_id, already=False)
    assert receipts.hand_in_more(**arguments) == receipts.HandedIn(receipt_id, already=True)
    assert [waiting.kind for waiting in queries.submissions_waiting()] == ["report", kind]
    assert [line.kind for line in ledger_queries.lines_about(receipt_id)] == [
        "report_received",
        f"{kind}_received",
    ]


@pytest.mark.django_db
def test_nothing_is_added_to_no_receipt() -> None:
    with pytest.raises(UnknownReceipt):
        receipts.hand_in_more(**more(ids.new_id()))
    receipt_id = receipts.hand_in(**report()).receipt_id
    with pytest.raises(ValueError, match="kind"):
        receipts.hand_in_more(**more(receipt_id, "report"))
    with pytest.raises(CodeTaken):
        receipts.hand_in_more(**more(receipt_id, submission_id=Submission.objects.get().pk))
    assert Submission.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"lookup": bytes(31)},
        {"public_key": bytes(96)},
        {"kind": "picture"},
        {"state": "lost"},
        {"form_digest": b""},
    ],
)
def test_the_database_refuses_what_cannot_be(wrong: dict[str, Any]) -> None:
    receipt = {"lookup": bytes(32), "public_key": bytes(1216)}
    submission = {"kind": "report", "sealed": b"", "form_digest": bytes(32)}
    with pytest.raises(IntegrityError), transaction.atomic():
        row = Receipt.objects.create(**(receipt | {k: v for k, v in wrong.items() if k in receipt}))
        Submission.objects.create(
            receipt=row, **(submission | {k: v for k, v in wrong.items() if k not in receipt})
        )
