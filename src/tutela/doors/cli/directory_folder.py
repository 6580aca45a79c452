"""The folder in which keepers make a directory: what is published, and what waits for signatures.

``published/`` is what a web server serves, as it is. ``pending/`` holds a root, targets and entries that too
few have signed yet; the folder is carried from keeper to keeper, or copies of it come together again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import (  # type: ignore[attr-defined]  # it exports them without saying so
    Metadata,
    Root,
    Snapshot,
    Targets,
    Timestamp,
)

from tutela.core.directory import entries, metadata, standing
from tutela.core.directory.entries import Entry
from tutela.core.directory.errors import BrokenMetadata
from tutela.core.directory.metadata import Part
from tutela.core.directory.standing import Standing
from tutela.core.envelope.node_keys import NodeKeys


@dataclass(frozen=True)
class Folder:
    """``path`` is the folder itself."""

    path: Path

    @property
    def published(self) -> Path:
        return self.path / "published"

    @property
    def pending(self) -> Path:
        return self.path / "pending"

    def file(self, name: str) -> bytes | None:
        """Return a published file by its path below the directory's address."""
        path = self.published / name
        return path.read_bytes() if path.is_file() else None

    def root(self) -> Metadata[Root] | None:
        """Return the newest published root; None before the first."""
        return standing.newest_root(self.file) if self.file("metadata/1.root.json") else None

    def waiting_root(self) -> Metadata[Root] | None:
        data, before = self._waiting("root.json"), self.root()
        found = metadata.read(data, Root) if data else None
        return None if found and before and found.signed.version <= before.signed.version else found

    def waiting_targets(self) -> Metadata[Targets] | None:
        data, before = self._waiting("targets.json"), self.targets()
        found = metadata.read(data, Targets) if data else None
        return None if found and before and found.signed.version <= before.signed.version else found

    def root_to_be(self) -> Metadata[Root]:
        """Return the root that holds once everything is published."""
        found = self.waiting_root() or self.root()
        if found is None:
            raise BrokenMetadata(f"{self.path} is no directory yet; make it with: tutela directory init")
        return found

    def targets(self) -> Metadata[Targets] | None:
        """Return the published targets; None before the first."""
        data = self.targets_bytes()
        return metadata.read(data, Targets) if data else None

    def targets_bytes(self) -> bytes | None:
        """Return the targets that the timestamp leads to; what a stop in the middle left is not them."""
        timestamp = self.file("metadata/timestamp.json")
        if timestamp is None:
            return None
        version = metadata.read(timestamp, Timestamp).signed.snapshot_meta.version
        snapshot = metadata.read(self.file(f"metadata/{version}.snapshot.json") or b"", Snapshot)
        return self.file(f"metadata/{snapshot.signed.meta['targets.json'].version}.targets.json")

    def newest(self, part: Part) -> bytes | None:
        """Return the published file of ``part`` with the highest version."""
        if part is Part.TIMESTAMP:
            return self.file("metadata/timestamp.json")
        found = (self.published / "metadata").glob(f"*.{part}.json")
        best = max(found, key=lambda path: int(path.name.partition(".")[0]), default=None)
        return best.read_bytes() if best else None

    def entries(self) -> dict[str, bytes]:
        """Return the entries as they will be published: by path, changed ones as changed."""
        targets = self.targets()
        listed = targets.signed.targets.values() if targets else []
        found = {one.path: self.file(standing.published_path(one)) for one in listed}
        known = {path: data for path, data in found.items() if data is not None}
        changed = self.pending / "entries"
        if changed.is_dir():
            known |= {path.name: path.read_bytes() for path in sorted(changed.glob("*.json"))}
        return known

    def put(self, entry: Entry, now: datetime) -> Metadata[Targets]:
        """Let targets with this entry changed wait for signatures; those given to earlier ones are void."""
        write(self.pending / "entries" / entries.path_of(entry.node), entries.to_bytes(entry))
        return self.renew_targets(now)

    def renew_targets(self, now: datetime) -> Metadata[Targets]:
        before = self.targets()
        targets = metadata.make_targets(self.entries(), now=now, before=before.signed if before else None)
        self.keep(targets)
        return targets

    def keep(self, file: Metadata[Root] | Metadata[Targets]) -> None:
        """Write a file that waits."""
        write(self.pending / f"{file.signed.type}.json", file.to_bytes())

    def standings(self) -> list[tuple[Standing, str]]:
        """Return how each waiting file stands, and the words of what it says."""
        found: list[tuple[Standing, str]] = []
        root, targets, before = self.waiting_root(), self.waiting_targets(), self.root()
        if root:
            stands = standing.standing_of_root(root, before.signed if before else None)
            found.append((stands, metadata.words(root)))
        if targets:
            to_be = self.root_to_be().signed
            stands = standing.standing_of(targets, Part.TARGETS, to_be)
            found.append((stands, metadata.words(targets)))
        return found

    def signers_of(self, part: Part) -> list[str]:
        """Return the ids of those who may sign a waiting file: for a root also the keepers before."""
        before = self.root()
        before_them = metadata.keepers_of(before.signed) if before and part is Part.ROOT else {}
        return [*metadata.keepers_of(self.root_to_be().signed, part), *before_them]

    def _waiting(self, name: str) -> bytes | None:
        path = self.pending / name
        return path.read_bytes() if path.is_file() else None


