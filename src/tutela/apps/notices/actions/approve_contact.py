"""A person lets a contact be written to, or refuses it."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.notices import rules
from tutela.apps.notices.actions import place_items
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.actions.propose_contact import as_proof
from tutela.apps.notices.errors import ContactUnknown
from tutela.apps.notices.models import Contact, ContactState, Notice, NoticeItem, NoticeItemState, NoticeState
from tutela.apps.notices.queries.contacts import hours_of
from tutela.core.kernel import clock


def approve_contact(*, by: Actor, contact_id: uuid.UUID) -> int:
    """Approve a contact, or one that bounced once more; returns how many notices it releases."""
    require(by, "approve_contact")
    with transaction.atomic():
        lines = Lines(by.label)
        place_items.lock(clock.now())
        released = approve(contact_id, by, lines)
        lines.write()
    return released


def approve(contact_id: uuid.UUID, by: Actor, lines: Lines) -> int:
    """Do it inside a larger change."""
    now, row = clock.now(), _contact(contact_id)
    row.state, row.approved_by, row.approved_at, row.bounced_at = ContactState.APPROVED, by.id, now, None
    row.proof = [*row.proof, as_proof(rules.FactSource("approved", "person", now))]
    row.save()
    released = _release(row, lines)
    place_items.place_waiting(now, lines)
    lines.line("contact_approved", "contact", row.id, notices=released)
    return released


def _release(contact: Contact, lines: Lines) -> int:
    """Let the contact's waiting notice go on, and begin again with what failed before."""
    waiting = Notice.objects.filter(contact=contact, state=NoticeState.WAITING_CONTACT)
    released = 0
    for notice in waiting:
        # The hour for bundling ran while the contact waited; quiet hours still hold.
        notice.due_at = rules.next_allowed(max(notice.due_at, clock.now()), hours_of(contact.id))
        notice.state = NoticeState.DRAFT
        notice.save(update_fields=["state", "due_at"])
        released += 1
    for failed in Notice.objects.filter(contact=contact, state=NoticeState.FAILED):
        begin_again(failed.id, lines)
        released += 1
    return released


def begin_again(notice_id: uuid.UUID, lines: Lines) -> None:
    """Send the items of a failed notice on a new way; the failed one stays as it was, withdrawn."""
    for row in NoticeItem.objects.filter(notice_id=notice_id, state=NoticeItemState.INCLUDED):
        place_items.restart(row, NoticeItemState.WITHDRAWN, "sent_again", clock.now())
    place_items.close_if_empty(notice_id, lines)


def refuse_contact(*, by: Actor, contact_id: uuid.UUID) -> None:
    """Refuse a contact for good; its items look for another or wait for a person to name one."""
    require(by, "approve_contact")
    with transaction.atomic():
        lines = Lines(by.label)
        place_items.lock(clock.now())
        row = _contact(contact_id)
        row.state = ContactState.REFUSED
        row.save(update_fields=["state"])
        leave_contact(row.id, lines)
        lines.line("contact_refused", "contact", row.id)
        lines.write()


def leave_contact(contact_id: uuid.UUID, lines: Lines) -> None:
    """Take every item out of unsent notices of a contact that is not to be used any more."""
    unsent = [NoticeState.DRAFT, NoticeState.WAITING_CONTACT, NoticeState.READY, NoticeState.FAILED]
    for notice in Notice.objects.filter(contact_id=contact_id, state__in=unsent):
        rows = NoticeItem.objects.filter(notice=notice, state=NoticeItemState.INCLUDED)
        for item in rows:
            place_items.restart(item, NoticeItemState.WITHDRAWN, "contact_refused", clock.now())
        place_items.close_if_empty(notice.id, lines)


def _contact(contact_id: uuid.UUID) -> Contact:
    row = Contact.objects.select_for_update().filter(pk=contact_id).first()
    if row is None:
        raise ContactUnknown
    return row
