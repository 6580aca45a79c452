"""Answer partners who ask which of their cases are ours too: a few seconds each, so only so many a round."""

from __future__ import annotations

import time
from datetime import datetime

from tutela.apps.exchange import actions as exchange
from tutela.doors.worker.equipment import Equipment

MOST_SECONDS = 10.0


def answer_overlaps(now: datetime, equipment: Equipment) -> int:
    """Return how many questions were answered."""
    if not equipment.config.exchange.node:
        return 0
    count, until = 0, time.monotonic() + MOST_SECONDS
    while time.monotonic() < until and not equipment.stopping.is_set():
        equipment.beat()
        if not exchange.answer_overlap(now):
            break
        count += 1
    exchange.empty_overlaps()
    return count
