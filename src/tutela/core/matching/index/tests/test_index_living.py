"""An index in use: additions count within a second under load, a merge stops nobody, memory stays flat."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path

import numpy as np

from tutela.core.matching import index
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.lists import HashList

RANDOM = np.random.default_rng(23)


def _pdq() -> Fingerprint:
    return Fingerprint(Kind.PDQ, RANDOM.bytes(32), 90)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def _made(folder: Path, size: int) -> Path:
    index.build(folder, [HashList("one")], [index.Row("one", f"e{n:06d}", _pdq()) for n in range(size)])
    return folder


def test_additions_and_withdrawals_count_within_a_second_while_all_threads_look_up(tmp_path: Path) -> None:
    folder = _made(tmp_path / "index", 20_000)
    stop, asked = threading.Event(), []
    with index.open_index(folder) as opened:
        batch = [_pdq() for _ in range(200)]

        def ask() -> None:
            while not stop.is_set():
                asked.append(len(opened.lookup(batch)))

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        took = []
        with index.write_index(folder) as writer:
            for number in range(4):
                new = _pdq()
                for there in (True, False):
                    if there:
                        writer.put("one", f"new{number}", [new])
                    else:
                        writer.withdraw("one", f"new{number}")
                    writer.commit()
                    began = time.monotonic()
                    while bool(opened.lookup([new])[0].found) is not there:
                        assert time.monotonic() - began < 30, "it never counted"
                    took.append(time.monotonic() - began)
                if number == 1:
                    writer.merge()
        stop.set()
        for thread in threads:
            thread.join()
    assert sorted(took)[len(took) // 2] < 1.0
    assert asked and set(asked) == {200}


def test_a_merge_never_takes_an_answer_away(tmp_path: Path) -> None:
    folder = _made(tmp_path / "index", 5_000)
    kept, wrong, stop = _pdq(), [], threading.Event()
    with index.write_index(folder) as writer:
        writer.put("one", "kept", [kept])
        writer.commit()
    with index.open_index(folder) as opened:

        def ask() -> None:
            while not stop.is_set():
                verdict = opened.lookup([kept])[0]
                if [hit.entry for hit in verdict.hits] != ["kept"]:
                    wrong.append(verdict)

        thread = threading.Thread(target=ask)
        thread.start()
        for _ in range(5):
            generation = index.merge(folder).generation
            while opened.status().generation != generation:
                time.sleep(0.01)
        stop.set()
        thread.join()
    assert wrong == []


def test_memory_stays_flat_however_often_it_is_opened_anew(tmp_path: Path) -> None:
    folder = _made(tmp_path / "index", 3_000)
    query = [_pdq()]
    with index.open_index(folder, watch=False) as opened:
        sizes = []
        for number in range(800):
            opened._state = opened._opened()
            if number % 100 == 0:
                opened.lookup(query)
            if number in (300, 799):
                gc.collect()
                sizes.append(_resident())
    assert sizes[1] - sizes[0] < 8 << 20, f"grew by {(sizes[1] - sizes[0]) >> 20} MiB"
