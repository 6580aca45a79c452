"""Exact radius search beside FAISS, in one run: lookups a second, memory, recall, worst cases.

The fingerprints are random 256-bit values; one query in four is one of them with up to 35 bits turned over,
so that some lie just within the radius of 31 and some just outside. Ours is the whole path that a caller
takes: an index folder that is built, mapped and asked through ``Index.lookup``, verdicts included. The peers
are ``faiss.IndexBinaryFlat`` and ``faiss.IndexBinaryMultiHash`` (16 tables of 16 bits, one flip), which is
what python-threatexchange has used, on the same fingerprints, queries and processors. Recall is measured
against ``IndexBinaryFlat``, which compares with everything.

    python bench/match.py [--size 10000000] [--seconds 10] [--no-multihash] [--worst] [--reloads 0]
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from tutela.core.matching import index
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.index import writer
from tutela.core.matching.index.rows import Columns, Gathered
from tutela.core.matching.lists import HashList

RADIUS, BATCH, SAMPLE = 31, 1_024, 400


def words_of(size: int, seed: int = 1) -> Any:
    """Return ``size`` random fingerprints as rows of four words."""
    return np.random.default_rng(seed).integers(0, 2**64, size=(size, 4), dtype=np.uint64)


def queries_of(words: Any, count: int, seed: int = 2) -> Any:
    """Return queries, every fourth of them near one of ``words``."""
    random = np.random.default_rng(seed)
    queries = random.integers(0, 2**64, size=(count, 4), dtype=np.uint64)
    for number in range(0, count, 4):
        near = words[random.integers(len(words))].copy()
        for bit in random.choice(256, random.integers(0, 36), replace=False).tolist():
            near[bit // 64] ^= np.uint64(1 << (bit % 64))
        queries[number] = near
    return queries


def build(folder: Path, words: Any) -> float:
    """Build an index of one list whose entries are numbered, and return the seconds that it took."""
    count = len(words)
    ids = np.char.zfill(np.arange(count).astype("S9"), 9).view(np.uint8)
    columns = Columns(
        words.view(np.uint8).reshape(count, 32),
        np.zeros(count, np.uint16),
        np.full(count, 100, np.uint8),
        np.zeros(count, np.uint32),
        np.arange(1, count + 1, dtype=np.uint64) * np.uint64(9),
        ids,
    )
    began = time.perf_counter()
    writer.build_from(folder, Gathered((HashList("bench"),), ("",), {Kind.PDQ: columns}))
    return time.perf_counter() - began


def fingerprints_of(queries: Any) -> list[Fingerprint]:
    """Return rows of words as fingerprints."""
    return [Fingerprint(Kind.PDQ, row.tobytes(), 100) for row in queries]


def rate(ask: Callable[[int], int], seconds: float) -> dict[str, float]:
    """Call ``ask(round)``, which answers how many it looked up, and return the median rate of its rounds."""
    rates: list[float] = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends or len(rates) < 3:
        began = time.perf_counter()
        done = ask(len(rates))
        rates.append(done / (time.perf_counter() - began))
    return {"per_second": round(statistics.median(rates)), "best": round(max(rates)), "rounds": len(rates)}


def resident() -> dict[str, int]:
    """Return this process's resident memory in bytes: all of it, and what is mapped from files."""
    said = dict(
        line.split(":") for line in Path("/proc/self/status").read_text().splitlines() if "kB" in line
    )
    return {
        "rss": int(said["VmRSS"].split()[0]) * 1024,
        "mapped": int(said["RssFile"].split()[0]) * 1024,
    }


