"""Private set intersection, beside the plain exchange of hashes that it replaces, in the same run.

    python bench/overlap.py [--held 20000] [--asked 1000]

The peer sends SHA-256 of everything it holds and the asker looks its own up: fast, and whoever receives the
list can test any address against all of it. The ratio is what keeping the rest to oneself costs, in time (of
the processor, one core) and in bytes. One run; both must find the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

from tutela.core.protocol import overlap
from tutela.core.protocol.overlap import Answer

R = TypeVar("R")
COMMON = 50


def identifiers(first: int, count: int) -> list[bytes]:
    return [hashlib.sha256(number.to_bytes(8, "big")).digest() for number in range(first, first + count)]


def timed(work: Callable[[], R]) -> tuple[float, R]:
    started = time.process_time()
    found = work()
    return time.process_time() - started, found


def private(mine: list[bytes], held: list[bytes]) -> tuple[dict[str, Any], frozenset[bytes]]:
    asking, question = timed(lambda: overlap.ask("addresses", mine))
    answering, answer = timed(lambda: overlap.answer("addresses", question.count, question.request, held))
    reading, found = timed(
        lambda: overlap.common("addresses", mine, question.secret, Answer(answer.setup, answer.response))
    )
    return {
        "seconds": asking + answering + reading,
        "ask_seconds": asking,
        "answer_seconds": answering,
        "read_seconds": reading,
        "bytes": len(question.request) + len(answer.setup) + len(answer.response),
    }, found


def plain(mine: list[bytes], held: list[bytes]) -> tuple[dict[str, Any], frozenset[bytes]]:
    def work() -> frozenset[bytes]:
        sent = {hashlib.sha256(one).digest() for one in held}
        return frozenset(one for one in mine if hashlib.sha256(one).digest() in sent)

    seconds, found = timed(work)
    return {"seconds": seconds, "bytes": 32 * len(held)}, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--held", type=int, default=20_000)
    parser.add_argument("--asked", type=int, default=1_000)
    given = parser.parse_args()
    held = identifiers(0, given.held)
    mine = identifiers(given.held - COMMON, given.asked)
    ours, found = private(mine, held)
    peer, expected = plain(mine, held)
    if found != expected:
        print("the two do not find the same", file=sys.stderr)
        return 1
    result = {
        "bench": "overlap",
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        "held": given.held,
        "asked": given.asked,
        "common": len(found),
        "private": {name: round(value, 3) for name, value in ours.items()},
        "peer_plain_hashes": {name: round(value, 4) for name, value in peer.items()},
        "ratio_seconds": round(ours["seconds"] / peer["seconds"], 1),
        "ratio_bytes": round(ours["bytes"] / peer["bytes"], 2),
    }
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
