"""Every refusal is recorded with its reason: counted by day, sender and code, so that a flood stays small."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from tutela.apps.exchange.models import Refused
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import ids


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal. ``sender`` is empty unless it is the name of a partner."""

    sender: str
    code: str
    digest: bytes = b""
    partner_id: uuid.UUID | None = None


def record_refusals(refusals: Sequence[Refusal], now: datetime) -> None:
    """Count the refusals; the first of a kind on a day is a ledger line as well. In a transaction."""
    grouped: dict[tuple[str, str], list[Refusal]] = {}
    for one in refusals:
        grouped.setdefault((one.sender, one.code), []).append(one)
    lines = []
    for (sender, code), these in sorted(grouped.items()):
        if _count(sender, code, these, now):
            partner = these[0].partner_id
            about = ("partner", partner) if partner else None
            lines.append(ledger.NewLine("envelope_refused", "node", about, {"code": code}))
    ledger.write_lines(lines, at=now)


def _count(sender: str, code: str, these: list[Refusal], now: datetime) -> bool:
    """Return whether these are the first of the day."""
    rows = Refused.objects.filter(day=now.date(), sender=sender, code=code)
    changed = {"count": F("count") + len(these), "last_at": now, "last_digest": these[-1].digest}
    if rows.update(**changed):
        return False
    row = Refused(id=ids.new_id(), day=now.date(), sender=sender, code=code, first_at=now, last_at=now)
    Refused.objects.bulk_create([row], ignore_conflicts=True)
    rows.update(**changed)
    return True
