"""Note that a submission was opened, in the transaction that made a report of it."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.ledger import actions as ledger
from tutela.apps.receipts.models import Submission
from tutela.core.kernel import clock


def mark_opened(submission_id: uuid.UUID) -> bool:
    """Mark a waiting submission as opened; ``False`` when it was opened or set aside already."""
    with transaction.atomic():
        marked = Submission.objects.filter(pk=submission_id, state="waiting").update(
            state="opened", opened_at=clock.now(), claimed_until=None
        )
        if marked:
            ledger.write_line("submission_opened", actor="worker", about=("submission", submission_id))
    return marked == 1
