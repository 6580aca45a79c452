"""Keeping house beside the workers: what was added since the last snapshot is merged in time."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from tutela.core.matching import index
from tutela.core.matching.errors import IndexBroken, IndexBusy, NoIndex

PAUSE_SECONDS = 2.0
MERGE_AT = 10_000
"""Changes in the journal from which a merge pays: they are searched one by one until then."""


def keep(folder: Path, ended: threading.Event) -> None:
    """Merge when it pays, until ``ended``. Another process that merges already is left to it."""
    while not ended.wait(PAUSE_SECONDS):
        with contextlib.suppress(NoIndex, IndexBroken, IndexBusy, OSError):
            merge_if_due(folder)


def merge_if_due(folder: Path) -> bool:
    """Merge if enough changes wait, and return whether it was done.

    Raises:
        NoIndex: there is none.
        IndexBusy: somebody else merges.
    """
    with index.open_index(folder, watch=False) as now:
        status = now.status()
    if status.added + status.withdrawn < MERGE_AT:
        return False
    index.merge(folder)
    return True
