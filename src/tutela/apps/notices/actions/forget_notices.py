"""Overwrite addresses and words of what the cases have forgotten; codes, counts and times stay."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from tutela.apps.cases import queries as case_queries
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.models import LIVE_ITEM, Answer, Hosting, NoticeItem, Watch
from tutela.core.kernel.errors import NotFound

_AT_ONCE = 500


def forget_notices(*, before: datetime, actor: str = "worker") -> int:
    """Forget items of notices last changed before ``before`` whose cases are forgotten; returns how many.

    Call it after ``cases.forget_closed``. What a provider wrote goes with the last item of its notice.
    """
    rows = NoticeItem.objects.exclude(state__in=LIVE_ITEM).exclude(address="")
    candidates = rows.filter(changed_at__lt=before).values_list("item_id", flat=True).distinct()[:_AT_ONCE]
    forgotten = 0
    for item_id in list(candidates):
        if _case_is_forgotten(item_id):
            _forget(item_id, actor)
            forgotten += 1
    return forgotten


def _case_is_forgotten(item_id: uuid.UUID) -> bool:
    try:
        return case_queries.item(item_id).forgotten
    except NotFound:
        return True


def _forget(item_id: uuid.UUID, actor: str) -> None:
    with transaction.atomic():
        lines = Lines(actor)
        rows = NoticeItem.objects.filter(item_id=item_id)
        notices = list(rows.exclude(notice=None).values_list("notice_id", flat=True))
        rows.update(address="", host="")
        Hosting.objects.filter(item_id=item_id).update(host="", ip=None, source=[])
        Watch.objects.filter(pk=item_id).update(address="", host="", state="ended", next_look_at=None)
        for notice_id in notices:
            if not NoticeItem.objects.filter(notice_id=notice_id).exclude(address="").exists():
                Answer.objects.filter(notice_id=notice_id).update(text_sealed=None)
        lines.line("notice_item_forgotten", "item", item_id)
        lines.write()
