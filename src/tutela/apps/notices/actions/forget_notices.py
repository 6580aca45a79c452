"""Overwrite addresses and words of what the cases have forgotten; codes, counts and times stay."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from tutela.apps.cases import queries as case_queries
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.models import LIVE_ITEM, Answer, Hosting, NoticeItem, Watch

_AT_ONCE = 500


def forget_notices(*, before: datetime, actor: str = "worker") -> int:
    """Forget what was noted before ``before`` about items whose cases are forgotten; returns how many.

    That is what stands in letters, and where the host of an item stood, whether or not a letter was ever
    written about it. Call it after ``cases.forget_closed``. What a provider wrote goes with the last item of
    its notice.
    """
    live = NoticeItem.objects.filter(state__in=LIVE_ITEM).values("item_id")
    in_letters = NoticeItem.objects.exclude(address="").filter(changed_at__lt=before)
    looked_up = Hosting.objects.exclude(host="").filter(looked_at__lt=before)
    forgotten = 0
    for rows in (in_letters, looked_up):
        old = list(rows.exclude(item_id__in=live).values_list("item_id", flat=True).distinct())
        for start in range(0, len(old), _AT_ONCE):
            some = old[start : start + _AT_ONCE]
            kept = case_queries.not_forgotten(some)
            for item_id in some:
                if item_id not in kept:
                    _forget(item_id, actor)
                    forgotten += 1
    return forgotten


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
