"""A person lets a notice that failed begin once more, or says that one came back."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.notices.actions import place_items
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.actions.approve_contact import begin_again
from tutela.apps.notices.actions.record_delivery import note_bounce
from tutela.apps.notices.errors import NoticeUnknown, NotSendable
from tutela.apps.notices.models import LIVE_ITEM, Delivery, Notice, NoticeItem, NoticeItemState, NoticeState
from tutela.core.kernel import clock


def send_again(*, by: Actor, notice_id: uuid.UUID) -> None:
    """Put the items of a failed notice on a new way, to whatever contact is known for them now.

    Raises:
        NotPermitted
        NoticeUnknown, NotSendable: there is none, or it has not failed.
    """
    require(by, "decide")
    with transaction.atomic():
        lines = Lines(by.label)
        place_items.lock(clock.now())
        notice = _notice(notice_id)
        if notice.state != NoticeState.FAILED:
            raise NotSendable
        begin_again(notice.id, lines)
        lines.line("notice_sent_again", "notice", notice.id)
        lines.write()


def record_bounce(*, notice_id: uuid.UUID, by: Actor | None = None) -> None:
    """Write down that a notice which had left came back: it has failed after all, its contact with it.

    Without a person the mail server's own report said so, handed in by the command.

    Raises:
        NotPermitted
        NoticeUnknown, NotSendable: there is none, or it never left.
    """
    if by is not None:
        require(by, "decide")
    now = clock.now()
    with transaction.atomic():
        lines = Lines(by.label if by else "command")
        place_items.lock(now)
        notice = _notice(notice_id)
        if notice.state != NoticeState.SENT:
            raise NotSendable
        Delivery.objects.create(
            notice=notice, at=now, attempt=notice.attempts, outcome="bounced", detail="came_back"
        )
        notice.state = NoticeState.FAILED
        notice.save(update_fields=["state"])
        note_bounce(notice.contact_id, now, lines)
        live = NoticeItem.objects.filter(state__in=LIVE_ITEM).values("item_id")
        # An item that is on a newer way already stays on that one.
        sent = notice.items.filter(state__in=[NoticeItemState.SENT, NoticeItemState.ANSWERED])
        sent.exclude(item_id__in=live).update(state=NoticeItemState.INCLUDED, changed_at=now)
        lines.line("notice_bounced", "notice", notice.id, reference=notice.reference)
        lines.write()


def _notice(notice_id: uuid.UUID) -> Notice:
    row = Notice.objects.select_for_update(no_key=True).filter(pk=notice_id).first()
    if row is None:
        raise NoticeUnknown
    return row
