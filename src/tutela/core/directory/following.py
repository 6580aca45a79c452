"""What a follower refuses, by name: python-tuf says that something is wrong, this says which promise broke.

Pure: what was kept from the last good state, what is served now, and python-tuf's error in; a refusal out.
Two histories under one version are found here alone: TUF's own workflow keeps the older file and is silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    UnsignedMetadataError,
)
from tuf.api.metadata import (  # type: ignore[attr-defined]  # it exports them without saying so
    Snapshot,
    Timestamp,
)

from tutela.core.directory import metadata
from tutela.core.directory.errors import (
    BrokenMetadata,
    DirectoryRefusal,
    Expired,
    Forked,
    Frozen,
    Mixed,
    RolledBack,
    ThresholdNotMet,
    TooLarge,
    Unreachable,
)
from tutela.core.directory.metadata import Part

Files = Mapping[Part, bytes]
"""The newest file of each part that was kept, or that was served."""


def name_refusal(error: Exception, last: Part | None, *, served: Files, now: datetime) -> DirectoryRefusal:
    """Return the refusal that python-tuf's ``error`` is; ``last`` is the part that was fetched last."""
    if isinstance(error, DirectoryRefusal):
        return error
    if isinstance(error, DownloadLengthMismatchError):
        return TooLarge(f"{last}.json is longer than it may be")
    if isinstance(error, DownloadError):
        return Unreachable("the directory did not answer with what was asked for")
    if isinstance(error, UnsignedMetadataError):
        return ThresholdNotMet(f"too few of those who may signed {last}.json")
    if isinstance(error, LengthOrHashMismatchError):
        return Mixed(f"{last}.json is not the one that was named")
    if isinstance(error, ExpiredMetadataError):
        return _ended(served, now)
    if isinstance(error, BadVersionNumberError):
        return _misplaced(last, served)
    return BrokenMetadata(f"{last}.json is not in its form")


def _ended(served: Files, now: datetime) -> DirectoryRefusal:
    timestamp = served.get(Part.TIMESTAMP)
    if timestamp is not None and metadata.read(timestamp, Timestamp).signed.is_expired(now):
        return Frozen("timestamp.json has ended; somebody may hold newer ones back")
    return Expired("a file of the keepers has ended")


def _misplaced(last: Part | None, served: Files) -> DirectoryRefusal:
    """A version that does not fit: not the one that was named, or lower than one that was seen."""
    if last is Part.TIMESTAMP:
        return RolledBack("timestamp.json is older than the one seen before")
    if last is Part.SNAPSHOT:
        named = metadata.read(served[Part.TIMESTAMP], Timestamp).signed.snapshot_meta.version
        if metadata.read(served[Part.SNAPSHOT], Snapshot).signed.version == named:
            return RolledBack("snapshot.json names older targets than were seen before")
    return Mixed(f"{last}.json has another version than the one that was named")


def refuse_forks(kept: Files, served: Files) -> None:
    """Return when nothing that was served contradicts what was kept.

    Raises:
        Forked: another file under the same version, or one that names another under it.
        BrokenMetadata: a served file is not in its form.
    """
    for part, data in served.items():
        if part in kept:
            ours, theirs = metadata.said_in(kept[part], part), metadata.said_in(data, part)
            if ours.version == theirs.version and ours.said != theirs.said:
                raise Forked(f"there are two {part}.json of version {ours.version}")
    _refuse_other_names(kept, served)


def _refuse_other_names(kept: Files, served: Files) -> None:
    """What was kept is not fetched again: what names it must mean the same bytes."""
    if Part.TIMESTAMP in served and Part.TIMESTAMP in kept:
        ours, theirs = (
            metadata.read(files[Part.TIMESTAMP], Timestamp).signed.snapshot_meta for files in (kept, served)
        )
        if ours.version == theirs.version and ours.hashes != theirs.hashes:
            raise Forked(f"there are two snapshot.json of version {ours.version}")
    if Part.SNAPSHOT in served and Part.SNAPSHOT in kept:
        mine, other = (
            metadata.read(files[Part.SNAPSHOT], Snapshot).signed.meta.get("targets.json")
            for files in (kept, served)
        )
        if mine and other and mine.version == other.version and mine.hashes != other.hashes:
            raise Forked(f"there are two targets.json of version {mine.version}")
