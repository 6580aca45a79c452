"""Rate limits that hold over all workers together, without a server in between.

A small file of counters is shared in memory: a cell per limit of a key and worker. Each worker writes only
its own cells and reads all of them, so nobody waits for a lock. Windows are fixed (a second, a day), so twice
the amount can pass at the seam of two windows, and a few lookups more when workers ask in the same instant.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import time
from pathlib import Path

from tutela.core.kernel.errors import Refusal
from tutela.doors.wire.keys import MOST_KEYS, MOST_LIMITS, Key

MOST_WORKERS = 32
_CELL = struct.Struct("<QQ")
_CELLS = struct.Struct(f"<{2 * MOST_WORKERS}Q")


class TooManyWorkers(Refusal):
    """More workers than there are places for counters."""

    code = "too_many_workers"


class Rates:
    """The counters of one service, opened by each of its workers."""

    def __init__(self, folder: Path) -> None:
        size = MOST_KEYS * MOST_LIMITS * _CELLS.size
        descriptor = os.open(folder / "rates.bin", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size != size:
                os.ftruncate(descriptor, size)  # sparse: only the cells of keys in use take room
            self._cells = mmap.mmap(descriptor, size)
        finally:
            os.close(descriptor)
        self._place, self._lock = _take_place(folder)

    def take(self, key: Key, amount: int, now: float | None = None) -> float:
        """Use ``amount`` of what ``key`` may; return 0, or the seconds to wait if that is too much now.

        What is refused is not counted. More than a whole window's worth passes when nothing else was used in
        that window, or it could never pass.
        """
        if not key.limits:
            return 0.0
        moment = time.time() if now is None else now
        own = []
        for order, limit in enumerate(key.limits):
            seconds = limit.get_expiry()
            window = int(moment // seconds)
            column = ((key.number - 1) * MOST_LIMITS + order) * _CELLS.size
            cells = _CELLS.unpack_from(self._cells, column)
            used = sum(cells[at + 1] for at in range(0, len(cells), 2) if cells[at] == window)
            if used and used + amount > limit.amount:
                return (window + 1) * seconds - moment
            before = cells[2 * self._place + 1] if cells[2 * self._place] == window else 0
            own.append((column + self._place * _CELL.size, window, before))
        for place, window, before in own:
            _CELL.pack_into(self._cells, place, window, before + amount)
        return 0.0

    def close(self) -> None:
        """Give the place back."""
        os.close(self._lock)
        self._cells.close()


def _take_place(folder: Path) -> tuple[int, int]:
    """Return the first free place and the lock that keeps it; the system frees it when the worker dies."""
    for place in range(MOST_WORKERS):
        descriptor = os.open(folder / f"rates-{place}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        return place, descriptor
    raise TooManyWorkers(f"at most {MOST_WORKERS} workers share the counters of a service")
