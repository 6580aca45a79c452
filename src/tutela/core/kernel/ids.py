"""Identifiers: UUIDv7 (RFC 9562 section 5.7), so that rows sort by the time they were made."""

from __future__ import annotations

import secrets
import threading
import uuid

from tutela.core.kernel import clock

_RANDOM_BITS = 74
_lock = threading.Lock()
_last = (0, 0)


def new_id() -> uuid.UUID:
    """Return a fresh UUIDv7: 48 bits of milliseconds, then 74 random bits from the system.

    Ids that this process makes in one millisecond go on from each other in small random steps, so that
    they sort in the order they were made (RFC 9562 section 6.2, method 2).
    """
    global _last
    milliseconds = int(clock.now().timestamp() * 1000) & ((1 << 48) - 1)
    with _lock:
        same = milliseconds == _last[0]
        # The highest bit starts as 0, so that a millisecond has room for more ids than can be made in it.
        tail = _last[1] + 1 + secrets.randbits(32) if same else secrets.randbits(_RANDOM_BITS - 1)
        _last = (milliseconds, tail)
    high, low = tail >> 62, tail & ((1 << 62) - 1)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def new_token() -> str:
    """Return 256 random bits as URL-safe text of 43 characters, for one-time links."""
    return secrets.token_urlsafe(32)
