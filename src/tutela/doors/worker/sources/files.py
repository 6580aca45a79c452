"""A list file in the node's own folder, read as a whole whenever it changed: CSV, JSON, plain lines, VICS.

The file lies in ``lists/`` of the data folder. It is walked to its end before anything of it is taken, so
that a file that is being copied there leaves the list as it was.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from tutela.core.matching.sources import (
    BadSettings,
    Checkpoint,
    HashItem,
    NotSupported,
    Opinion,
    Page,
    Row,
    SourceInfo,
    SourceUnavailable,
    UnreadPage,
)
from tutela.formats.errors import CannotRead
from tutela.formats.lists import open_list

ROWS_A_PAGE = 1000


class FileSource:
    """One file."""

    kind = "file"
    INFO = SourceInfo(
        kind="file",
        title="A list file in the data folder",
        owner="this node",
        settings={
            "file": "Its name in the folder lists/ of the data folder.",
            "kind": "Kind of bare values (md5, sha1, sha256, pdq) where the file does not say it.",
        },
        opinions=frozenset(),
        stale_after_days=None,
        has_secret=False,
    )

    def __init__(self, settings: Mapping[str, str], _secret: str, /) -> None:
        name = settings.get("file", "")
        if not name or Path(name).name != name or name.startswith("."):
            raise BadSettings("file")
        self._path = Path(settings["home"]) / "lists" / name
        self._kind = settings.get("kind", "")

    def describe(self) -> SourceInfo:
        return self.INFO

    def merge(self, _old: Row, new: Row, /) -> Row:
        return new

    def to_hashes(self, row: Row) -> Iterator[HashItem]:
        for one in row["fingerprints"]:
            yield HashItem(one["kind"], one["value"], one["quality"], row["scheme"], row["classification"])

    def fetch(self, checkpoint: Checkpoint | None) -> Iterator[Page | UnreadPage]:
        try:
            with self._path.open("rb") as file:
                yield from self._pages(file, checkpoint)
        except OSError:
            raise SourceUnavailable("no_file") from None

    def _pages(self, file: BinaryIO, checkpoint: Checkpoint | None) -> Iterator[Page | UnreadPage]:
        stat = os.fstat(file.fileno())
        at = Checkpoint(stat.st_mtime_ns, {}, int(time.time()))
        if checkpoint and checkpoint.at == at.at:
            yield Page({}, frozenset(), at, complete_range=True, caught_up=True)
            return
        reader = open_list(file, kind=self._kind)
        try:
            for _entry in reader:
                pass
        except CannotRead as refused:
            seen = f"{stat.st_size}:{stat.st_mtime_ns}:{refused.reason}"
            yield UnreadPage(refused.reason, hashlib.sha256(seen.encode()).hexdigest(), at)
            return
        entries = iter(reader)
        batch = list(islice(entries, ROWS_A_PAGE))
        while True:
            following = list(islice(entries, ROWS_A_PAGE))
            yield Page(
                upserts={entry.id[:255]: asdict(entry) for entry in batch},
                deletes=frozenset(),
                checkpoint=at,
                complete_range=not following,
                caught_up=not following,
                everything=True,
            )
            if not following:
                return
            batch = following

    def opinion(self, _key: str, _row: Row, _opinion: Opinion, _reason: str, /) -> str:
        raise NotSupported
