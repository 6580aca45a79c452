"""One worker's service: the index, the keys, the memory and the counters, put together once."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
from collections.abc import Iterator, Mapping

from tutela.core.matching import hashers, index
from tutela.core.matching.errors import IndexBroken
from tutela.core.matching.flood import FloodRule
from tutela.core.matching.lists import HashList
from tutela.doors.wire.asking import Asking
from tutela.doors.wire.counting import Counting
from tutela.doors.wire.following import Following
from tutela.doors.wire.guard import Guard
from tutela.doors.wire.keys import KeyRing
from tutela.doors.wire.memory import Memory
from tutela.doors.wire.rates import Rates
from tutela.doors.wire.refusals import Refused
from tutela.doors.wire.settings import WireSettings, keys_file, make_state, memory_file

FILES_AT_ONCE = 8
"""So many files are in the memory of a worker at once; others wait before their body is read."""


class Service:
    """What every route needs."""

    def __init__(self, settings: WireSettings) -> None:
        make_state(settings.state)
        self.settings = settings
        self.memory = Memory(memory_file(settings.state))
        self.rule = FloodRule(least=settings.flood_least, factor=settings.flood_factor)
        self.following = Following(self.memory, self.rule)
        # Workers share the processors; a batch is spread over one worker's part of them.
        threads = max(1, (os.cpu_count() or 1) // settings.workers)
        self.asking = Asking(settings.index, self.following.quarantined, threads)
        self.counting = Counting()
        self._rates = Rates(settings.state)
        self.file_turns = asyncio.Semaphore(FILES_AT_ONCE)
        self.guard = Guard(KeyRing(keys_file(settings.state)), self._rates)

    def lists(self) -> Mapping[str, HashList]:
        """The lists of the index, by name.

        Raises:
            Refused: there is no index (503).
        """
        return {one.name: one for one in self.asking.opened.lists()}

    def close(self) -> None:
        """Finish what is under way and let go."""
        self.asking.close()
        self.following.close()
        self.memory.close()
        self._rates.close()


@contextlib.contextmanager
def running(settings: WireSettings) -> Iterator[Service]:
    """Give a service with warm code, and close it."""
    index.warm_up()
    if settings.accept_files or settings.allowed_hosts:
        hashers.warm_up()
    # Answers are many small objects without cycles; looking for cycles took as long as making the answers.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    service = Service(settings)
    with contextlib.suppress(Refused, IndexBroken):
        _ = service.asking.opened  # now, and not while somebody waits
    try:
        yield service
    finally:
        service.close()
