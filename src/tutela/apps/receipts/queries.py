"""What can be asked of the receipts. Sealed things stay sealed: keys live elsewhere."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from tutela.apps.receipts.errors import UnknownReceipt
from tutela.apps.receipts.models import Message, Receipt, Submission
from tutela.core.kernel import clock


@dataclass(frozen=True, slots=True)
class ReceiptSeen:
    """A receipt as the site sees it."""

    id: uuid.UUID
    lookup: bytes
    public_key: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MessageSealed:
    """A message on its way to the reporter."""

    id: uuid.UUID
    receipt_id: uuid.UUID
    kind: str
    sealed: bytes
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class SubmissionSealed:
    """A submission on its way to the desk."""

    id: uuid.UUID
    receipt_id: uuid.UUID
    kind: str
    sealed: bytes
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class BrokenSubmission:
    """A submission that could not be opened; it is kept, and a person has to look."""

    id: uuid.UUID
    receipt_id: uuid.UUID
    kind: str
    received_at: datetime
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class SubmissionCounts:
    """How many submissions are where, and since when the oldest one waits."""

    waiting: int
    opened: int
    broken: int
    oldest_waiting_at: datetime | None


def receipt_by_lookup(lookup: bytes) -> ReceiptSeen | None:
    """Return the receipt that a code's lookup names, if there is one."""
    receipt = Receipt.objects.filter(lookup=lookup).first()
    if receipt is None:
        return None
    return ReceiptSeen(receipt.id, bytes(receipt.lookup), bytes(receipt.public_key), receipt.created_at)


def receipt_public_key(receipt_id: uuid.UUID) -> bytes:
    """Return the key that messages to this reporter are sealed to.

    Raises:
        UnknownReceipt: there is none, or it was forgotten.
    """
    found = Receipt.objects.filter(pk=receipt_id).values_list("public_key", flat=True).first()
    if found is None:
        raise UnknownReceipt("no such receipt")
    return bytes(found)


def messages(receipt_id: uuid.UUID) -> list[MessageSealed]:
    """Return everything the desk told, oldest first."""
    found = Message.objects.filter(receipt_id=receipt_id).order_by("sent_at", "id")
    return [MessageSealed(m.id, m.receipt_id, m.kind, bytes(m.sealed), m.sent_at) for m in found]


def submissions_waiting(most: int = 50) -> list[SubmissionSealed]:
    """Return up to ``most`` submissions that nobody has claimed, in the order they came."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=clock.now())
    found = Submission.objects.filter(free, state="waiting").order_by("received_at", "id")[:most]
    return [
        SubmissionSealed(s.id, s.receipt_id, s.kind, bytes(s.sealed), s.received_at, s.attempts)
        for s in found
    ]


def broken_submissions(most: int = 200) -> list[BrokenSubmission]:
    """Return submissions that could not be opened, oldest first."""
    found = Submission.objects.filter(state="broken").order_by("received_at", "id").defer("sealed")[:most]
    return [BrokenSubmission(s.id, s.receipt_id, s.kind, s.received_at, s.attempts, s.reason) for s in found]


def submission_counts() -> SubmissionCounts:
    """Return how many submissions wait, were opened, are broken."""
    counted = dict(Submission.objects.order_by().values_list("state").annotate(Count("id")))
    oldest = (
        Submission.objects.filter(state="waiting")
        .order_by("received_at")
        .values_list("received_at", flat=True)
        .first()
    )
    return SubmissionCounts(
        counted.get("waiting", 0), counted.get("opened", 0), counted.get("broken", 0), oldest
    )
