"""A snapshot: a folder of arrays that processes map and share, and a manifest that vouches for them.

It is written beside the others under another name, flushed, and only then renamed: a half-written one has no
manifest, or one whose digest or file sizes disagree, and is refused. Opening checks the manifest and every
file's size, which takes milliseconds; ``verify`` reads every byte.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from tutela.core.kernel import clock
from tutela.core.matching.errors import IndexBroken
from tutela.core.matching.fingerprints import SIZES, Kind
from tutela.core.matching.index import order, rows
from tutela.core.matching.index.rows import Columns, Gathered
from tutela.core.matching.lists import HashList

VERSION = 2
MANIFEST = "manifest.json"
_ROWS = {"lists": np.uint16, "qualities": np.uint8, "classes": np.uint32, "entries": np.uint8}

Array = Any


@dataclass(frozen=True, slots=True)
class Part:
    """The fingerprints of one kind, sorted and each only once, and the rows that stand behind each."""

    kind: Kind
    values: Array
    arrays: dict[str, Array]
    substrings: int

    def __len__(self) -> int:
        return len(self.values)

    def rows_of(self, number: int) -> range:
        """Return the numbers of the rows that have fingerprint ``number``."""
        firsts = self.arrays.get("firsts")
        return (
            range(number, number + 1)
            if firsts is None
            else range(int(firsts[number]), int(firsts[number + 1]))
        )

    def entry(self, row: int) -> str:
        """Return the entry id of a row."""
        ends, entries = self.arrays.get("ends"), self.arrays["entries"]
        if ends is None:
            width = len(entries) // len(self.arrays["lists"])
            begin, end = row * width, (row + 1) * width
        else:
            begin, end = int(ends[row - 1]) if row else 0, int(ends[row])
        return bytes(entries[begin:end]).decode("utf-8", "surrogateescape")

    def columns(self) -> Columns:
        """Return the rows as columns again, for a merge."""
        of = self.arrays
        count = len(of["lists"])
        firsts = of.get("firsts")
        values = (
            self.values
            if firsts is None
            else np.repeat(self.values, np.diff(firsts.astype(np.int64)), axis=0)
        )
        ends = of.get("ends")
        if ends is None:
            width = len(of["entries"]) // count if count else 0
            ends = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(width)
        return Columns(values, of["lists"], of["qualities"], of["classes"], ends, of["entries"])


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An open snapshot. Its arrays are mapped read-only."""

    folder: Path
    generation: int
    built_at: datetime
    lists: tuple[HashList, ...]
    classes: tuple[str, ...]
    parts: dict[Kind, Part]
    entries: dict[str, int]


