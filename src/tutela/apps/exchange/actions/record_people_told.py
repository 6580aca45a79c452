"""Remember that people were told what needs them, so that they are told once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tutela.apps.exchange.models import Outgoing
from tutela.apps.exchange.queries.alarms import FOLLOWER, Alarm
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger import queries as ledger_queries


def record_people_told(
    *, message_ids: Sequence[uuid.UUID], people: int, now: datetime, alarms: Sequence[Alarm] = ()
) -> int:
    """Note that ``people`` were told of these messages and alarms; returns of how many things it was news."""
    with transaction.atomic():
        count = Outgoing.objects.filter(pk__in=message_ids, told_at__isnull=True).update(told_at=now)
        if alarms and _follow(alarms[-1].sequence):
            count += len(alarms)
        if count:
            facts = {"count": count, "people": people}
            ledger.write_line("trouble_mailed", actor="worker", facts=facts, at=now)
    return count


def _follow(sequence: int) -> bool:
    before = ledger_queries.cursor_of(FOLLOWER)
    return before < sequence and ledger.advance_cursor(follower=FOLLOWER, expected=before, sequence=sequence)
