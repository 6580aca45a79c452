"""Lookups a second through the match service's real HTTP door, and through HMA's beside it.

An index of random PDQ fingerprints is built, `tutela match serve` starts with its workers, and one process
asks over plain sockets: one fingerprint a request on our route and on HMA's, then ten thousand a request.
One query of ten lies near a known fingerprint (0 to 31 bits), the others near none. Service and sender share
the processors; how much of them each took for a lookup is said as well, because that hardly changes when the
machine is busy. Every answer is held against what was planted.

Beside it runs HMA on a PostgreSQL of its own, with the same fingerprints, the same requests and the same
sender, where a checkout of it is named (``--peer`` or ``TUTELA_BENCH_HMA``; ``bench/peers/hma.py`` says how).

    python bench/serve.py [--size 200000] [--seconds 10] [--workers 2] [--connections 16] [--peer PATH]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from intake_peer import processor_seconds
from peers import hma
from serve_sender import Taken, closed_loop
from tutela.core.matching import index
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.index import Row
from tutela.core.matching.lists import HashList
from tutela.testing.match_service import Served, serving

VARIABLE = "TUTELA_BENCH_HMA"
QUERIES = 5_000
MANY = 10_000
NEAR_ONE_OF = 10
LIST = HashList("bench", origin="random numbers")


def rows(values: Sequence[bytes]) -> Iterator[Row]:
    """Yield one entry for each fingerprint."""
    for number, value in enumerate(values):
        yield Row("bench", str(number), Fingerprint(Kind.PDQ, value, 100))


def queries(values: Sequence[bytes], count: int) -> list[str]:
    """Return fingerprints to ask for; each tenth is up to 31 bits from one that is known."""
    chance = random.Random(11)
    asked = []
    for number in range(count):
        if number % NEAR_ONE_OF:
            asked.append(chance.randbytes(32).hex())
            continue
        near = int.from_bytes(chance.choice(values), "big")
        for bit in chance.sample(range(256), chance.randrange(32)):
            near ^= 1 << bit
        asked.append(near.to_bytes(32, "big").hex())
    return asked


def get(signal: str, key: str) -> bytes:
    """Return the request that a client of HMA sends."""
    return (
        f"GET /m/lookup?signal_type=pdq&signal={signal} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"X-Api-Key: {key}\r\n\r\n"
    ).encode()


def post(body: object, key: str) -> bytes:
    """Return a request to our own route."""
    data = json.dumps(body).encode()
    return (
        f"POST /v1/lookup HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Api-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    ).encode() + data


def measured(port: int, process: int, requests: list[bytes], told: argparse.Namespace, **more: Any) -> Any:
    """Ask for a while and return the figures, with the processor time of a lookup on either side."""
    each = more.pop("fingerprints", 1)
    matched = more.pop("matched")
    connections = more.pop("connections", told.connections)
    closed_loop(port, requests, connections=connections, seconds=min(1.0, told.seconds), matched=matched)
    before, own = processor_seconds(process), time.process_time()
    taken: Taken = closed_loop(port, requests, connections=connections, seconds=told.seconds, matched=matched)
    lookups = max(1, taken.answers * each)
    return taken.figures(each) | {
        "processor_us_a_lookup": round(1e6 * (processor_seconds(process) - before) / lookups, 1),
        "sender_us_a_lookup": round(1e6 * (time.process_time() - own) / lookups, 1),
    }


def memory(process: int) -> dict[str, float]:
    """Return megabytes of all processes: what is their own, and with shared pages counted once."""
    own = whole = 0
    for pid in _family(process):
        fields = dict(
            line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
        )
        own += int(fields["Private_Dirty"].split()[0])
        whole += int(fields["Pss"].split()[0])
    return {"own_mb": round(own / 1024), "with_the_index_mb": round(whole / 1024)}


def _family(process: int) -> set[int]:
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    family = {process}
    while more := {one for one, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def recall(served: Served, asked: Sequence[str]) -> float:
    """Return how many of the planted queries are answered with a match."""
    body = {"fingerprints": [{"kind": "pdq", "value": one} for one in asked[::NEAR_ONE_OF]]}
    request = urllib.request.Request(
        f"{served.url}/v1/lookup", json.dumps(body).encode(), {"X-Api-Key": served.key}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        verdicts = json.load(answer)["verdicts"]
    return sum(verdict["outcome"] == "match" for verdict in verdicts) / len(verdicts)


def until_seen(served: Served, value: bytes) -> float:
    """Return the seconds from a committed addition until ten answers in a row know it."""
    one = {"kind": "pdq", "value": value.hex()}
    with index.write_index(served.index) as writer:
        writer.put("bench", "added", [Fingerprint(Kind.PDQ, value, 100)])
        writer.commit()
    began, seen, first = time.perf_counter(), 0, 0.0
    while seen < 10:
        request = urllib.request.Request(
            f"{served.url}/v1/lookup", json.dumps(one).encode(), {"X-Api-Key": served.key}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            known = b'"match"' in answer.read()
        first = first if known and seen else time.perf_counter()
        seen = seen + 1 if known else 0
    return round(first - began, 3)


def ours(values: Sequence[bytes], asked: list[str], told: argparse.Namespace) -> dict[str, Any]:
    """Measure the match service."""
    with tempfile.TemporaryDirectory(prefix="tutela-serve-") as folder:
        began = time.monotonic()
        index.build(Path(folder) / "index", [LIST], rows(values))
        built = time.monotonic() - began
        with serving(Path(folder), with_index=False, workers=told.workers, from_nothing=True) as served:
            port, process = int(served.url.rpartition(":")[2]), served.process.pid
            one = [post({"kind": "pdq", "value": value}, served.key) for value in asked]
            many = [{"kind": "pdq", "value": value} for value in (asked * (1 + MANY // len(asked)))[:MANY]]
            yes = lambda answer: b'"outcome":"match"' in answer  # noqa: E731
            return {
                "seconds_to_build": round(built, 1),
                "one_a_request": measured(port, process, one, told, matched=yes),
                "one_a_request_one_connection": measured(
                    port, process, one, told, matched=yes, connections=1
                ),
                "hma_route": measured(
                    port, process, [get(value, served.key) for value in asked], told, matched=_by_bank
                ),
                "ten_thousand_a_request": measured(
                    port, process, [post({"fingerprints": many}, served.key)], told,
                    matched=yes, fingerprints=MANY, connections=told.workers,
                ),
                "recall": recall(served, asked),
                "seconds_until_an_addition_counts": until_seen(served, random.Random(5).randbytes(32)),
                "memory": memory(process),
            }  # fmt: skip


def _by_bank(answer: bytes) -> bool:
    return b'"bank_content_id"' in answer


def peer(values: Sequence[bytes], asked: list[str], told: argparse.Namespace) -> dict[str, Any]:
    """Measure HMA, if there is one."""
    if told.peer is None:
        return {"not_run": f"no peer was named (--peer or {VARIABLE})"}
    hashes = [value.hex() for value in values]
    with hma.running(told.peer.resolve(), hashes, told.workers) as running:
        return {
            "version": hma.version(told.peer),
            "seconds_to_fill_and_build": round(running.seconds_to_fill, 1),
            "hma_route": measured(
                running.port, running.process, [get(value, "none") for value in asked], told, matched=_by_bank
            ),
            "memory": memory(running.process),
        }


def main() -> None:
    """Measure both and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--peer", type=Path, default=os.environ.get(VARIABLE))
    told = parser.parse_args()
    told.peer = Path(told.peer) if told.peer else None
    chance = random.Random(3)
    values = [chance.randbytes(32) for _ in range(told.size)]
    asked = queries(values, QUERIES)
    result: dict[str, Any] = {
        "size": told.size,
        "workers": told.workers,
        "connections": told.connections,
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "ours": ours(values, asked, told),
        "peer": peer(values, asked, told),
    }
    if "hma_route" in result["peer"]:
        for name in ("lookups_a_second", "processor_us_a_lookup"):
            here, there = (result[side]["hma_route"][name] for side in ("ours", "peer"))
            result[f"ratio_{name}"] = round(here / there if name == "lookups_a_second" else there / here, 1)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
