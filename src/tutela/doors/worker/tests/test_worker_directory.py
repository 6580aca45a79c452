"""A node follows a directory over HTTP: it takes what keepers signed, and names what it does not believe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tutela.apps.ledger import queries as ledger_queries
from tutela.core.directory.errors import DirectoryRefusal
from tutela.doors.worker import follow_directory
from tutela.doors.worker.equipment import Equipment, equip
from tutela.doors.worker.legs import directory as leg
from tutela.doors.worker.legs.egress import Gate
from tutela.doors.worker.legs.follow import Way
from tutela.testing.directories import Directory, entry
from tutela.testing.directory_stories import DAY, NOW, STORIES, Scene, begun, play
from tutela.testing.servers import WebHost
from tutela.testing.web_host import Request, begin_answer


@dataclass
class Following:
    """A node that follows ``keepers`` over a real server; ``say`` is one look."""

    home: Path
    host: WebHost
    keepers: Directory
    now: datetime = NOW

    def serve(self, files: dict[str, bytes] | None = None) -> None:
        self.host.otherwise = lambda request: _answer(request, files or self.keepers.files)

    def say(self) -> leg.Said:
        self.host.visits.clear()
        with time_machine.travel(self.now, tick=False):
            return leg.fetch(
                self.host.url("/dir", "127.0.0.1"), home=self.home,
                way=Way(gate=Gate(["127.0.0.0/8"])), now=self.now,
            )  # fmt: skip

    def refused(self) -> str:
        with pytest.raises(DirectoryRefusal) as refusal:
            self.say()
        return refusal.value.code


def _answer(request: Request, files: dict[str, bytes]) -> None:
    data = files.get(request.path.removeprefix("/dir/"))
    begin_answer(request, 404 if data is None else 200, {"Content-Length": str(len(data or b""))})
    request.wfile.write(data or b"")


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Following]:
    with WebHost() as host:
        keepers = begun()
        (tmp_path / "directory").mkdir()
        (tmp_path / "directory" / "root.json").write_bytes(keepers.pinned)
        following = Following(tmp_path, host, keepers)
        following.serve()
        yield following


def test_what_the_keepers_signed_is_taken(node: Following) -> None:
    said = node.say()
    assert [one.node for one in said.entries] == ["hotline.ge", "hotline.nl"]
    assert (said.version, said.good_until) == (2, NOW + 7 * DAY)
    node.keepers.put(entry("police.ge", at=NOW))
    node.serve()
    assert len(node.say().entries) == 3
    asked = [visit.path for visit in node.host.visits if "targets/" in visit.path]
    assert len(asked) == 1, "what is known is not fetched again"


def test_new_keepers_are_followed(node: Following) -> None:
    node.say()
    node.keepers.now = NOW + DAY
    node.keepers.renew_root()
    node.keepers.renew()
    node.serve()
    assert node.say().version == 2
    assert (node.home / "directory/metadata/root_history/2.root.json").exists()


@pytest.mark.parametrize(("story", "code"), STORIES, ids=[story.__name__ for story, _ in STORIES])
def test_it_is_refused_by_name(node: Following, story: Callable[[Scene], None], code: str) -> None:
    scene = play(story)
    *good, last = scene.looks
    (node.home / "directory" / "root.json").write_bytes(scene.pinned)
    for node.now, files in good:
        node.serve(files)
        node.say()
    kept = _kept(node)
    node.now, files = last
    node.serve(files)
    assert node.refused() == code
    assert _kept(node) == kept, "the last good state stays as it was"


def _kept(node: Following) -> dict[str, bytes]:
    folder = node.home / "directory" / "metadata"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}


def test_a_directory_is_asked_over_https_only(node: Following) -> None:
    with pytest.raises(DirectoryRefusal) as refusal:
        leg.fetch("http://files.example.org/dir", home=node.home, way=Way(), now=NOW)
    assert refusal.value.code == "unreachable"


def test_the_gate_stands_before_the_directory_too(node: Following) -> None:
    with pytest.raises(DirectoryRefusal) as refusal:
        leg.fetch(node.host.url("/dir", "127.0.0.1"), home=node.home, way=Way(), now=NOW)
    assert refusal.value.code == "unreachable"
    assert node.host.visits == []


def test_a_stop_in_the_middle_is_gone_on_with(node: Following, monkeypatch: pytest.MonkeyPatch) -> None:
    node.say()
    node.keepers.put(entry("police.ge", at=NOW))
    node.serve()
    replaced: list[Path] = []

    def stop(self: Path, target: Path) -> Path:
        if self.name == "snapshot.json":
            raise OSError(28, "no space left on device")
        replaced.append(self)
        return original(self, target)

    original = Path.replace
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        with pytest.raises(OSError, match="no space"):
            node.say()
    assert replaced
    assert len(node.say().entries) == 3


@pytest.fixture
def worker(node: Following, settings: Any) -> Equipment:
    config = settings.TUTELA
    settings.TUTELA = replace(
        config,
        exchange=replace(config.exchange, node="relay.example", directory=node.host.url("/dir", "127.0.0.1")),
        checks=replace(config.checks, egress_allow=("127.0.0.0/8",)),
    )
    settings.TUTELA_HOME = node.home
    return equip()


def _round(worker: Equipment, now: datetime) -> int:
    with time_machine.travel(now, tick=False):
        return follow_directory.follow_directory(now, worker)


def _lines() -> list[tuple[str, object]]:
    kinds = ("directory_taken", "directory_refused", "directory_lapsed", "directory_believed")
    lines = ledger_queries.lines_after(0, kinds=kinds, most=100)
    return [
        (line.kind, line.facts.get("code", line.facts.get("version", line.facts.get("keys"))))
        for line in lines
    ]


@pytest.mark.django_db
def test_the_worker_takes_the_directory_and_a_person_hears_what_is_refused(
    node: Following, worker: Equipment
) -> None:
    assert _round(worker, NOW) == 1
    assert _round(worker, NOW + timedelta(minutes=1)) == 0, "not due yet"
    assert node.host.visits
    node.host.otherwise = lambda request: begin_answer(request, 503, {"Content-Length": "0"})
    for minutes in (20, 30, 40):
        assert _round(worker, NOW + timedelta(minutes=minutes)) == 0
    assert _lines() == [("directory_taken", 2), ("directory_refused", "unreachable")]
    state = follow_directory.read_state(node.home)
    assert (state.code, state.version) == ("unreachable", 2)
    _round(worker, NOW + 8 * DAY)
    assert _lines()[2:] == [("directory_lapsed", 2)]
    node.keepers.now = NOW + 8 * DAY
    node.keepers.renew()
    node.serve()
    _round(worker, NOW + 8 * DAY + timedelta(minutes=20))
    assert _lines()[3:] == [("directory_believed", 2)]
    assert follow_directory.read_state(node.home).code == ""


@pytest.mark.django_db
def test_nothing_is_believed_before_somebody_compared_the_root(node: Following, worker: Equipment) -> None:
    (node.home / "directory" / "root.json").unlink()
    assert _round(worker, NOW) == 0
    assert _lines() == [("directory_refused", "not_pinned")]
    assert node.host.visits == []


@pytest.mark.on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_recorded_by_a_worker_that_is_in_no_transaction(
    node: Following, worker: Equipment
) -> None:
    node.host.otherwise = lambda request: begin_answer(request, 503, {"Content-Length": "0"})
    assert _round(worker, NOW) == 0
    assert _lines() == [("directory_refused", "unreachable")]
    assert follow_directory.read_state(node.home).code == "unreachable"
