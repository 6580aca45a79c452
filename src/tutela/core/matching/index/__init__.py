"""The index: a folder of hash lists, searched exactly, shared by all processes, changed while it is searched.

``current`` names the snapshot that counts (``snapshot``); what was added and withdrawn since stands in its
journal (``journal``) and, in each process that has the index open, in an ``overlay``. One process writes at a
time; any number look up and never wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tutela.core.matching.index import snapshot
from tutela.core.matching.index.opened import Index, IndexStatus, current_generation
from tutela.core.matching.index.rows import Row
from tutela.core.matching.index.writer import Writer, build, merge, write_index

__all__ = [
    "Index",
    "IndexStatus",
    "Row",
    "Writer",
    "build",
    "merge",
    "open_index",
    "verify",
    "warm_up",
    "write_index",
]


def open_index(folder: Path, *, watch: bool = True, threads: int = 0) -> Index:
    """Open an index for lookups.

    ``watch`` lets it notice by itself, within a tenth of a second, what others write. ``threads`` is how many
    a batch is spread over; 0 for as many as suit the machine.

    Raises:
        NoIndex: there is none in ``folder``.
        IndexBroken: it is half written, altered or of another version.
    """
    return Index(folder, watch=watch, threads=threads)


def verify(folder: Path, progress: Callable[[int], None] | None = None) -> IndexStatus:
    """Read every byte of an index and return what it holds.

    Raises:
        NoIndex: there is none in ``folder``.
        IndexBroken: a file is not what was written; its name is the reason.
    """
    snapshot.verify(folder / f"snapshot-{current_generation(folder):06d}", progress)
    with Index(folder, watch=False) as now:
        return now.status()


def warm_up() -> float:
    """Compile the search, or take it from the cache, and return the seconds that it took."""
    import time

    import numpy as np

    from tutela.core.matching.index import table

    began = time.perf_counter()
    words = np.random.default_rng(0).integers(0, 2**64, size=4 * 64, dtype=np.uint64)
    for count in (0, 16):
        table.build(words, count=count).search(words[:8], 31)
    return time.perf_counter() - began
