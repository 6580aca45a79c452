"""Writing into the index: one writer at a time, so a route waits a moment for its turn."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from tutela.core.matching import index
from tutela.core.matching.errors import IndexBusy
from tutela.core.matching.index import Writer
from tutela.doors.wire.service import Service

SECONDS_TO_WAIT = 3.0
_PAUSE_SECONDS = 0.02


@contextlib.contextmanager
def writing(service: Service) -> Iterator[Writer]:
    """Give the index to write to. What was written counts when the block ends without an error: in this
    worker at once, in the others within a tenth of a second.

    Raises:
        IndexBusy: somebody else is writing for longer than a client should wait.
        NoIndex: there is none.
    """
    with contextlib.ExitStack() as stack:
        writer = _enter(stack, service.settings.index)
        service.asking.opened.refresh()  # what others wrote before this turn
        yield writer
        writer.commit()
    service.asking.opened.refresh()


def _enter(stack: contextlib.ExitStack, folder: Path) -> Writer:
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while True:
        try:
            return stack.enter_context(index.write_index(folder))
        except IndexBusy:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
