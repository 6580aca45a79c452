"""Tell each case that its notice has left.

One item a transaction: a case locks its own rows before it writes to the ledger, so it must not come after
somebody else's ledger line. What a killed worker did not get to is told on the next round.
"""

from __future__ import annotations

from django.db import transaction

from tutela.apps.cases import actions as cases
from tutela.apps.notices.models import NoticeItem, NoticeItemState
from tutela.core.kernel.errors import Refusal


def tell_cases(*, most: int = 500) -> int:
    """Tell up to ``most`` cases; returns how many were told."""
    left = [NoticeItemState.SENT, NoticeItemState.ANSWERED]
    waiting = NoticeItem.objects.filter(state__in=left, case_told=False).order_by("changed_at", "id")
    told = 0
    for row in waiting[:most]:
        with transaction.atomic():
            if not NoticeItem.objects.filter(pk=row.pk, case_told=False).update(case_told=True):
                continue
            told += _tell(row)
    return told


def _tell(row: NoticeItem) -> bool:
    try:
        with transaction.atomic():
            cases.record_noticed(item_id=row.item_id, actor="worker")
    except Refusal as refusal:
        # The letter is out; what the case has become meanwhile does not call it back.
        NoticeItem.objects.filter(pk=row.pk).update(reason=refusal.code[:32])
        return False
    return True
