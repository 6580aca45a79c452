"""The server of the match service: granian, with all that its workers need loaded before they are forked.

Each worker by itself would load the compiled search and keep a copy of it, also one that takes the place of
another that died. Where processes are not forked (macOS) each loads it as before.
"""

from __future__ import annotations

import gc

from granian.cli import entrypoint

from tutela.core.matching import hashers
from tutela.doors.wire import app  # noqa: F401

if __name__ == "__main__":
    hashers.hashers()
    gc.collect()
    gc.freeze()  # a collection in a worker would copy every page that it looks at
    entrypoint()  # type: ignore[no-untyped-call]
