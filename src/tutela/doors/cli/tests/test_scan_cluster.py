"""Scanning with a Ray cluster of two processors on this machine, and bringing an index to others."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tutela.core.matching import index
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.lists import HashList
from tutela.doors.cli.scan import shipping
from tutela.testing import terminal

TEXTS, LARGE = 30, 4


def fingerprint(data: bytes) -> Fingerprint:
    return Fingerprint(Kind.SHA256, hashlib.sha256(data).digest())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index with one entry in its snapshot and one in its journal."""
    index.build(
        tmp_path / "index",
        [HashList("known")],
        [index.Row("known", "seven", fingerprint(b"ordinary text 7"))],
    )
    with index.write_index(tmp_path / "index") as writer:
        writer.put("known", "eight", [fingerprint(b"ordinary text 8")])
        writer.commit()
    return tmp_path / "index"


def cluster_workers(above: int) -> list[int]:
    """Return the processes of the scan's own cluster that read a chunk now."""
    found = []
    for pid in children(above):
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"ray::read_chunk"):
                found.append(pid)
        found += cluster_workers(pid)
    return found


def children(pid: int) -> list[int]:
    found = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


@pytest.mark.processes
def test_a_worker_killed_in_the_middle_costs_nothing_and_doubles_nothing(
    folder: Path, tmp_path: Path
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(TEXTS):
        (tree / f"text-{number}").write_text(f"ordinary text {number}")
    for number in range(LARGE):
        with (tree / f"large-{number}").open("wb") as handle:
            handle.truncate(60_000_000 + number)
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
    arguments = ["scan", str(tree), "--index", str(folder), "--json", "--all", "--quiet"]
    scan = subprocess.Popen(
        [*terminal.COMMAND, *arguments, "--ray", "local", "--workers", "2"],
        env=environment | {"HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 240
        while not (reading := cluster_workers(scan.pid)):
            assert time.monotonic() < deadline
            assert scan.poll() is None, scan.communicate()
            time.sleep(0.25)
        os.kill(reading[0], signal.SIGKILL)
        out, said = scan.communicate(timeout=300)
    finally:
        if scan.poll() is None:
            scan.terminate()
            scan.communicate()
    assert scan.returncode == 10, said
    lines = [json.loads(line) for line in out.splitlines()]
    paths = [line["path"] for line in lines if line["type"] == "file"]
    assert len(paths) == len(set(paths)) == TEXTS + LARGE
    assert {line["outcome"] for line in lines if line["type"] == "file"} == {"match", "no_match"}
    assert lines[-1]["matches"] == 2


def test_no_cluster_at_the_address_is_one_line(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = terminal.without_node("scan", tmp_path / "file", "--index", folder, "--ray", "127.0.0.1:1")
    assert done.returncode == 1
    assert "no Ray cluster at 127.0.0.1:1" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another machine's temporary folder."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(shipping.tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path / "tmp"


def loaded(folder: Path) -> tuple[shipping.Cargo, list[bytes]]:
    pieces: list[bytes] = []

    def put(piece: bytes) -> int:
        pieces.append(piece)
        return len(pieces) - 1

    return shipping.load(folder, put), pieces


def matches(folder: Path) -> list[bool]:
    with index.open_index(folder, watch=False) as opened:
        asked = [fingerprint(b"ordinary text %d" % number) for number in (7, 8, 9)]
        return [bool(verdict.hits) for verdict in opened.lookup(asked)]


def test_an_index_arrives_whole_with_its_journal_and_goes_again(
    folder: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipping, "PIECE", 100)
    cargo, pieces = loaded(folder)
    cargo = replace(cargo, mark=("another machine", 1, 1))
    copy = shipping.unload(cargo, pieces.__getitem__)
    assert copy != folder
    assert matches(copy) == matches(folder) == [True, True, False]
    assert copy.parent.stat().st_mode & 0o777 == 0o700
    shipping.forget(cargo.name)
    assert list(copy.parent.iterdir()) == []


def test_workers_of_one_machine_share_one_copy(folder: Path, elsewhere: Path) -> None:
    cargo, pieces = loaded(folder)
    cargo = replace(cargo, mark=("another machine", 1, 1))
    fetched: list[int] = []

    def get(piece: Any) -> bytes:
        fetched.append(piece)
        return pieces[piece]

    copies: list[Path] = []
    threads = [threading.Thread(target=lambda: copies.append(shipping.unload(cargo, get))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(copies)) == 1
    assert sorted(fetched) == list(range(len(pieces)))


def test_where_the_folder_is_it_is_used_as_it_is(folder: Path, elsewhere: Path) -> None:
    cargo, _ = loaded(folder)
    assert shipping.unload(cargo, lambda _: b"") == folder
    assert list(elsewhere.iterdir()) == []


def test_a_folder_that_others_can_read_takes_no_copy(folder: Path, elsewhere: Path) -> None:
    cargo, pieces = loaded(folder)
    (elsewhere / f"tutela-{os.getuid()}").mkdir(mode=0o755)
    with pytest.raises(PermissionError):
        shipping.unload(replace(cargo, mark=("another machine", 1, 1)), pieces.__getitem__)
