"""Put a broken submission back in line, once what broke it is mended (a key restored, a fault corrected)."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.ledger import actions as ledger
from tutela.apps.receipts.models import Submission


def retry_submission(submission_id: uuid.UUID, *, actor: str) -> bool:
    """Let a broken submission wait again with no attempts counted; ``False`` when it is not broken."""
    with transaction.atomic():
        marked = Submission.objects.filter(pk=submission_id, state="broken").update(
            state="waiting", reason="", attempts=0, claimed_until=None
        )
        if marked:
            ledger.write_line("submission_retried", actor=actor, about=("submission", submission_id))
    return marked == 1
