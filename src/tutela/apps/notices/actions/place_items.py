"""Put waiting items into the letter they belong to: called whenever host, contact or decision changes."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings

from tutela.apps.notices import rules
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.models import (
    OPEN_NOTICE,
    Notice,
    NoticeItem,
    NoticeItemState,
    NoticeState,
    Numbering,
)
from tutela.apps.notices.queries.contacts import ContactSeen, contact_for, hours_of
from tutela.apps.notices.queries.hosting import newest_hosting


def lock(now: datetime) -> Numbering:
    """Take the one lock of everything that fills or empties letters; first of all in a transaction.

    Such changes are few and short. One lock for all of them is the order in which they cannot deadlock.
    """
    Numbering.objects.get_or_create(year=now.year)
    return Numbering.objects.select_for_update().get(year=now.year)


def place(row: NoticeItem, now: datetime) -> None:
    """Put one live item where it belongs now; needs :func:`lock`."""
    hosting = newest_hosting(row.item_id)
    row.hosting = hosting
    contact = contact_for(hosting) if hosting else None
    if contact is None:
        error = hosting.error if hosting else "no_hosting"
        if error and error not in rules.PERMANENT and row.host:
            return _wait(row, NoticeItemState.WAITING_HOST, error, now)
        return _wait(row, NoticeItemState.WAITING_CONTACT, error or "no_contact", now)
    if contact.bounced_at is not None:
        return _wait(row, NoticeItemState.WAITING_CONTACT, "contact_bounced", now)
    row.notice = _open_notice(contact, now)
    row.state, row.reason, row.changed_at = NoticeItemState.INCLUDED, "", now
    row.save()
    return None


def _wait(row: NoticeItem, state: str, reason: str, now: datetime) -> None:
    row.notice, row.state, row.reason, row.changed_at = None, state, reason, now
    row.save()


def _open_notice(contact: ContactSeen, now: datetime) -> Notice:
    found = (
        Notice.objects.select_for_update(no_key=True)
        .filter(contact_id=contact.id, state__in=OPEN_NOTICE)
        .first()
    )
    if found and _has_room(found):
        return found
    if found:
        found.state, found.due_at = NoticeState.READY, now
        found.save(update_fields=["state", "due_at"])
    numbering = lock(now)
    numbering.last += 1
    numbering.save()
    due = rules.due_at(now, settings.TUTELA.desk.notice_bundle_minutes, hours_of(contact.id))
    return Notice.objects.create(
        reference=rules.reference(now.year, numbering.last),
        contact_id=contact.id,
        state=NoticeState.DRAFT if contact.usable else NoticeState.WAITING_CONTACT,
        created_at=now,
        due_at=due,
    )


def _has_room(notice: Notice) -> bool:
    full = notice.items.filter(state=NoticeItemState.INCLUDED).count() >= rules.MOST_ITEMS
    # A notice that waits for its contact cannot leave to make room, so it grows.
    return not full or notice.state == NoticeState.WAITING_CONTACT


def place_waiting(now: datetime, lines: Lines) -> None:
    """Place again every waiting item, and those in letters to a contact that is not approved."""
    waiting = [NoticeItemState.WAITING_HOST, NoticeItemState.WAITING_CONTACT]
    for row in NoticeItem.objects.filter(state__in=waiting).order_by("created_at", "id"):
        place(row, now)
    held = NoticeItem.objects.select_related("notice").filter(
        state=NoticeItemState.INCLUDED, notice__state=NoticeState.WAITING_CONTACT
    )
    for row in held.order_by("created_at", "id"):
        before = row.notice_id
        place(row, now)
        if before is not None and row.notice_id != before:
            close_if_empty(before, lines)


def restart(row: NoticeItem, state: str, reason: str, now: datetime) -> NoticeItem:
    """Leave ``row`` behind in ``state`` and send its item on a new way to a provider."""
    NoticeItem.objects.filter(pk=row.pk).update(state=state, reason=reason, changed_at=now)
    again = NoticeItem(
        item_id=row.item_id,
        state=NoticeItemState.WAITING_HOST,
        kind=row.kind,
        address=row.address,
        host=row.host,
        category=row.category,
        seen_at=row.seen_at,
        assessed_at=row.assessed_at,
        created_at=now,
        changed_at=now,
    )
    place(again, now)
    return again


def move_out(row: NoticeItem, now: datetime, lines: Lines) -> None:
    """Take an item out of its letter because its host is elsewhere now; it starts again with the new host."""
    notice = row.notice
    restart(row, NoticeItemState.MOVED, "host_moved", now)
    lines.line("notice_item_moved", "item", row.item_id, reference=notice.reference if notice else "")


def close_if_empty(notice_id: uuid.UUID, lines: Lines) -> bool:
    """Withdraw a notice that has not left and has nothing in it any more."""
    if NoticeItem.objects.filter(notice_id=notice_id, state=NoticeItemState.INCLUDED).exists():
        return False
    unsent = [*OPEN_NOTICE, NoticeState.READY, NoticeState.SENDING, NoticeState.FAILED]
    changed = Notice.objects.filter(pk=notice_id, state__in=unsent).update(
        state=NoticeState.WITHDRAWN, claimed_until=None
    )
    if changed:
        lines.line("notice_withdrawn", "notice", notice_id)
    return bool(changed)
