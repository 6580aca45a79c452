"""The process that a scan's workers are forked from, forked itself from the program that is loaded.

The product starts it from nothing, and loading Numba there takes longer than anything the tests scan. Scans
that a test starts from nothing have it as the product does.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from multiprocessing import util
from pathlib import Path


def fork_servers() -> None:
    """Let what multiprocessing starts beside this process be forked from it; what it is to do is the same."""
    util.spawnv_passfds = _fork  # type: ignore[assignment]


def _fork(_program: str, arguments: Sequence[str], passed: Sequence[int]) -> int:
    """Return the id of a process that has the files ``passed`` and no others, as a started one would."""
    sys.stdout.flush()
    sys.stderr.flush()
    if child := os.fork():
        return child
    ended_with = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        gc.freeze()  # nothing of the scan is freed here: files that it names by number are others by now
        _close_all_but({0, 1, 2, *passed})
        exec(arguments[-1], {"__name__": "__main__"})
        ended_with = 0
    except SystemExit:
        ended_with = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(ended_with)


def _close_all_but(kept: set[int]) -> None:
    for name in list(Path("/proc/self/fd").iterdir()):
        if int(name.name) not in kept:
            with contextlib.suppress(OSError):
                os.close(int(name.name))