def ours(folder: Path, queries: Any, seconds: float) -> dict[str, Any]:
    """Measure an index folder in a process of its own; its memory is all that it holds in the end."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_ours, (folder, queries, seconds))  # type: ignore[no-any-return]


def _ours(folder: Path, queries: Any, seconds: float) -> dict[str, Any]:
    warm = index.warm_up()
    before = resident()["rss"]
    began = time.perf_counter()
    opened = index.open_index(folder)
    opening = time.perf_counter() - began
    asked = fingerprints_of(queries)
    batches = [asked[at : at + BATCH] for at in range(0, len(asked), BATCH)]
    for batch in batches:
        opened.lookup(batch)
    batched = rate(lambda n: len(opened.lookup(batches[n % len(batches)])), seconds)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    single = rate(lambda n: _one_by_one(opened, asked, n), seconds)
    alone = rate(lambda n: _numbers_only(opened, asked, n), seconds)
    found = [sorted(int(hit.entry) for hit in one.hits) for one in opened.lookup(asked[:SAMPLE], limit=None)]
    memory = resident()
    opened.close()
    return {
        "batched": batched, "one_at_a_time_one_core": single,
        "one_at_a_time_numbers_only": alone, "open_ms": round(opening * 1000, 1),
        "warm_up_seconds": round(warm, 2), "memory_gb": round((memory["rss"] - before) / 1e9, 2),
        "found": found,
    }  # fmt: skip


def _one_by_one(opened: index.Index, asked: list[Fingerprint], number: int) -> int:
    for at in range(200):
        opened.lookup(asked[(number * 200 + at) % len(asked) :][:1])
    return 200


def _numbers_only(opened: index.Index, asked: list[Fingerprint], number: int) -> int:
    """Search as the peers do: numbers and distances, no list, no entry, no verdict."""
    table = opened._state.tables[Kind.PDQ]
    for at in range(200):
        table.search_one(asked[(number * 200 + at) % len(asked)].value, RADIUS)
    return 200


def flat(words: Any, queries: Any, seconds: float) -> dict[str, Any]:
    """Measure ``IndexBinaryFlat``; what it finds is the truth for recall."""
    import faiss

    peer = faiss.IndexBinaryFlat(256)
    peer.add(words.view(np.uint8).reshape(-1, 32))
    return _peer(peer, queries, seconds, 64)


def multihash(words: Any, queries: Any, seconds: float) -> dict[str, Any]:
    """Measure ``IndexBinaryMultiHash`` with 16 tables of 16 bits and one flip."""
    import faiss

    peer = faiss.IndexBinaryMultiHash(256, 16, 16)
    peer.nflip = 1
    before = resident()["rss"]
    peer.add(words.view(np.uint8).reshape(-1, 32))
    return _peer(peer, queries, seconds, 64) | {"memory_gb": round((resident()["rss"] - before) / 1e9, 2)}


def _peer(peer: Any, queries: Any, seconds: float, batch: int) -> dict[str, Any]:
    asked = queries.view(np.uint8).reshape(-1, 32)

    def ask(number: int) -> int:
        at = (number * batch) % (len(asked) - batch)
        peer.range_search(asked[at : at + batch], RADIUS + 1)
        return batch

    def ask_one(number: int) -> int:
        for at in range(8):
            peer.range_search(asked[(number * 8 + at) % len(asked)][None], RADIUS + 1)
        return 8

    measured = {"batched": rate(ask, seconds), "one_at_a_time": rate(ask_one, seconds)}
    bounds, _, labels = peer.range_search(asked[:SAMPLE], RADIUS + 1)
    found = [sorted(labels[int(a) : int(b)].tolist()) for a, b in itertools.pairwise(bounds)]
    return measured | {"found": found}


def recall(found: list[list[int]], truth: list[list[int]]) -> dict[str, Any]:
    """Return how much of the truth was found, and whether anything else was."""
    right = sum(len(set(a) & set(b)) for a, b in zip(found, truth, strict=True))
    return {
        "recall": round(right / max(1, sum(map(len, truth))), 6),
        "of": sum(map(len, truth)),
        "false": sum(len(set(a) - set(b)) for a, b in zip(found, truth, strict=True)),
    }


def worst_cases(folder: Path, size: int, seconds: float) -> dict[str, Any]:
    """Measure lists that are made to be slow, beside comparing with everything."""
    random = np.random.default_rng(9)
    base = words_of(size, 5)
    crowd = base.copy()
    crowd[: size // 2] = base[0]
    crowd[: size // 2, 3] ^= np.arange(size // 2, dtype=np.uint64)
    poor = base & random.integers(0, 2**64, size=(size, 4), dtype=np.uint64)
    poor &= random.integers(0, 2**64, size=(size, 4), dtype=np.uint64)
    many = base.copy()
    many[:5_000] = base[0]
    for row in range(5_000):
        for bit in random.choice(256, 6, replace=False).tolist():
            many[row, bit // 64] ^= np.uint64(1 << (bit % 64))
    cases = {
        "half_near_duplicates": (crowd, base[-1:]),
        "few_bits_set": (poor, None),
        "matches_5000": (many, base[:1]),
    }
    told = {}
    for name, (words, only) in cases.items():
        build(folder / name, words)
        queries = queries_of(words, 400) if only is None else np.repeat(only, 64, axis=0)
        asked = fingerprints_of(queries)
        with index.open_index(folder / name, watch=False) as opened:
            opened.lookup(asked[:8])
            told[name] = rate(lambda _, at=opened, all_=asked: len(at.lookup(all_)), seconds)
        told[name]["flat"] = flat(
            words, queries_of(words, 400) if only is None else queries.repeat(4, 0), seconds
        )["batched"]["per_second"]
        told[name]["ratio"] = round(told[name]["per_second"] / told[name]["flat"], 1)
    return told


def living(folder: Path, queries: Any, seconds: float) -> dict[str, Any]:
    """Return how long additions and withdrawals take to count while all processors look up."""
    asked, stop, took = fingerprints_of(queries[:BATCH]), threading.Event(), []
    with index.open_index(folder) as opened, index.write_index(folder) as to:

        def ask() -> None:
            while not stop.is_set():
                opened.lookup(asked)

        threads = [threading.Thread(target=ask) for _ in range(os.cpu_count() or 1)]
        for thread in threads:
            thread.start()
        ends, number = time.perf_counter() + seconds, 0
        while time.perf_counter() < ends:
            new = Fingerprint(Kind.PDQ, np.random.default_rng(1_000_000 + number).bytes(32), 100)
            for there in (True, False):
                if there:
                    to.put("bench", f"new{number}", [new])
                else:
                    to.withdraw("bench", f"new{number}")
                began = time.perf_counter()
                to.commit()
                while bool(opened.lookup([new])[0].found) is not there:
                    time.sleep(0.002)
                took.append(time.perf_counter() - began)
            number += 1
        stop.set()
        for thread in threads:
            thread.join()
    return {
        "changes": len(took),
        "median_ms": round(1e3 * statistics.median(took)),
        "most_ms": round(1e3 * max(took)),
    }


def reloads(folder: Path, count: int) -> dict[str, Any]:
    """Open the index anew ``count`` times and return by how much the process has grown."""
    with index.open_index(folder, watch=False) as opened:
        for number in range(count):
            opened._state = opened._opened()
            if number == count // 10:
                before = resident()["rss"]
    return {"reloads": count, "grown_mb": round((resident()["rss"] - before) / 1e6, 1)}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=float, default=1e7)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--no-multihash", action="store_true")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--worst", action="store_true", help="also 1 million made to be slow")
    parser.add_argument("--reloads", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=None, help="where the index is made")
    chosen = parser.parse_args()
    size = int(chosen.size)
    with tempfile.TemporaryDirectory(prefix="tutela-bench-", dir=chosen.keep) as made:
        folder = Path(made) / "index"
        words = words_of(size)
        queries = queries_of(words, 8 * BATCH)
        told: dict[str, Any] = {
            "bench": "match", "fingerprints": size, "radius": RADIUS, "cores": os.cpu_count(),
            "load_before": os.getloadavg()[0], "build_seconds": round(build(folder, words), 1),
        }  # fmt: skip
        told["files_gb"] = round(sum(file.stat().st_size for file in folder.rglob("*")) / 1e9, 2)
        told["tutela"] = ours(folder, queries, chosen.seconds)
        found = told["tutela"].pop("found")
        if not chosen.no_peers:
            truth = flat(words, queries, chosen.seconds)
            told["recall"] = recall(found, truth.pop("found"))
            told["faiss_flat"] = truth
            told["ratio_to_flat"] = _ratio(told["tutela"], truth)
            if not chosen.no_multihash:
                told["faiss_multihash"] = multihash(words, queries, chosen.seconds)
                told["faiss_multihash"].pop("found")
                told["ratio_to_multihash"] = _ratio(told["tutela"], told["faiss_multihash"])
        del words
        told["living"] = living(folder, queries, chosen.seconds)
        if chosen.reloads:
            told["reloads"] = reloads(folder, chosen.reloads)
        if chosen.worst:
            told["worst"] = worst_cases(Path(made), 1_000_000, min(chosen.seconds, 3))
    json.dump(told, sys.stdout, indent=1)
    print()
    return 0


def _ratio(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, float]:
    return {
        "batched": round(ours["batched"]["per_second"] / theirs["batched"]["per_second"], 1),
        "one_at_a_time": round(
            ours["one_at_a_time_one_core"]["per_second"] / theirs["one_at_a_time"]["per_second"], 1
        ),
    }


if __name__ == "__main__":
    sys.exit(main())
