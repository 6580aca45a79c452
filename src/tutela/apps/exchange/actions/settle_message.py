"""A person saw that a message did not arrive, or was refused, and needs not be told again."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from tutela.apps.accounts.rules import Actor
from tutela.apps.exchange.actions._trusting import label_of
from tutela.apps.exchange.errors import MessageUnknown
from tutela.apps.exchange.models import Outgoing
from tutela.apps.exchange.rules import FOR_A_PERSON
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock


def settle_message(*, by: Actor | None = None, message_id: uuid.UUID, now: datetime | None = None) -> None:
    """Take it off the list of what waits for a person.

    Raises:
        NotPermitted, MessageUnknown: not for this person, or nothing there waits for one.
    """
    actor, at = label_of(by, "talk_to_partners"), now or clock.now()
    with transaction.atomic():
        waiting = Outgoing.objects.filter(
            pk=message_id, state__in=[one.value for one in FOR_A_PERSON], settled_at__isnull=True
        )
        row = waiting.select_for_update().first()
        if row is None:
            raise MessageUnknown(str(message_id))
        Outgoing.objects.filter(pk=row.pk).update(settled_at=at)
        about = ("conversation", row.conversation_id) if row.conversation_id else None
        ledger.write_line("message_settled", actor=actor, about=about, facts={"kind": row.kind}, at=at)
