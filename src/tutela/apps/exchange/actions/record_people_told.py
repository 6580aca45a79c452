"""Remember that people were told of messages that did not arrive, so that they are told once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tutela.apps.exchange.models import Outgoing
from tutela.apps.ledger import actions as ledger


def record_people_told(*, message_ids: Sequence[uuid.UUID], people: int, now: datetime) -> int:
    """Note that ``people`` were told of these messages; returns for how many messages it was news."""
    with transaction.atomic():
        count = Outgoing.objects.filter(pk__in=message_ids, told_at__isnull=True).update(told_at=now)
        if count:
            facts = {"count": count, "people": people}
            ledger.write_line("trouble_mailed", actor="worker", facts=facts, at=now)
    return count
