"""Who has signed a file and who is missing; what a whole published directory says, or why nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tuf.api.exceptions import LengthOrHashMismatchError
from tuf.api.metadata import (  # type: ignore[attr-defined]  # it exports them without saying so
    Metadata,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from tutela.core.directory import entries as entry_forms
from tutela.core.directory import metadata
from tutela.core.directory.entries import Entry
from tutela.core.directory.errors import (
    BrokenMetadata,
    Expired,
    Frozen,
    Mixed,
    ThresholdNotMet,
    WrongTarget,
)
from tutela.core.directory.metadata import Part

Files = Callable[[str], bytes | None]
"""From a path below the directory's address to the bytes there, or nothing."""


@dataclass(frozen=True)
class Standing:
    """``missing``: how many signatures are wanted yet, of those who are ``unsigned``."""

    part: Part
    version: int
    expires: datetime
    signed: tuple[str, ...]
    unsigned: tuple[str, ...]
    missing: int

    def require(self) -> None:
        """Return when enough have signed; ThresholdNotMet otherwise."""
        if self.missing:
            raise ThresholdNotMet(f"{self.part}.json version {self.version} lacks {self.missing} signatures")


@dataclass(frozen=True)
class Published:
    """What a directory says until ``good_until``, the first end of its four files."""

    root: Root
    targets: Targets
    snapshot: Snapshot
    timestamp: Timestamp
    entries: tuple[Entry, ...]

    @property
    def good_until(self) -> datetime:
        return min(one.expires for one in (self.root, self.targets, self.snapshot, self.timestamp))


def standing_of_root(file: Metadata[Root], before: Root | None) -> Standing:
    """Say who of the new keepers and of those before has signed; enough of both must."""
    try:
        both = file.signed.get_root_verification_result(before, file.signed_bytes, file.signatures)
    except ValueError:
        raise BrokenMetadata("root.json does not follow the one before") from None
    missing = max(both.first.missing, both.second.missing)
    return _standing(Part.ROOT, file.signed.version, file.signed.expires, both.signed, both.unsigned, missing)


def standing_of(
    file: Metadata[Root] | Metadata[Targets] | Metadata[Snapshot] | Metadata[Timestamp],
    part: Part,
    root: Root,
) -> Standing:
    """Say who of those whom ``root`` names has signed."""
    found = root.get_verification_result(part, file.signed_bytes, file.signatures)
    signed, unsigned = found.signed, found.unsigned
    return _standing(part, file.signed.version, file.signed.expires, signed, unsigned, found.missing)


def _standing(
    part: Part, version: int, expires: datetime, signed: object, unsigned: object, missing: int
) -> Standing:
    return Standing(part, version, expires, _ids(signed), _ids(unsigned), missing)


def _ids(keys: object) -> tuple[str, ...]:
    return tuple(sorted(keys)) if isinstance(keys, dict) else ()


def newest_root(files: Files) -> Metadata[Root]:
    """Return the last root, every one before it followed from the first.

    Raises:
        BrokenMetadata: there is no first root, or one is not in its form.
        ThresholdNotMet: too few signed one of them.
    """
    first = files("metadata/1.root.json")
    if first is None:
        raise BrokenMetadata("there is no first root.json")
    root = metadata.read(first, Root)
    standing_of_root(root, None).require()
    while (data := files(f"metadata/{root.signed.version + 1}.root.json")) is not None:
        following = metadata.read(data, Root)
        standing_of_root(following, root.signed).require()
        root = following
    return root


def read_published(files: Files, *, now: datetime) -> Published:
    """Return what the directory says, everything verified from its first root on.

    Raises:
        DirectoryRefusal: the first promise that is broken, by its name.
    """
    root = newest_root(files).signed
    timestamp = metadata.read(_wanted(files, "metadata/timestamp.json"), Timestamp)
    standing_of(timestamp, Part.TIMESTAMP, root).require()
    named = timestamp.signed.snapshot_meta
    snapshot_data = _wanted(files, f"metadata/{named.version}.snapshot.json")
    snapshot = metadata.read(snapshot_data, Snapshot)
    standing_of(snapshot, Part.SNAPSHOT, root).require()
    _same(named.verify_length_and_hashes, snapshot_data, snapshot.signed.version == named.version)
    wanted = snapshot.signed.meta.get("targets.json")
    if wanted is None:
        raise BrokenMetadata("snapshot.json names no targets")
    targets_data = _wanted(files, f"metadata/{wanted.version}.targets.json")
    targets = metadata.read(targets_data, Targets)
    standing_of(targets, Part.TARGETS, root).require()
    _same(wanted.verify_length_and_hashes, targets_data, targets.signed.version == wanted.version)
    found = tuple(read_target(one, files(published_path(one))) for one in targets.signed.targets.values())
    published = Published(root, targets.signed, snapshot.signed, timestamp.signed, found)
    check_ends(published, now)
    return published


def check_ends(published: Published, now: datetime) -> None:
    """Return when nothing has ended; Frozen for a timestamp that has, Expired for another file."""
    for part in (published.root, published.targets, published.snapshot):
        if part.is_expired(now):
            raise Expired(f"{part.type}.json ended on {part.expires:%Y-%m-%d}")
    if published.timestamp.is_expired(now):
        raise Frozen(f"timestamp.json ended on {published.timestamp.expires:%Y-%m-%d}")


def published_path(target: TargetFile) -> str:
    """Return where an entry lies: its digest stands before its name."""
    return f"targets/{target.hashes.get('sha256', '')}.{target.path}"


def read_target(target: TargetFile, data: bytes | None) -> Entry:
    """Return the entry that was signed for.

    Raises:
        WrongTarget: it is missing, other bytes than were signed for, or of another node.
        BrokenEntry, UnknownEntryVersion: see ``entries.from_bytes``.
    """
    try:
        if data is None:
            raise WrongTarget(f"{target.path[:80]} is not there")
        target.verify_length_and_hashes(data)
    except LengthOrHashMismatchError:
        raise WrongTarget(f"{target.path[:80]} is not what was signed for") from None
    return entry_forms.from_target(target.path, data)


def _wanted(files: Files, path: str) -> bytes:
    data = files(path)
    if data is None:
        raise BrokenMetadata(f"{path} is not there")
    return data


def _same(verify: Callable[[bytes], None], data: bytes, same_version: bool) -> None:
    try:
        verify(data)
    except LengthOrHashMismatchError:
        same_version = False
    if not same_version:
        raise Mixed("the files are of different states")
