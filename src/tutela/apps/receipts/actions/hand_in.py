"""Take a report in: a receipt and its first submission, or nothing at all.

Runs with the rights of the public site: it can look for a form's digest and a lookup, and cannot read what
was handed in, not even what it has just written itself.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from tutela.apps.ledger import actions as ledger
from tutela.apps.receipts import rules
from tutela.apps.receipts.errors import CodeTaken, SubmissionTooLarge
from tutela.apps.receipts.models import Receipt, Submission
from tutela.core.kernel import clock


@dataclass(frozen=True, slots=True)
class HandedIn:
    """``already`` says that this form was handed in before; nothing was stored again."""

    receipt_id: uuid.UUID
    already: bool


def hand_in(
    *,
    receipt_id: uuid.UUID,
    lookup: bytes,
    public_key: bytes,
    submission_id: uuid.UUID,
    sealed: bytes,
    form_digest: bytes,
    now: datetime | None = None,
) -> HandedIn:
    """Store a sealed report under a new receipt. The same ``form_digest`` again stores nothing.

    Raises:
        SubmissionTooLarge: over ``rules.SEALED_MOST_BYTES``.
        CodeTaken: the lookup or an id is in use by another form.
    """
    if len(sealed) > rules.SEALED_MOST_BYTES:
        raise SubmissionTooLarge(f"{len(sealed)} bytes; at most {rules.SEALED_MOST_BYTES} are stored")
    at = now or clock.now()
    try:
        with transaction.atomic():
            Receipt.objects.create(id=receipt_id, lookup=lookup, public_key=public_key, created_at=at)
            Submission.objects.create(
                id=submission_id,
                receipt_id=receipt_id,
                kind="report",
                sealed=sealed,
                form_digest=form_digest,
                received_at=at,
            )
            ledger.write_line(
                "report_received",
                actor="site",
                about=("receipt", receipt_id),
                facts={"submission": str(submission_id)},
            )
    except IntegrityError as error:
        return _handed_in_before(lookup, form_digest, error)
    return HandedIn(receipt_id, already=False)


def _handed_in_before(lookup: bytes, form_digest: bytes, error: IntegrityError) -> HandedIn:
    receipt_id = Receipt.objects.filter(lookup=lookup).values_list("id", flat=True).first()
    if receipt_id is None or not Submission.objects.filter(form_digest=form_digest).exists():
        raise CodeTaken("the code or an id belongs to another form") from error
    return HandedIn(receipt_id, already=True)
