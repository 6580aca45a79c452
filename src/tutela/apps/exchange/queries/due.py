"""Whether something fresh waits: asked often and answered from two indexes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from tutela.apps.exchange.models import Incoming, Outgoing
from tutela.apps.exchange.queries.believing import believed
from tutela.apps.exchange.rules import IncomingState, OutgoingState, PartnerState


def something_due(now: datetime) -> bool:
    """Whether an envelope waits to be opened, or a message to be written for somebody who can get it."""
    to_open = Incoming.objects.filter(state=IncomingState.TAKEN.value)
    if to_open.filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)).exists():
        return True
    known = believed()
    ready = [
        one.id
        for one in known.partners.values()
        if one.state == PartnerState.ACTIVE and known.key_to_seal_to(one.name, now) is not None
    ]
    fresh = Outgoing.objects.filter(state=OutgoingState.WAITING.value, next_try_at__lte=now)
    return bool(ready) and fresh.filter(partner_id__in=ready).exists()
