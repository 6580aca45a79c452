"""What the answer of a mail server means and when to try again (RFC 5321 sections 4.2.1 and 4.5.4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

RETRY_MINUTES = (1, 5, 15, 60)
"""Waits after the first tries; then hourly."""
GIVE_UP_AFTER = timedelta(hours=24)
CLAIM_LASTS = timedelta(minutes=10)
"""Longer than any exchange with a mail server; after it another worker sends the same letter again."""
_JITTER = 0.2


class Outcome(StrEnum):
    """What became of one try to deliver."""

    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    GAVE_UP = "gave_up"


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """One try: the server's code (``None`` when there was no answer), a detail code, and how far it came."""

    outcome: Outcome
    smtp_code: int | None = None
    detail: str = ""


def judge(smtp_code: int | None, *, stage: str, detail: str = "") -> DeliveryResult:
    """Return the result of a try that ended at ``stage``: connect, login, sender, recipient, data or done.

    A 5xx answer condemns the contact only when it was about the recipient or the letter; before that
    it is about our own relay or password, which a person mends while the letter waits.
    """
    if stage == "done" or (smtp_code is not None and 200 <= smtp_code < 300):
        return DeliveryResult(Outcome.SENT, smtp_code, detail)
    if smtp_code is not None and smtp_code >= 500 and stage in ("recipient", "data"):
        return DeliveryResult(Outcome.FAILED, smtp_code, detail or f"{stage}_refused")
    return DeliveryResult(Outcome.RETRY, smtp_code, detail or f"{stage}_failed")


def next_try(attempts: int, first_try_at: datetime, now: datetime, jitter: float) -> datetime | None:
    """Return when to try again after ``attempts`` tries, or ``None`` when it is time to give up.

    Args:
        jitter: between 0 and 1, drawn by the caller; stretches the wait by up to a fifth, so that
            letters held up together do not come back together.
    """
    position = min(max(attempts, 1), len(RETRY_MINUTES)) - 1
    wait = timedelta(minutes=RETRY_MINUTES[position]) * (1 + _JITTER * jitter)
    return None if now + wait > first_try_at + GIVE_UP_AFTER else now + wait
