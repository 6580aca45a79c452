"""Write down what the mail server said, and what follows from it."""

from __future__ import annotations

import random
import uuid
from datetime import datetime

from django.db import transaction

from tutela.apps.notices import rules
from tutela.apps.notices.actions import place_items
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.actions.start_watch import start_watch
from tutela.apps.notices.actions.tell_cases import tell_cases
from tutela.apps.notices.errors import NoticeUnknown
from tutela.apps.notices.models import Contact, Delivery, Notice, NoticeItem, NoticeItemState, NoticeState
from tutela.core.kernel import clock

_DIE = random.SystemRandom()


def record_delivery(
    *, notice_id: uuid.UUID, result: rules.DeliveryResult, jitter: float | None = None
) -> rules.Outcome:
    """Record one try to deliver a claimed notice; returns the outcome, ``gave_up`` after a day of tries.

    Recording a second success of the same notice (two workers after a lapsed claim) adds its row and
    changes nothing else.

    Raises:
        NoticeUnknown: there is no such notice.
    """
    now = clock.now()
    with transaction.atomic():
        lines = Lines()
        place_items.lock(now)
        # An answer's reference to the notice is checked at its commit and must not wait for us there,
        # while we wait for the items that it marked: hence no_key.
        notice = Notice.objects.select_for_update(no_key=True).filter(pk=notice_id).first()
        if notice is None:
            raise NoticeUnknown
        outcome, again_at = _outcome(notice, result, now, jitter)
        Delivery.objects.create(
            notice=notice,
            at=now,
            attempt=notice.attempts,
            outcome=outcome.value,
            smtp_code=result.smtp_code,
            detail=result.detail[:64],
        )
        if notice.state == NoticeState.SENDING:
            _apply(notice, outcome, again_at, now, lines)
            _remember(notice, outcome, result, lines)
        lines.write()
    tell_cases()
    return outcome


def _outcome(
    notice: Notice, result: rules.DeliveryResult, now: datetime, jitter: float | None
) -> tuple[rules.Outcome, datetime | None]:
    if result.outcome is not rules.Outcome.RETRY:
        return result.outcome, None
    drawn = _DIE.random() if jitter is None else jitter
    again_at = rules.next_try(notice.attempts, notice.first_try_at or now, now, drawn)
    return (rules.Outcome.RETRY if again_at else rules.Outcome.GAVE_UP), again_at


def _apply(
    notice: Notice, outcome: rules.Outcome, again_at: datetime | None, now: datetime, lines: Lines
) -> None:
    notice.claimed_until = None
    if outcome is rules.Outcome.SENT:
        notice.state, notice.sent_at = NoticeState.SENT, now
        notice.expires_at = now + rules.LINK_LASTS
        _items_left(notice, now)
    elif again_at is not None:
        notice.state, notice.due_at = NoticeState.READY, again_at
    else:
        notice.state = NoticeState.FAILED
    notice.save()
    if outcome is rules.Outcome.FAILED:
        note_bounce(notice.contact_id, now, lines)


def _items_left(notice: Notice, now: datetime) -> None:
    rows = NoticeItem.objects.select_related("hosting").filter(notice=notice, state=NoticeItemState.INCLUDED)
    for row in rows:
        # The provider may have answered a letter of which we did not know that it had arrived.
        row.state = NoticeItemState.ANSWERED if row.answer else NoticeItemState.SENT
        row.changed_at = now
        row.save(update_fields=["state", "changed_at"])
        start_watch(row, now)


def note_bounce(contact_id: uuid.UUID, now: datetime, lines: Lines) -> None:
    """Mark a contact that does not take mail: nothing leaves to it before a person approves it again."""
    if Contact.objects.filter(pk=contact_id, bounced_at__isnull=True).update(bounced_at=now):
        lines.line("contact_bounced", "contact", contact_id)


def _remember(notice: Notice, outcome: rules.Outcome, result: rules.DeliveryResult, lines: Lines) -> None:
    kinds = {rules.Outcome.SENT: "notice_sent", rules.Outcome.RETRY: "notice_deferred"}
    out = [NoticeItemState.MOVED, NoticeItemState.WITHDRAWN]
    lines.line(
        kinds.get(outcome, "notice_failed"),
        "notice",
        notice.id,
        reference=notice.reference,
        attempt=notice.attempts,
        items=notice.items.exclude(state__in=out).count(),
        smtp_code=result.smtp_code,
        outcome=outcome.value,
    )
