"""What can be done with receipts."""

from tutela.apps.receipts.actions.claim_submission import claim_submission
from tutela.apps.receipts.actions.forget_receipts import forget_receipts
from tutela.apps.receipts.actions.hand_in import HandedIn, hand_in
from tutela.apps.receipts.actions.hand_in_more import hand_in_more
from tutela.apps.receipts.actions.mark_broken import mark_broken
from tutela.apps.receipts.actions.mark_opened import mark_opened
from tutela.apps.receipts.actions.retry_submission import retry_submission
from tutela.apps.receipts.actions.tell_reporter import tell_reporter

__all__ = [
    "HandedIn",
    "claim_submission",
    "forget_receipts",
    "hand_in",
    "hand_in_more",
    "mark_broken",
    "mark_opened",
    "retry_submission",
    "tell_reporter",
]
