"""A node follows a directory over HTTP: it takes what keepers signed, and names what it does not believe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tutela.apps.ledger import queries as ledger_queries
from tutela.core.directory import metadata
from tutela.core.directory.errors import DirectoryRefusal
from tutela.core.envelope import node_keys
from tutela.doors.worker import follow_directory
from tutela.doors.worker.equipment import Equipment, equip
from tutela.doors.worker.legs import directory as leg
from tutela.doors.worker.legs.egress import Gate
from tutela.doors.worker.legs.follow import Way
from tutela.testing.directories import KEEPERS, Directory, entry
from tutela.testing.servers import WebHost
from tutela.testing.web_host import Request, begin_answer

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
DAY = timedelta(days=1)
STRANGERS = tuple(node_keys.from_seed(bytes([number]) * 32) for number in (91, 92))


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
        keepers = Directory(NOW)
        keepers.put(entry("hotline.ge", at=NOW), entry("hotline.nl", at=NOW))
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


def _nothing_new_for_eight_days(node: Following) -> None:
    node.now = NOW + 8 * DAY


def _keepers_forgot_to_renew(node: Following) -> None:
    node.keepers.now = node.now = NOW + 181 * DAY
    node.keepers.renew()


def _an_older_state(node: Following) -> dict[str, bytes]:
    before = node.keepers.copy()
    node.keepers.put(entry("police.ge", at=NOW))
    node.serve()
    node.say()
    return before


def _an_older_snapshot_under_a_new_timestamp(node: Following) -> None:
    snapshot = node.keepers.snapshot
    node.keepers.put(entry("police.ge", at=NOW))
    node.serve()
    node.say()
    node.keepers.snapshot = snapshot
    node.keepers.renew()


def _older_targets_under_a_new_snapshot(node: Following) -> None:
    targets = node.keepers.targets
    node.keepers.put(entry("police.ge", at=NOW))
    node.serve()
    node.say()
    node.keepers.targets = targets
    node.keepers.publish()


def _targets_of_another_state(node: Following) -> None:
    node.keepers.put(entry("police.ge", at=NOW))
    node.keepers.files["metadata/3.targets.json"] = node.keepers.files["metadata/2.targets.json"]


def _a_snapshot_of_another_state(node: Following) -> None:
    node.keepers.put(entry("police.ge", at=NOW))
    node.keepers.files["metadata/3.snapshot.json"] = node.keepers.files["metadata/2.snapshot.json"]


def _one_keeper_alone(node: Following) -> None:
    node.keepers.signing = KEEPERS[:1]
    node.keepers.put(entry("police.ge", at=NOW))


def _one_keeper_and_a_stranger(node: Following) -> None:
    node.keepers.signing = (KEEPERS[0], STRANGERS[0])
    node.keepers.put(entry("police.ge", at=NOW))


def _a_root_by_one_keeper(node: Following) -> None:
    node.keepers.renew_root(by=KEEPERS[:1])


def _another_directory(node: Following) -> None:
    node.keepers = Directory(NOW, signing=STRANGERS)
    node.keepers.put(entry("police.ge", at=NOW))
    node.keepers.put(entry("relay.example", at=NOW))


def _two_histories(node: Following) -> None:
    """The same keepers sign another version 3: for somebody else, or after losing the first."""
    other = Directory(NOW)
    other.put(entry("hotline.ge", at=NOW), entry("hotline.nl", at=NOW))
    node.keepers.put(entry("police.ge", at=NOW))
    node.serve()
    node.say()
    other.put(entry("relay.example", at=NOW))
    node.keepers = other


def _two_targets_of_one_version(node: Following) -> None:
    node.keepers.entries.pop("hotline.nl.json")
    node.keepers.targets = metadata.make_targets(node.keepers.entries, now=NOW)
    node.keepers.targets.signed.version = 2
    node.keepers.sign(node.keepers.targets, *node.keepers.signing)
    node.keepers.publish()


def _two_roots_of_one_version(node: Following) -> None:
    node.keepers.renew_root()
    node.keepers.renew()
    node.serve()
    node.say()
    second = node.keepers.root
    node.keepers.now = NOW + DAY
    other = Directory(NOW)
    other.now = NOW + DAY
    other.renew_root()
    assert other.root.signed_bytes != second.signed_bytes
    node.keepers.files["metadata/2.root.json"] = other.root.to_bytes()


def _an_entry_changed_on_the_server(node: Following) -> None:
    node.keepers.put(entry("police.ge", at=NOW))
    path = next(path for path in node.keepers.files if path.endswith("police.ge.json"))
    node.keepers.files[path] = node.keepers.files[path].replace(b"Example", b"Exemple")


def _an_entry_under_another_name(node: Following) -> None:
    node.keepers.entries["police.ge.json"] = node.keepers.entries["hotline.nl.json"]
    node.keepers.put()


def _an_entry_that_is_none(node: Following) -> None:
    node.keepers.entries["police.ge.json"] = b"{}"
    node.keepers.put()


def _no_metadata(node: Following) -> None:
    node.keepers.files["metadata/timestamp.json"] = b"<html>"


def _a_timestamp_without_end(node: Following) -> None:
    node.keepers.files["metadata/timestamp.json"] = b" " * 20_000


def _nothing_there(node: Following) -> None:
    node.keepers.files = {"index.html": b"welcome"}


STORIES: list[tuple[Callable[[Following], dict[str, bytes] | None], str]] = [
    (_nothing_new_for_eight_days, "frozen"),
    (_keepers_forgot_to_renew, "expired"),
    (_an_older_state, "rolled_back"),
    (_an_older_snapshot_under_a_new_timestamp, "rolled_back"),
    (_older_targets_under_a_new_snapshot, "rolled_back"),
    (_targets_of_another_state, "mixed"),
    (_a_snapshot_of_another_state, "mixed"),
    (_one_keeper_alone, "threshold_not_met"),
    (_one_keeper_and_a_stranger, "threshold_not_met"),
    (_a_root_by_one_keeper, "threshold_not_met"),
    (_another_directory, "threshold_not_met"),
    (_two_histories, "forked"),
    (_two_targets_of_one_version, "forked"),
    (_two_roots_of_one_version, "forked"),
    (_an_entry_changed_on_the_server, "wrong_target"),
    (_an_entry_under_another_name, "wrong_target"),
    (_an_entry_that_is_none, "broken_entry"),
    (_no_metadata, "broken_metadata"),
    (_a_timestamp_without_end, "too_large"),
    (_nothing_there, "unreachable"),
]


@pytest.mark.parametrize(("story", "code"), STORIES, ids=[story.__name__.strip("_") for story, _ in STORIES])
def test_it_is_refused_by_name(
    node: Following, story: Callable[[Following], dict[str, bytes] | None], code: str
) -> None:
    node.say()
    served = story(node)
    kept = _kept(node)
    node.serve(served)
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
