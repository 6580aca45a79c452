"""The four signed files of a directory: made, read, signed, put together from several machines.

python-tuf's metadata, with the rules of spec/directory.md: root and targets belong to the keepers, snapshot
and timestamp to one key that may be online; every file names its version and its end. Bytes in, bytes out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import (  # type: ignore[attr-defined]  # it exports them without saying so
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from tutela.core.directory.errors import BrokenMetadata, Mixed, NotAKeeper, TooFewKeepers
from tutela.core.directory.signatures import KeeperKey, KeeperSigner
from tutela.core.envelope.node_keys import NodeKeys, PublicKeys
from tutela.core.envelope.words import words_of

T = TypeVar("T", Root, Timestamp, Snapshot, Targets)


class Part(StrEnum):
    """Which of the files."""

    ROOT = "root"
    TARGETS = "targets"
    SNAPSHOT = "snapshot"
    TIMESTAMP = "timestamp"


LIFE = {
    Part.ROOT: timedelta(days=365),
    Part.TARGETS: timedelta(days=180),
    Part.SNAPSHOT: timedelta(days=90),
    Part.TIMESTAMP: timedelta(days=7),
}
"""How long a file is good. Who holds newer timestamps back is noticed after the last of these."""
BY_KEEPERS = (Part.ROOT, Part.TARGETS)
_KINDS: dict[type, Part] = {
    Root: Part.ROOT, Targets: Part.TARGETS, Snapshot: Part.SNAPSHOT, Timestamp: Part.TIMESTAMP,
}  # fmt: skip


def make_root(
    keepers: Sequence[PublicKeys],
    *,
    threshold: int,
    online: PublicKeys,
    now: datetime,
    before: Root | None = None,
) -> Metadata[Root]:
    """Return a root that nobody has signed yet: the first, or the one after ``before``.

    Raises:
        TooFewKeepers: ``threshold`` is below 1 or above the number of different keepers, or the online key
            is also a keeper's.
    """
    ids = {keeper.key_id for keeper in keepers}
    if not 1 <= threshold <= len(ids) or online.key_id in ids:
        raise TooFewKeepers(f"{threshold} of {len(ids)}, and the online key must be another")
    version = before.version + 1 if before else 1
    root = Root(version=version, expires=_end(Part.ROOT, now), consistent_snapshot=True)
    for part in Part:
        for public in keepers if part in BY_KEEPERS else [online]:
            root.add_key(KeeperKey(public), part)
        root.roles[part].threshold = threshold if part in BY_KEEPERS else 1
    return Metadata(root)


def make_targets(
    entries: Mapping[str, bytes], *, now: datetime, before: Targets | None = None
) -> Metadata[Targets]:
    """Return targets for these entries (path → bytes) that nobody has signed yet."""
    files = {path: TargetFile.from_data(path, data, ["sha256"]) for path, data in sorted(entries.items())}
    version = before.version + 1 if before else 1
    return Metadata(Targets(version=version, expires=_end(Part.TARGETS, now), targets=files))


def make_snapshot(targets: bytes, *, now: datetime, before: Snapshot | None = None) -> Metadata[Snapshot]:
    """Return the snapshot that names these targets, length and digest included."""
    named = MetaFile.from_data(read(targets, Targets).signed.version, targets, ["sha256"])
    version = before.version + 1 if before else 1
    return Metadata(Snapshot(version=version, expires=_end(Part.SNAPSHOT, now), meta={"targets.json": named}))


def make_timestamp(snapshot: bytes, *, now: datetime, before: Timestamp | None = None) -> Metadata[Timestamp]:
    """Return the timestamp that names this snapshot, length and digest included."""
    named = MetaFile.from_data(read(snapshot, Snapshot).signed.version, snapshot, ["sha256"])
    version = before.version + 1 if before else 1
    return Metadata(Timestamp(version=version, expires=_end(Part.TIMESTAMP, now), snapshot_meta=named))


def read(data: bytes, kind: type[T]) -> Metadata[T]:
    """Read a file of ``kind``; nothing is verified.

    Raises:
        BrokenMetadata: not TUF metadata, of another kind, or a root with a key that is none of ours.
    """
    try:
        found = Metadata[T].from_bytes(data)
    except (RepositoryError, RecursionError):
        raise BrokenMetadata(f"this is no {_KINDS[kind]}.json") from None
    if not isinstance(found.signed, kind):
        raise BrokenMetadata(f"this is no {_KINDS[kind]}.json")
    if isinstance(found.signed, Root):
        _check_keys(found.signed)
    return found


@dataclass(frozen=True)
class Said:
    """What stands in a file, without who signed it."""

    version: int
    said: bytes


def said_in(data: bytes, part: Part) -> Said:
    """Return what a file of ``part`` says; nothing is verified. BrokenMetadata: see :func:`read`."""
    found: Metadata[Root] | Metadata[Targets] | Metadata[Snapshot] | Metadata[Timestamp]
    if part is Part.ROOT:
        found = read(data, Root)
    elif part is Part.TARGETS:
        found = read(data, Targets)
    else:
        found = read(data, Snapshot) if part is Part.SNAPSHOT else read(data, Timestamp)
    return Said(found.signed.version, found.signed_bytes)


def _check_keys(root: Root) -> None:
    if not all(isinstance(key, KeeperKey) for key in root.keys.values()):
        raise BrokenMetadata("a key in root.json is of another kind")
    if root.consistent_snapshot is not True:
        raise BrokenMetadata("root.json does not ask for files with their versions")


def sign(file: Metadata[T], keys: NodeKeys, *, among: Sequence[str]) -> None:
    """Put the signature of ``keys`` to ``file``, beside those that are there.

    Raises:
        NotAKeeper: their id is not ``among`` those who may.
    """
    if keys.public.key_id not in among:
        raise NotAKeeper(f"key {keys.public.key_id} has no part in this file")
    file.sign(KeeperSigner(keys), append=True)


def keepers_of(root: Root, part: Part = Part.ROOT) -> dict[str, PublicKeys]:
    """Return who may sign ``part``, by key id."""
    keys = {one: root.keys.get(one) for one in root.roles[part].keyids}
    return {one: key.public for one, key in keys.items() if isinstance(key, KeeperKey)}


def take_signatures(ours: Metadata[T], theirs: Metadata[T]) -> int:
    """Add the signatures of another copy of the same file; returns how many were new.

    Raises:
        Mixed: it is not the same file.
    """
    if ours.signed_bytes != theirs.signed_bytes:
        raise Mixed("the other copy says something else")
    fresh = {one: theirs.signatures[one] for one in theirs.signatures.keys() - ours.signatures.keys()}
    ours.signatures.update(fresh)
    return len(fresh)


def words(file: Metadata[T]) -> str:
    """Return eight words for what the file says, whoever has signed it: to be compared by telephone."""
    return words_of(hashlib.sha256(file.signed_bytes).digest()[:16])


def _end(part: Part, now: datetime) -> datetime:
    return now.replace(microsecond=0) + LIFE[part]
