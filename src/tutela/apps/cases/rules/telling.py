"""What a reporter is told, and when it would only confuse: progress runs one way, a return starts anew."""

from __future__ import annotations

RECEIVED, LOOKED_AT, NOTICE_SENT, REMOVED, CAME_BACK, CLOSED = (
    "received",
    "being_looked_at",
    "notice_sent",
    "removed",
    "came_back",
    "closed",
)

_LEVEL = {"": -1, RECEIVED: 0, LOOKED_AT: 1, CAME_BACK: 1, NOTICE_SENT: 2, REMOVED: 3, CLOSED: 4}


def told_after(told: str, news: str, *, reopened: bool = False) -> bool:
    """Return whether a reporter who was last told ``told`` is told ``news``.

    Of several items in one report the furthest speaks; a step back is told only when something came
    back or was taken up again.
    """
    if news == CAME_BACK:
        return told != CAME_BACK
    if reopened:
        return told in (REMOVED, CLOSED)
    return _LEVEL[news] > _LEVEL[told]
