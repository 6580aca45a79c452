"""A person has one message tried again that could not be delivered for thirty days."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.exchange.errors import MessageUnknown
from tutela.apps.exchange.models import Envelope, Outgoing, Partner
from tutela.apps.exchange.rules import OutgoingState
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock


def retry_message(*, by: Actor, message_id: uuid.UUID, now: datetime | None = None) -> None:
    """Begin its thirty days anew. It is sealed again, because what was sealed then has expired.

    Raises:
        NotPermitted, MessageUnknown: not for this person, or it was not given up.
    """
    require(by, "talk_to_partners")
    at = now or clock.now()
    with transaction.atomic():
        given_up = Outgoing.objects.filter(
            pk=message_id, state=OutgoingState.GIVEN_UP.value, settled_at__isnull=True
        )
        row = given_up.select_for_update().first()
        if row is None:
            raise MessageUnknown(str(message_id))
        Envelope.objects.filter(pk=row.pk).delete()
        Outgoing.objects.filter(pk=row.pk).update(
            state=OutgoingState.WAITING.value, said_at=at, next_try_at=at, attempts=0, code="", member="",
            told_at=None,
        )  # fmt: skip
        Partner.objects.filter(pk=row.partner_id).update(failures=0, next_try_at=None)
        about = ("conversation", row.conversation_id) if row.conversation_id else ("partner", row.partner_id)
        ledger.write_line("message_retried", actor=by.label, about=about, facts={"kind": row.kind}, at=at)
