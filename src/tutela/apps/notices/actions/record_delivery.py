"""Write down what the mail server said, and what follows from it."""

from __future__ import annotations

import random
import uuid
from datetime import datetime

from django.db import transaction

from tutela.apps.cases import actions as cases
from tutela.apps.ledger import actions as ledger
from tutela.apps.notices import rules
from tutela.apps.notices.actions.start_watch import start_watch
from tutela.apps.notices.errors import NoticeUnknown
from tutela.apps.notices.models import Contact, Delivery, Notice, NoticeItem, NoticeItemState, NoticeState
from tutela.core.kernel import clock
from tutela.core.kernel.errors import Refusal

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
        notice = Notice.objects.select_for_update().filter(pk=notice_id).first()
        if notice is None:
            raise NoticeUnknown
        outcome, again_at = result.outcome, None
        if outcome is rules.Outcome.RETRY:
            drawn = _DIE.random() if jitter is None else jitter
            again_at = rules.next_try(notice.attempts, notice.first_try_at or now, now, drawn)
            outcome = rules.Outcome.RETRY if again_at else rules.Outcome.GAVE_UP
        Delivery.objects.create(
            notice=notice,
            at=now,
            attempt=notice.attempts,
            outcome=outcome.value,
            smtp_code=result.smtp_code,
            detail=result.detail[:64],
        )
        if notice.state == NoticeState.SENDING:
            _apply(notice, outcome, again_at, now)
            _write(notice, outcome, result)
    return outcome


def _apply(notice: Notice, outcome: rules.Outcome, again_at: datetime | None, now: datetime) -> None:
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
        note_bounce(notice.contact_id, now)


def _items_left(notice: Notice, now: datetime) -> None:
    for row in NoticeItem.objects.select_related("hosting").filter(
        notice=notice, state=NoticeItemState.INCLUDED
    ):
        row.state, row.changed_at = NoticeItemState.SENT, now
        row.save(update_fields=["state", "changed_at"])
        start_watch(row, now)
        try:
            with transaction.atomic():
                cases.record_noticed(item_id=row.item_id, actor="worker")
        except Refusal:
            # The letter is out; that the item was decided otherwise in the same moment changes nothing here.
            row.reason = "decided_otherwise"
            row.save(update_fields=["reason"])


def note_bounce(contact_id: uuid.UUID, now: datetime) -> None:
    """Mark a contact that does not take mail: nothing leaves to it before a person approves it again."""
    if Contact.objects.filter(pk=contact_id, bounced_at__isnull=True).update(bounced_at=now):
        ledger.write_line("contact_bounced", actor="worker", about=("contact", contact_id), facts={})


def _write(notice: Notice, outcome: rules.Outcome, result: rules.DeliveryResult) -> None:
    kinds = {rules.Outcome.SENT: "notice_sent", rules.Outcome.RETRY: "notice_deferred"}
    left = NoticeItem.objects.filter(
        notice=notice, state__in=[NoticeItemState.SENT, NoticeItemState.INCLUDED]
    )
    ledger.write_line(
        kinds.get(outcome, "notice_failed"),
        actor="worker",
        about=("notice", notice.id),
        facts={
            "reference": notice.reference,
            "attempt": notice.attempts,
            "items": left.count(),
            "smtp_code": result.smtp_code,
            "outcome": outcome.value,
        },
    )
