"""Hand over once more what a partner has taken: restored from a backup, it lost some of that."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from tutela.apps.accounts.rules import Actor
from tutela.apps.exchange.actions._trusting import label_of, lock_partner
from tutela.apps.exchange.models import Envelope, Outgoing
from tutela.apps.exchange.rules import OutgoingState
from tutela.apps.ledger import actions as ledger
from tutela.core.envelope import frame
from tutela.core.kernel import clock
from tutela.core.protocol import delivery

_ENDS_SOON = timedelta(days=1)
"""What opens for less long than this is not begun again: it would be written anew, under another id."""


def repeat_messages(
    *, by: Actor | None = None, partner: str, since: datetime, now: datetime | None = None
) -> int:
    """Send the same bytes again of all that was handed over since then; returns how many.

    The partner takes what it lacks, and answers the rest with ``replayed`` and its receipt: nothing takes
    effect twice. What has expired meanwhile is left out.

    Raises:
        NotPermitted, PartnerUnknown: not for this person, or nobody has this name.
    """
    actor, at = label_of(by, "talk_to_partners"), now or clock.now()
    with transaction.atomic():
        row = lock_partner(partner)
        handed = Outgoing.objects.filter(
            partner=row, conversation__isnull=False, handed_at__gte=since,
            said_at__gt=at - delivery.GIVE_UP_AFTER + _ENDS_SOON,
            state__in=[OutgoingState.TAKEN.value, OutgoingState.RELAYED.value],
        )  # fmt: skip
        ids = list(handed.select_for_update().order_by("id").values_list("pk", flat=True))
        good = [one for one in ids if _opens_at(one, at + _ENDS_SOON)]
        Outgoing.objects.filter(pk__in=good).update(state=OutgoingState.SEALED.value, next_try_at=at)
        ledger.write_line(
            "messages_repeated", actor=actor, about=("partner", row.id), facts={"count": len(good)}, at=at
        )
    return len(good)


def _opens_at(row: uuid.UUID, moment: datetime) -> bool:
    sealed = Envelope.objects.filter(pk=row).values_list("sealed", flat=True).first()
    return sealed is not None and frame.split(bytes(sealed)).header.expires_at > moment
