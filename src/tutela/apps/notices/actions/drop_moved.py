"""Take out of a claimed notice what has moved to another host since, just before it leaves."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db import transaction

from tutela.apps.notices import rules
from tutela.apps.notices.actions import place_items
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.actions.take_due_notice import notice_to_send
from tutela.apps.notices.errors import NotSendable
from tutela.apps.notices.models import Notice, NoticeItem, NoticeItemState, NoticeState
from tutela.core.kernel import clock


def drop_moved(*, notice_id: uuid.UUID, item_ids: Collection[uuid.UUID]) -> rules.NoticeToSend | None:
    """Take out these items and return what is left to send, with the newest hosting facts.

    Call ``record_hosting`` with what was found before. The items stay in sight as moved and begin
    again with the new host. ``None``: nothing is left, the notice is withdrawn.

    Raises:
        NotSendable: the notice is not claimed.
    """
    now = clock.now()
    with transaction.atomic():
        lines = Lines()
        place_items.lock(now)
        notice = (
            Notice.objects.select_for_update(no_key=True)
            .filter(pk=notice_id, state=NoticeState.SENDING)
            .first()
        )
        if notice is None:
            raise NotSendable
        rows = NoticeItem.objects.select_related("notice").filter(
            notice=notice, state=NoticeItemState.INCLUDED, item_id__in=list(item_ids)
        )
        for row in rows:
            place_items.move_out(row, now, lines)
        empty = place_items.close_if_empty(notice.id, lines)
        lines.write()
        return None if empty else notice_to_send(notice.id, now)
