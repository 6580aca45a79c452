"""Tell partners what this node's ledger came to: looked at every few minutes, said once a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from tutela.apps.exchange import actions as exchange
from tutela.doors.worker.equipment import Equipment

LOOK_EVERY = timedelta(minutes=10)
_WORK = "ledger_heads"


def tell_heads(now: datetime, equipment: Equipment) -> int:
    """Return to how many partners the head was told."""
    if not equipment.config.exchange.node or equipment.not_before.get(_WORK, now) > now:
        return 0
    equipment.not_before[_WORK] = now + LOOK_EVERY
    return exchange.tell_heads(now)
