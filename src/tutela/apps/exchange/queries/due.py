"""Whether something fresh waits: asked ten times a second and answered from two indexes.

Nearly always nothing does, so that answer costs two statements whose text is made once.
"""

from __future__ import annotations

from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connections

from tutela.apps.exchange.models import Incoming, Outgoing
from tutela.apps.exchange.queries.believing import believed
from tutela.apps.exchange.rules import IncomingState, OutgoingState, PartnerState
from tutela.apps.ledger.rows import fetch_one

# The states stand in the text: the index of what is to be opened holds that state alone.
_TO_OPEN = (
    f"SELECT 1 FROM {Incoming._meta.db_table} WHERE state = '{IncomingState.TAKEN.value}'"  # noqa: S608
    " AND (next_try_at IS NULL OR next_try_at <= %s) LIMIT 1"
)
_TO_WRITE = (
    f"SELECT 1 FROM {Outgoing._meta.db_table} WHERE state = '{OutgoingState.WAITING.value}'"  # noqa: S608
    " AND next_try_at <= %s LIMIT 1"
)


def something_due(now: datetime) -> bool:
    """Whether an envelope waits to be opened, or a message to be written for somebody who can get it."""
    at = connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(now)
    if fetch_one(_TO_OPEN, (at,)):
        return True
    if not fetch_one(_TO_WRITE, (at,)):
        return False
    known = believed()
    ready = [
        one.id
        for one in known.partners.values()
        if one.state == PartnerState.ACTIVE and known.key_to_seal_to(one.name, now) is not None
    ]
    fresh = Outgoing.objects.filter(state=OutgoingState.WAITING.value, next_try_at__lte=now)
    return fresh.filter(partner_id__in=ready).exists()
