"""Forget what the retention time no longer covers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tutela.apps.ledger import actions as ledger
from tutela.apps.receipts.models import Message, Receipt, Submission

_AT_ONCE = 500


def forget_receipts(before: datetime, *, actor: str = "worker") -> int:
    """Delete receipts closed before ``before`` with their messages and submissions; return how many.

    A receipt with a submission that is not opened yet, or broken, stays: nothing is forgotten unread.
    Works in portions, so that the database is not held for long; each portion is one ledger line.
    """
    forgotten = 0
    while portion := _forget_some(before, actor):
        forgotten += portion
    return forgotten


def _forget_some(before: datetime, actor: str) -> int:
    with transaction.atomic():
        unread = Submission.objects.exclude(state="opened").values("receipt_id")
        ids = list(
            Receipt.objects.filter(closed_at__lt=before)
            .exclude(pk__in=unread)
            .order_by("closed_at")
            .select_for_update()
            .values_list("pk", flat=True)[:_AT_ONCE]
        )
        if not ids:
            return 0
        Message.objects.filter(receipt_id__in=ids).delete()
        Submission.objects.filter(receipt_id__in=ids).delete()
        Receipt.objects.filter(pk__in=ids).delete()
        ledger.write_line("receipts_forgotten", actor=actor, facts={"receipts": len(ids)})
    return len(ids)
