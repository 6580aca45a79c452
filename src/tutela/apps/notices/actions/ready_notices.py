"""Notices whose hour has come become ready to leave."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tutela.apps.notices import rules
from tutela.apps.notices.actions import place_items
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.models import Notice, NoticeState
from tutela.apps.notices.queries.contacts import hours_of


def ready_notices(now: datetime) -> int:
    """Close the bundling of every notice that is due and may leave now; returns how many became ready."""
    ready = 0
    for notice_id in Notice.objects.filter(state=NoticeState.DRAFT, due_at__lte=now).values_list(
        "id", flat=True
    ):
        with transaction.atomic():
            lines = Lines()
            place_items.lock(now)
            notice = Notice.objects.select_for_update(no_key=True).get(pk=notice_id)
            if notice.state != NoticeState.DRAFT or place_items.close_if_empty(notice_id, lines):
                lines.write()
                continue
            allowed = rules.next_allowed(now, hours_of(notice.contact_id))
            notice.due_at = allowed if allowed > now else notice.due_at
            notice.state = NoticeState.DRAFT if allowed > now else NoticeState.READY
            notice.save(update_fields=["state", "due_at"])
            ready += notice.state == NoticeState.READY
    return ready
