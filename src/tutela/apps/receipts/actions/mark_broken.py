"""Set aside a submission that cannot be opened. It is kept, counted and shown, never thrown away."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.ledger import actions as ledger
from tutela.apps.receipts.models import Submission


def mark_broken(submission_id: uuid.UUID, reason: str) -> bool:
    """Set a waiting submission aside for ``reason``, a code; ``False`` when it does not wait any more."""
    with transaction.atomic():
        marked = Submission.objects.filter(pk=submission_id, state="waiting").update(
            state="broken", reason=reason, claimed_until=None
        )
        if marked:
            ledger.write_line(
                "submission_broken",
                actor="worker",
                about=("submission", submission_id),
                facts={"reason": reason},
            )
    return marked == 1
