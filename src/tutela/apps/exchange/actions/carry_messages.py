"""Messages that a person carries to a partner, on a stick or by mail, because no wire reaches it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tutela.apps.exchange.actions._trusting import COMMAND, lock_partner
from tutela.apps.exchange.errors import PartnerNotActive
from tutela.apps.exchange.models import Envelope, Outgoing
from tutela.apps.exchange.rules import OutgoingState, PartnerState
from tutela.apps.ledger import actions as ledger

MOST_CARRIED = 500


@dataclass(frozen=True, slots=True)
class Carried:
    """One envelope to be carried; ``message_id`` names it to :func:`record_carried`."""

    message_id: uuid.UUID
    kind: str
    said_at: datetime
    envelope: bytes


def messages_to_carry(*, partner: str) -> list[Carried]:
    """Return what is written and waits for a partner, oldest first; nothing changes.

    Raises:
        PartnerUnknown, PartnerNotActive: nobody has this name, or it is paused or revoked.
    """
    with transaction.atomic():
        row = lock_partner(partner)
        if row.state != PartnerState.ACTIVE:
            raise PartnerNotActive(partner)
        waiting = Outgoing.objects.filter(partner=row, state=OutgoingState.SEALED.value).order_by("id")
        found = list(waiting.values_list("pk", "kind", "said_at")[:MOST_CARRIED])
    sealed = dict(Envelope.objects.filter(pk__in=[pk for pk, *_ in found]).values_list("pk", "sealed"))
    return [Carried(pk, kind, said_at, bytes(sealed[pk])) for pk, kind, said_at in found if pk in sealed]


def record_carried(*, partner: str, message_ids: Sequence[uuid.UUID], now: datetime) -> int:
    """Note that these are in a person's hands; returns how many. What comes back as receipt says the rest.

    Whatever the worker handed over at the same time is handed over twice, and taken once.
    """
    with transaction.atomic():
        row = lock_partner(partner)
        mine = Outgoing.objects.filter(partner=row, pk__in=message_ids, state=OutgoingState.SEALED.value)
        rows = dict(mine.select_for_update().values_list("pk", "conversation_id"))
        done = [pk for pk, talk in rows.items() if talk is None]
        # As over a wire: receipts are made again when somebody asks; what carried them is not kept.
        Envelope.objects.filter(pk__in=done).delete()
        Outgoing.objects.filter(pk__in=done).delete()
        kept = Outgoing.objects.filter(pk__in=[pk for pk, talk in rows.items() if talk is not None])
        kept.update(state=OutgoingState.TAKEN.value, handed_at=now, code="")
        if rows:
            ledger.write_line(
                "messages_carried", actor=COMMAND, about=("partner", row.id), facts={"count": len(rows)},
                at=now,
            )  # fmt: skip
    return len(rows)
