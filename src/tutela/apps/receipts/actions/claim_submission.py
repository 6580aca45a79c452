"""Take one submission to open, so that no second worker opens it at the same time."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import F, Q

from tutela.apps.receipts import rules
from tutela.apps.receipts.actions.mark_broken import mark_broken
from tutela.apps.receipts.models import Submission
from tutela.core.kernel import clock


def claim_submission(submission_id: uuid.UUID, until: datetime) -> bool:
    """Claim a waiting submission until ``until`` and count the attempt; ``False`` when it is not to be had.

    A claim that runs out is free again: its worker died. After ``rules.MOST_ATTEMPTS`` of them the submission
    is set aside as broken (``gave_up``) instead of being tried for ever.
    """
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=clock.now())
    waiting = Submission.objects.filter(free, pk=submission_id, state="waiting")
    claimed = waiting.filter(attempts__lt=rules.MOST_ATTEMPTS).update(
        claimed_until=until, attempts=F("attempts") + 1
    )
    if not claimed and waiting.exists():
        mark_broken(submission_id, "gave_up")
    return claimed == 1
