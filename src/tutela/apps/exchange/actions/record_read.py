"""What people do with a partner's message is receipted too: that they read it, that they acted on it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.exchange.errors import MessageUnknown
from tutela.apps.exchange.models import Incoming
from tutela.apps.exchange.rules import IncomingState
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock
from tutela.core.protocol import delivery
from tutela.core.terms.exchange import ReceiptStep


def record_person_opened(*, by: Actor, message_id: uuid.UUID, now: datetime | None = None) -> bool:
    """A person opened the message; the partner hears ``opened``. Returns whether it was the first time.

    Raises:
        NotPermitted, MessageUnknown: not for this person, or not there.
    """
    require(by, "talk_to_partners")
    return record_step(message_id=message_id, step=ReceiptStep.OPENED, actor=by.label, now=now)


def record_acted(*, by: Actor, message_id: uuid.UUID, now: datetime | None = None) -> bool:
    """A person did what the message asks for, or decided that nothing is to be done; raises as above."""
    require(by, "talk_to_partners")
    return record_step(message_id=message_id, step=ReceiptStep.ACTED, actor=by.label, now=now)


def record_step(*, message_id: uuid.UUID, step: ReceiptStep, actor: str, now: datetime | None = None) -> bool:
    """Bring the receipt of a heard message to ``step``, unless it went further; returns whether it moved."""
    at = now or clock.now()
    with transaction.atomic():
        row = Incoming.objects.select_for_update().filter(pk=message_id).first()
        if row is None or row.state not in (IncomingState.OPENED, IncomingState.ACTED):
            raise MessageUnknown(str(message_id))
        before = ReceiptStep(row.step) if row.step else None
        if delivery.merge(before, step) is before:
            return False
        row.step, row.receipt_due = step.value, True
        row.opened_by, row.read_at = row.opened_by or actor, row.read_at or at
        if step is ReceiptStep.ACTED:
            row.state, row.acted_at, row.acted_by = IncomingState.ACTED.value, at, actor
        changed = ["step", "receipt_due", "opened_by", "read_at", "state", "acted_at", "acted_by"]
        row.save(update_fields=changed)
        about = ("conversation", row.conversation_id) if row.conversation_id else None
        ledger.write_line(f"message_{step.value}", actor=actor, about=about, facts={"kind": row.kind}, at=at)
    return True