def publish(folder: Folder, online: NodeKeys, now: datetime) -> None:
    """Move what waits to what is published, and say anew that this is the newest state.

    Raises:
        ThresholdNotMet: too few signed; nothing was changed.
        NotAKeeper: the online key is not the one that root names.
    """
    for stands, _ in folder.standings():
        stands.require()
    root, targets = folder.root_to_be(), folder.waiting_targets() or folder.targets()
    if targets is None:
        raise BrokenMetadata("there are no targets to publish")
    standing.standing_of(targets, Part.TARGETS, root.signed).require()
    among = list(metadata.keepers_of(root.signed, Part.TIMESTAMP))
    data = (folder.pending / "targets.json").read_bytes() if folder.waiting_targets() else None
    targets_data = data or folder.targets_bytes() or b""
    snapshot = _snapshot(folder, root.signed, targets_data, online, among, now)
    timestamp = metadata.make_timestamp(snapshot, now=now, before=_before(folder.newest(Part.TIMESTAMP)))
    metadata.sign(timestamp, online, among=among)
    _write_all(folder, root, targets, targets_data)
    version = metadata.read(snapshot, Snapshot).signed.version
    write(folder.published / "metadata" / f"{version}.snapshot.json", snapshot)
    write(folder.published / "metadata" / "timestamp.json", timestamp.to_bytes())
    shutil.rmtree(folder.pending, ignore_errors=True)


def _before(data: bytes | None) -> Timestamp | None:
    return metadata.read(data, Timestamp).signed if data else None


def _snapshot(
    folder: Folder, root: Root, targets: bytes, online: NodeKeys, among: list[str], now: datetime
) -> bytes:
    """Return the snapshot that is there, or a new one: for other targets, another key, or near its end."""
    data = folder.newest(Part.SNAPSHOT)
    before = metadata.read(data, Snapshot) if data else None
    if data and before:
        named = before.signed.meta["targets.json"].hashes == {"sha256": hashlib.sha256(targets).hexdigest()}
        signed = not standing.standing_of(before, Part.SNAPSHOT, root).missing
        if named and signed and before.signed.expires - now > metadata.LIFE[Part.SNAPSHOT] / 2:
            return data
    fresh = metadata.make_snapshot(targets, now=now, before=before.signed if before else None)
    metadata.sign(fresh, online, among=among)
    return fresh.to_bytes()


def _write_all(folder: Folder, root: Metadata[Root], targets: Metadata[Targets], data: bytes) -> None:
    """Entries first, then what names them: who fetches meanwhile finds one whole state."""
    known = folder.entries()
    for path, target in targets.signed.targets.items():
        write(folder.published / standing.published_path(target), known[path])
    write(folder.published / "metadata" / f"{targets.signed.version}.targets.json", data)
    if folder.waiting_root():
        name = f"{root.signed.version}.root.json"
        write(folder.published / "metadata" / name, (folder.pending / "root.json").read_bytes())


def write(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(path)
