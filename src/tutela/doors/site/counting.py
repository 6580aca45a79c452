"""How often something happened within the last hour, by a key, in memory.

A sliding window as a rate limiter has it: what happened since the full hour, and of the hour before the part
that still lies within sixty minutes. Two tables are all there is. When an hour is over the older one is
dropped whole, so that nothing is kept for longer, nothing is ever searched for what is old, and counting
costs the same among a hundred thousand networks as among ten.
"""

from __future__ import annotations

import threading

from tutela.core.kernel import clock

_HOUR_SECONDS = 3600


class HourCounts:
    """Counts of one process."""

    def __init__(self) -> None:
        self._hour = 0
        self._now: dict[tuple[str, str], int] = {}
        self._before: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def count(self, kind: str, key: str, *, most: int) -> bool:
        """Count once more, unless that would be more than ``most`` within an hour; tell whether it was."""
        hour, second = divmod(clock.now().timestamp(), _HOUR_SECONDS)
        with self._lock:
            self._turn_to(int(hour))
            before = self._before.get((kind, key), 0) * (1 - second / _HOUR_SECONDS)
            if int(before + self._now.get((kind, key), 0)) >= most:
                return False
            self._now[kind, key] = self._now.get((kind, key), 0) + 1
            return True

    def _turn_to(self, hour: int) -> None:
        if hour != self._hour:
            self._before = self._now if hour == self._hour + 1 else {}
            self._hour, self._now = hour, {}

    def __len__(self) -> int:
        """How many counts are kept."""
        return len(self._now) + len(self._before)
