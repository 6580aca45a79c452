"""Take in an addition to a report, or an answer to a question."""

from __future__ import annotations

import uuid
from typing import Literal

from django.db import IntegrityError, transaction

from tutela.apps.ledger import actions as ledger
from tutela.apps.receipts import rules
from tutela.apps.receipts.actions.hand_in import HandedIn
from tutela.apps.receipts.errors import CodeTaken, SubmissionTooLarge, UnknownReceipt
from tutela.apps.receipts.models import Receipt, Submission

_KINDS = ("addition", "answer")


def hand_in_more(
    *,
    receipt_id: uuid.UUID,
    submission_id: uuid.UUID,
    kind: Literal["addition", "answer"] | str,
    sealed: bytes,
    form_digest: bytes,
) -> HandedIn:
    """Store a sealed addition or answer. The same ``form_digest`` again stores nothing.

    ``submission_id`` is the one that ``rules.seal_submission`` bound the seal to.

    Raises:
        UnknownReceipt: there is no such receipt, or it was forgotten.
        SubmissionTooLarge: over ``rules.SEALED_MOST_BYTES``.
        CodeTaken: the submission's id is in use by another form.
        ValueError: ``kind`` is neither ``addition`` nor ``answer``.
    """
    if kind not in _KINDS:
        raise ValueError(f"kind must be one of {_KINDS}")
    if len(sealed) > rules.SEALED_MOST_BYTES:
        raise SubmissionTooLarge(f"{len(sealed)} bytes; at most {rules.SEALED_MOST_BYTES} are stored")
    try:
        with transaction.atomic():
            # PostgreSQL would notice a missing receipt only at commit.
            if not Receipt.objects.filter(pk=receipt_id).exists():
                raise UnknownReceipt("no such receipt")
            Submission.objects.create(
                id=submission_id, receipt_id=receipt_id, kind=kind, sealed=sealed, form_digest=form_digest
            )
            ledger.write_line(
                f"{kind}_received",
                actor="site",
                about=("receipt", receipt_id),
                facts={"submission": str(submission_id)},
            )
    except IntegrityError as error:
        if Submission.objects.filter(form_digest=form_digest).exists():
            return HandedIn(receipt_id, already=True)
        if not Receipt.objects.filter(pk=receipt_id).exists():
            raise UnknownReceipt("the receipt was forgotten meanwhile") from error
        raise CodeTaken("the submission's id belongs to another form") from error
    return HandedIn(receipt_id, already=False)
