"""Workers that die: who is blamed, and when a scan gives up."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutela.core.matching.in_memory import InMemoryIndex
from tutela.doors.cli.scan.crew import LOST_AT_START, Broken, Processes, Taken
from tutela.doors.cli.scan.known import Known
from tutela.doors.cli.scan.places import Chunk, Place
from tutela.doors.cli.scan.reading import Orders, Root

pytestmark = pytest.mark.processes


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Processes]:
    (tmp_path / "file").write_text("ordinary")
    known = Known(frozenset({"sha256"}), few=InMemoryIndex([], []))
    made = Processes(1, Orders((Root("tree", str(tmp_path)),), known, keep_all=True))
    yield made
    made.close()


CHUNK = Chunk((Place(0, "file", 8, ""),))


def kill_worker(crew: Processes) -> None:
    (worker,) = crew._workers.values()
    assert worker.process.pid
    os.kill(worker.process.pid, signal.SIGKILL)


def taken(crew: Processes) -> Taken:
    while True:
        for one in crew.take():
            return one


def test_a_worker_that_dies_before_it_reads_is_no_files_fault(crew: Processes) -> None:
    crew.give(CHUNK)
    kill_worker(crew)
    lost = taken(crew)
    assert (lost.answer, lost.blamed) == (None, False)
    crew.give(CHUNK)
    answer = taken(crew).answer
    assert answer
    (looked,) = answer.looked
    assert (looked.outcome, looked.place.size) == ("no_match", 8)
    assert crew.free()
    assert not crew.busy()


def test_workers_that_cannot_start_end_the_scan(crew: Processes) -> None:
    with pytest.raises(Broken, match="die one after the other"):
        for _ in range(LOST_AT_START):
            crew.give(CHUNK)
            kill_worker(crew)
            taken(crew)


def test_an_index_that_is_not_there_is_told_by_the_worker(tmp_path: Path) -> None:
    orders = Orders((Root("tree", str(tmp_path)),), Known(frozenset({"sha256"}), folder=str(tmp_path)))
    crew = Processes(1, orders)
    crew.give(CHUNK)
    with pytest.raises(Broken, match="NoIndex"):
        taken(crew)
    crew.close()
