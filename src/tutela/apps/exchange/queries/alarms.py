"""What is wrong with a partner and stands in no message of ours: a place that stays empty, another ledger."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from tutela.apps.exchange.models import Conversation, Partner
from tutela.apps.exchange.rules import IncomingState
from tutela.apps.ledger import queries as ledger

FOLLOWER = "people"
"""How far people were told of these lines."""
MISSING, REWRITTEN = "conversation_stuck", "partner_ledger_differs"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One such line: ``kind`` is ``conversation_stuck`` or ``partner_ledger_differs``."""

    sequence: int
    kind: str
    partner: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stuck:
    """A conversation in which something is held, because what belongs before it has not come for a day."""

    conversation_id: uuid.UUID
    partner: str
    kind: str
    since: datetime


def alarms(*, most: int = 50) -> list[Alarm]:
    """Return what people were not told yet, the oldest first."""
    lines = ledger.lines_after(ledger.cursor_of(FOLLOWER), kinds=(MISSING, REWRITTEN), most=most)
    about = [line.about_id for line in lines if line.about_id]
    names = dict(Partner.objects.filter(pk__in=about).values_list("pk", "name"))
    names |= dict(Conversation.objects.filter(pk__in=about).values_list("pk", "partner__name"))
    return [
        Alarm(line.sequence, line.kind, names[line.about_id], line.at)
        for line in lines
        if line.about_id in names
    ]


def stuck() -> list[Stuck]:
    """Return the conversations that wait for a missing message for more than a day, the oldest first."""
    rows = Conversation.objects.filter(incoming__state=IncomingState.HELD.value).distinct()
    return [
        Stuck(row.id, row.partner.name, row.kind, row.last_at)
        for row in rows.select_related("partner").order_by("last_at", "id")
        if row.memory.get("gap_told")
    ]
