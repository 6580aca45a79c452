"""Fetch the signed directory of partners: python-tuf's workflow over this node's own way out.

What was accepted last lies in ``directory/`` of the data folder: ``root.json`` (pinned by a person),
``metadata/`` and ``targets/``. A state is fetched beside it, judged whole, and kept only when nothing was
refused, so that a directory that cannot be believed leaves everything as it was.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.api.metadata import (  # type: ignore[attr-defined]  # it exports them without saying so
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.ngclient import (  # type: ignore[attr-defined]  # it exports them without saying so
    Updater,
    UpdaterConfig,
)

from tutela.core.directory import entries, following, metadata, standing
from tutela.core.directory.entries import Entry
from tutela.core.directory.errors import Forked, TooLarge, Unreachable, WrongTarget
from tutela.core.directory.metadata import Part
from tutela.core.directory.reach import may_be_reached
from tutela.doors.worker.legs.directory_fetcher import GateFetcher
from tutela.doors.worker.legs.follow import Way

FOLDER = "directory"
ROOT = "root.json"
MOST_ENTRIES = 1000
_CONFIG = UpdaterConfig(
    max_root_rotations=64,
    root_max_length=512_000,
    timestamp_max_length=16_384,
    snapshot_max_length=65_536,
    targets_max_length=2_000_000,
)
_KEPT = (Part.TARGETS, Part.SNAPSHOT, Part.TIMESTAMP)
"""In this order, so that what stops in between is an older state with newer parts, which TUF allows."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the directory says, and until when."""

    version: int
    entries: tuple[Entry, ...]
    good_until: datetime


def fetch(url: str, *, home: Path, way: Way, now: datetime) -> Said:
    """Return what the directory at ``url`` says now, and keep it.

    Raises:
        DirectoryRefusal: nothing was kept; its code says why.
    """
    folder, base = home / FOLDER, url.rstrip("/") + "/"
    if not may_be_reached(url):
        raise Unreachable("the address of the directory is neither https nor this machine")
    kept = folder / "metadata"
    work = folder / "metadata.new"
    shutil.rmtree(work, ignore_errors=True)
    (work / "root_history").mkdir(parents=True, mode=0o700)
    if kept.exists():
        shutil.copytree(kept, work, dirs_exist_ok=True)
    fetcher = GateFetcher(way, base, most_files=MOST_ENTRIES + 100)
    before = _files(kept, folder)
    try:
        _refuse_other_root(fetcher, base, before[Part.ROOT])
        updater = _updater(folder, work, base, fetcher)
        updater.refresh()
        following.refuse_forks(before, fetcher.served)
        found = _entries(updater, work, folder / "targets")
    except (RepositoryError, DownloadError) as error:
        raise following.name_refusal(error, fetcher.last, served=fetcher.served, now=now) from error
    said = _said(work, folder, found)
    _keep(work, kept)
    return said


def _updater(folder: Path, work: Path, base: str, fetcher: GateFetcher) -> Updater:
    targets = folder / "targets"
    targets.mkdir(mode=0o700, exist_ok=True)
    return Updater(
        str(work), f"{base}metadata/", str(targets), f"{base}targets/",
        fetcher=fetcher, config=_CONFIG, bootstrap=(folder / ROOT).read_bytes(),
    )  # fmt: skip


def _files(kept: Path, folder: Path) -> dict[Part, bytes]:
    """Return the files of the last good state; at first the pinned root alone."""
    roots = sorted(kept.glob("root_history/*.root.json"), key=lambda path: int(path.name.partition(".")[0]))
    found = {Part.ROOT: (roots[-1] if roots else folder / ROOT).read_bytes()}
    return found | {part: path.read_bytes() for part in _KEPT if (path := kept / f"{part}.json").exists()}


def _refuse_other_root(fetcher: GateFetcher, base: str, data: bytes) -> None:
    """Ask for the root that we have: another one by the same keepers is a second history."""
    ours = metadata.read(data, Root)
    try:
        served = fetcher.download_bytes(
            f"{base}metadata/{ours.signed.version}.root.json", _CONFIG.root_max_length
        )
    except DownloadHTTPError:
        return
    fetcher.served.pop(Part.ROOT, None)
    theirs = metadata.read(served, Root)
    if (
        theirs.signed_bytes != ours.signed_bytes
        and not standing.standing_of(theirs, Part.ROOT, ours.signed).missing
    ):
        raise Forked(f"there are two root.json of version {ours.signed.version}")


def _entries(updater: Updater, work: Path, folder: Path) -> tuple[Entry, ...]:
    listed = metadata.read((work / "targets.json").read_bytes(), Targets).signed.targets
    if len(listed) > MOST_ENTRIES:
        raise TooLarge(f"{len(listed)} organisations are more than {MOST_ENTRIES}")
    found = tuple(_entry(updater, one) for one in listed.values())
    named = {quote(path, "") for path in listed}
    for path in folder.iterdir():
        if path.name not in named:
            path.unlink()
    return found


def _entry(updater: Updater, target: TargetFile) -> Entry:
    if target.length > entries.MOST_BYTES:
        raise WrongTarget(f"{target.path[:80]} is longer than an entry may be")
    path = updater.find_cached_target(target)
    if path is None:
        try:
            path = updater.download_target(target)
        except RepositoryError:
            raise WrongTarget(f"{target.path[:80]} is not what was signed for") from None
    return standing.read_target(target, Path(path).read_bytes())


def _said(work: Path, folder: Path, found: tuple[Entry, ...]) -> Said:
    files = _files(work, folder)
    signed = (
        metadata.read(files[Part.ROOT], Root).signed,
        targets := metadata.read(files[Part.TARGETS], Targets).signed,
        metadata.read(files[Part.SNAPSHOT], Snapshot).signed,
        metadata.read(files[Part.TIMESTAMP], Timestamp).signed,
    )
    return Said(targets.version, found, min(one.expires for one in signed))


def _keep(work: Path, kept: Path) -> None:
    history = kept / "root_history"
    history.mkdir(parents=True, mode=0o700, exist_ok=True)
    for path in sorted(work.glob("root_history/*.root.json")):
        path.replace(history / path.name)
    for part in _KEPT:
        (work / f"{part}.json").replace(kept / f"{part}.json")
    shutil.rmtree(work)
