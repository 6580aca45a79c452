"""Keeping house beside the workers: what was added since the last snapshot is merged in time."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from tutela.core.matching import index
from tutela.core.matching.errors import IndexBroken, IndexBusy, NoIndex
from tutela.core.matching.index import Index

PAUSE_SECONDS = 2.0
MERGE_AT = 10_000
"""Changes in the journal from which a merge pays: they are searched one by one until then."""


def keep(folder: Path, ended: threading.Event) -> None:
    """Merge when it pays, until ``ended``. Another process that merges already is left to it."""
    while not ended.wait(PAUSE_SECONDS):
        with contextlib.suppress(NoIndex, IndexBroken), index.open_index(folder) as now:
            while not ended.wait(PAUSE_SECONDS):
                with contextlib.suppress(NoIndex, IndexBroken, IndexBusy, OSError):
                    merge_if_due(folder, now)


def merge_if_due(folder: Path, now: Index) -> bool:
    """Merge if enough changes wait in the index that is open as ``now``; return whether it was done.

    Raises:
        IndexBusy: somebody else merges.
    """
    status = now.status()
    if status.added + status.withdrawn < MERGE_AT:
        return False
    index.merge(folder)
    now.refresh()
    return True
