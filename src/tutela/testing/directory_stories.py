"""Twenty ways in which a directory must not be believed, told by keepers, thieves and servers.

Each story ends with the look that is refused. The worker's tests play them over HTTP, and the vectors of
``spec/directory.md`` are made from them, so that another implementation meets the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tutela.core.directory import metadata
from tutela.core.envelope import node_keys
from tutela.testing.directories import KEEPERS, Directory, entry

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
DAY = timedelta(days=1)
STRANGERS = tuple(node_keys.from_seed(bytes([number]) * 32) for number in (91, 92))
Files = dict[str, bytes]


def begun() -> Directory:
    """Return a directory with two hotlines."""
    keepers = Directory(NOW)
    keepers.put(entry("hotline.ge", at=NOW), entry("hotline.nl", at=NOW))
    return keepers


@dataclass
class Scene:
    """What a follower meets: at which time it looks, and what is served then. All but the last is good."""

    keepers: Directory = field(default_factory=begun)
    now: datetime = NOW
    pinned: bytes = b""
    looks: list[tuple[datetime, Files]] = field(default_factory=list)

    def look(self) -> None:
        self.looks.append((self.now, self.keepers.copy()))


def play(story: Callable[[Scene], None]) -> Scene:
    """Return the whole scene of a story: its first good look, what it adds, and the look that is refused."""
    scene = Scene()
    scene.pinned = scene.keepers.pinned
    scene.look()
    story(scene)
    scene.look()
    return scene


def nothing_new_for_eight_days(scene: Scene) -> None:
    scene.now = NOW + 8 * DAY


def keepers_forgot_to_renew(scene: Scene) -> None:
    scene.keepers.now = scene.now = NOW + 181 * DAY
    scene.keepers.renew()


def an_older_state(scene: Scene) -> None:
    before = scene.keepers.copy()
    scene.keepers.put(entry("police.ge", at=NOW))
    scene.look()
    scene.keepers.files = before


def an_older_snapshot_under_a_new_timestamp(scene: Scene) -> None:
    snapshot = scene.keepers.snapshot
    scene.keepers.put(entry("police.ge", at=NOW))
    scene.look()
    scene.keepers.snapshot = snapshot
    scene.keepers.renew()


def older_targets_under_a_new_snapshot(scene: Scene) -> None:
    targets = scene.keepers.targets
    scene.keepers.put(entry("police.ge", at=NOW))
    scene.look()
    scene.keepers.targets = targets
    scene.keepers.publish()


def targets_of_another_state(scene: Scene) -> None:
    scene.keepers.put(entry("police.ge", at=NOW))
    scene.keepers.files["metadata/3.targets.json"] = scene.keepers.files["metadata/2.targets.json"]


def a_snapshot_of_another_state(scene: Scene) -> None:
    scene.keepers.put(entry("police.ge", at=NOW))
    scene.keepers.files["metadata/3.snapshot.json"] = scene.keepers.files["metadata/2.snapshot.json"]


def one_keeper_alone(scene: Scene) -> None:
    scene.keepers.signing = KEEPERS[:1]
    scene.keepers.put(entry("police.ge", at=NOW))


def one_keeper_and_a_stranger(scene: Scene) -> None:
    scene.keepers.signing = (KEEPERS[0], STRANGERS[0])
    scene.keepers.put(entry("police.ge", at=NOW))


def a_root_by_one_keeper(scene: Scene) -> None:
    scene.keepers.renew_root(by=KEEPERS[:1])


def another_directory(scene: Scene) -> None:
    scene.keepers = Directory(NOW, signing=STRANGERS)
    scene.keepers.put(entry("police.ge", at=NOW))
    scene.keepers.put(entry("relay.example", at=NOW))


def two_histories(scene: Scene) -> None:
    """The same keepers sign another version 3: for somebody else, or after losing the first."""
    other = Directory(NOW)
    other.put(entry("hotline.ge", at=NOW), entry("hotline.nl", at=NOW))
    scene.keepers.put(entry("police.ge", at=NOW))
    scene.look()
    other.put(entry("relay.example", at=NOW))
    scene.keepers = other


def two_targets_of_one_version(scene: Scene) -> None:
    scene.keepers.entries.pop("hotline.nl.json")
    scene.keepers.targets = metadata.make_targets(scene.keepers.entries, now=NOW)
    scene.keepers.targets.signed.version = 2
    scene.keepers.sign(scene.keepers.targets, *scene.keepers.signing)
    scene.keepers.publish()


def two_roots_of_one_version(scene: Scene) -> None:
    scene.keepers.renew_root()
    scene.keepers.renew()
    scene.look()
    second = scene.keepers.root
    scene.keepers.now = NOW + DAY
    other = Directory(NOW)
    other.now = NOW + DAY
    other.renew_root()
    assert other.root.signed_bytes != second.signed_bytes
    scene.keepers.files["metadata/2.root.json"] = other.root.to_bytes()


def an_entry_changed_on_the_server(scene: Scene) -> None:
    scene.keepers.put(entry("police.ge", at=NOW))
    path = next(path for path in scene.keepers.files if path.endswith("police.ge.json"))
    scene.keepers.files[path] = scene.keepers.files[path].replace(b"Example", b"Exemple")


def an_entry_under_another_name(scene: Scene) -> None:
    scene.keepers.entries["police.ge.json"] = scene.keepers.entries["hotline.nl.json"]
    scene.keepers.put()


def an_entry_that_is_none(scene: Scene) -> None:
    scene.keepers.entries["police.ge.json"] = b"{}"
    scene.keepers.put()


def no_metadata(scene: Scene) -> None:
    scene.keepers.files["metadata/timestamp.json"] = b"<html>"


def a_timestamp_without_end(scene: Scene) -> None:
    scene.keepers.files["metadata/timestamp.json"] = b" " * 20_000


def nothing_there(scene: Scene) -> None:
    scene.keepers.files = {"index.html": b"welcome"}


STORIES: list[tuple[Callable[[Scene], None], str]] = [
    (nothing_new_for_eight_days, "frozen"),
    (keepers_forgot_to_renew, "expired"),
    (an_older_state, "rolled_back"),
    (an_older_snapshot_under_a_new_timestamp, "rolled_back"),
    (older_targets_under_a_new_snapshot, "rolled_back"),
    (targets_of_another_state, "mixed"),
    (a_snapshot_of_another_state, "mixed"),
    (one_keeper_alone, "threshold_not_met"),
    (one_keeper_and_a_stranger, "threshold_not_met"),
    (a_root_by_one_keeper, "threshold_not_met"),
    (another_directory, "threshold_not_met"),
    (two_histories, "forked"),
    (two_targets_of_one_version, "forked"),
    (two_roots_of_one_version, "forked"),
    (an_entry_changed_on_the_server, "wrong_target"),
    (an_entry_under_another_name, "wrong_target"),
    (an_entry_that_is_none, "broken_entry"),
    (no_metadata, "broken_metadata"),
    (a_timestamp_without_end, "too_large"),
    (nothing_there, "unreachable"),
]
