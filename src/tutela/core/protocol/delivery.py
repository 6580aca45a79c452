"""When to try again, and which of two receipts counts.

Delivery goes on for 30 days with waiting times that double, up to six hours, and are drawn from zero to that
(full jitter), so that a partner who comes back is not met by everybody at once. After that a person is told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tutela.core.terms.exchange import ReceiptStep

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=30)
LATER = frozenset({"from_the_future", "unknown_sender", "unknown_sender_key", "rate", "busy"})
"""Codes of the inbox that may not hold for ever: the same bytes are tried again."""
_DOUBLINGS = 10
_ORDER = (ReceiptStep.ACCEPTED, ReceiptStep.REFUSED, ReceiptStep.OPENED, ReceiptStep.ACTED)


def next_attempt(
    attempts: int, sent_at: datetime, now: datetime, random: Callable[[], float]
) -> datetime | None:
    """Return when to try again after ``attempts`` failures, None when 30 days since ``sent_at`` are over.

    ``random`` returns numbers from 0 to 1, as ``random.random`` does. The last try is at the end of the days.
    """
    end = sent_at + GIVE_UP_AFTER
    if now >= end:
        return None
    doublings = min(max(attempts - 1, 0), _DOUBLINGS)
    longest = min(LONGEST_WAIT, FIRST_WAIT * (1 << doublings))
    return min(now + longest * random(), end)


def merge(before: ReceiptStep | None, now: ReceiptStep) -> ReceiptStep:
    """Return the step that counts when both were receipted, in whatever order they came."""
    steps = (now,) if before is None else (before, now)
    return max(steps, key=_ORDER.index)
