"""Share hash lists with partners: say what changed in ours, and what the desk found about theirs."""

from __future__ import annotations

import time
from datetime import datetime

from tutela.apps.exchange import actions as exchange
from tutela.doors.worker.equipment import Equipment

MOST_SECONDS = 10.0
"""Of one round; a long list is gone on with in the next, so that letters and looks do not wait for it."""


def share_lists(now: datetime, equipment: Equipment) -> int:
    """Say pages of lists that partners get; returns how many were said or begun again."""
    if not equipment.config.exchange.node:
        return 0
    count, until = exchange.mend_shares(now), time.monotonic() + MOST_SECONDS
    while not equipment.stopping.is_set() and time.monotonic() < until:
        equipment.beat()
        said = exchange.follow_lists(now)
        count += said
        if not said:
            break
    exchange.forget_pages()
    return count


def tell_opinions(now: datetime, equipment: Equipment) -> int:
    """Tell partners what people here say of their entries; returns how many opinions were told."""
    return exchange.tell_opinions(now) if equipment.config.exchange.node else 0