class _Files:
    """The files of a snapshot that is being written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._said: dict[str, dict[str, Any]] = {}

    def keep(self, name: str, array: Array) -> None:
        """Write an array, behind what was written under its name before."""
        flat = np.ascontiguousarray(array).ravel()
        said = self._said.setdefault(name, {"dtype": flat.dtype.str, "length": 0})
        said["length"] += len(flat)
        with (self._folder / name).open("ab", buffering=0) as file:
            left: Any = flat.view(np.uint8).data
            while left:
                left = left[file.write(left) :]

    def close(self) -> dict[str, dict[str, Any]]:
        """Flush every file and return what the manifest says of it."""
        for name, said in self._said.items():
            path = self._folder / name
            with path.open("rb+") as file:
                os.fsync(file.fileno())
            said |= {"bytes": path.stat().st_size, "sha256": _digest(path)}
        return self._said


def write(folder: Path, generation: int, gathered: Gathered) -> Path:
    """Write a snapshot into ``folder`` and return where it stands."""
    from tutela.core.matching.index import table

    target = folder / f"snapshot-{generation:06d}"
    building = folder / f".building-{generation:06d}"
    for stale in (building, target):
        shutil.rmtree(stale, ignore_errors=True)
    building.mkdir(mode=0o700)
    files, kinds = _Files(building), {}
    entries = np.zeros(len(gathered.lists), np.int64)
    for kind, columns in gathered.columns.items():
        sort = order.order_of(columns.values)
        sorted_rows = rows.in_order(columns, sort)
        del sort
        firsts = order.first_of_equals(sorted_rows.values)
        values = sorted_rows.values[firsts[:-1]]
        entries += np.bincount(sorted_rows.lists, minlength=len(gathered.lists))
        _keep_rows(files, kind, sorted_rows, firsts)
        del sorted_rows
        files.keep(f"{kind}.values", values)
        substrings = 0
        if kind is Kind.PDQ:
            words = values.view(np.uint64).ravel()
            substrings = table.substrings_of(words)
            for name, piece in table.pieces_of(words, substrings):
                files.keep(f"{kind}.{name}", piece)
        else:
            files.keep(f"{kind}.prefixes", order.prefixes_of(values))
        kinds[str(kind)] = {"count": len(values), "substrings": substrings}
    _write_manifest(
        building,
        {
            "version": VERSION,
            "generation": generation,
            "built_at": clock.now().isoformat(),
            "lists": [asdict(one) for one in gathered.lists],
            "entries": {one.name: int(count) for one, count in zip(gathered.lists, entries, strict=True)},
            "classes": list(gathered.classes),
            "kinds": kinds,
            "files": files.close(),
        },
    )
    building.rename(target)
    flush_folder(folder)
    return target


def _keep_rows(files: _Files, kind: Kind, columns: Columns, firsts: Array) -> None:
    for name in _ROWS:
        files.keep(f"{kind}.{name}", getattr(columns, name))
    count = len(columns)
    if len(firsts) != count + 1:
        files.keep(f"{kind}.firsts", firsts.astype(np.uint32))
    width = int(columns.ends[0]) if count else 0
    if not bool((columns.ends == np.arange(1, count + 1, dtype=np.uint64) * np.uint64(width)).all()):
        files.keep(f"{kind}.ends", columns.ends)


def _write_manifest(folder: Path, said: dict[str, Any]) -> None:
    text = _canonical(said)
    whole = json.dumps({"sha256": hashlib.sha256(text).hexdigest(), "snapshot": said}, indent=1)
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        file.write(whole)
        file.flush()
        os.fsync(file.fileno())


def open_snapshot(folder: Path) -> Snapshot:
    """Open a snapshot.

    Raises:
        IndexBroken: it is half written, altered, or of another version.
    """
    said = _manifest(folder)
    parts = {}
    for name, of in said["kinds"].items():
        kind = Kind(name)
        arrays = {
            file.partition(".")[2]: _mapped(folder / file, about)
            for file, about in said["files"].items()
            if file.startswith(f"{kind}.")
        }
        values = arrays.pop("values").reshape(-1, SIZES[kind])
        if len(values) != of["count"]:
            raise IndexBroken(f"{kind}.values")
        parts[kind] = Part(kind, values, arrays, of["substrings"])
    return Snapshot(
        folder,
        said["generation"],
        datetime.fromisoformat(said["built_at"]),
        tuple(HashList(**one) for one in said["lists"]),
        tuple(said["classes"]),
        parts,
        said["entries"],
    )


def verify(folder: Path, progress: Callable[[int], None] | None = None) -> None:
    """Read every byte of a snapshot and compare; ``progress`` is told how many bytes were read.

    Raises:
        IndexBroken: a file is not what was written; its name is the reason.
    """
    read = 0
    for name, about in _manifest(folder)["files"].items():
        if not (folder / name).is_file() or _digest(folder / name) != about["sha256"]:
            raise IndexBroken(name)
        read += about["bytes"]
        if progress:
            progress(read)


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        whole = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        said: dict[str, Any] = whole["snapshot"]
        if hashlib.sha256(_canonical(said)).hexdigest() != whole["sha256"]:
            raise IndexBroken(MANIFEST)
        if said["version"] != VERSION:
            raise IndexBroken("version")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexBroken(MANIFEST) from error
    return said


def _mapped(path: Path, about: dict[str, Any]) -> Array:
    try:
        size = path.stat().st_size
    except OSError:
        raise IndexBroken(path.name) from None
    if size != about["bytes"] or size != about["length"] * np.dtype(about["dtype"]).itemsize:
        raise IndexBroken(path.name)
    if not size:
        return np.empty(0, about["dtype"])
    with path.open("rb") as file:
        mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return np.frombuffer(mapping, about["dtype"])


def _canonical(said: dict[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
