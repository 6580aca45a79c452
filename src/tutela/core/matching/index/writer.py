"""Writing to an index: a journal that counts at once, and a merge that stops nobody."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tutela.core.matching.errors import IndexBusy, NoIndex, UnknownList
from tutela.core.matching.fingerprints import Fingerprint, Kind, refuse_meaningless
from tutela.core.matching.index import journal, rows, snapshot
from tutela.core.matching.index.opened import CURRENT, Index, IndexStatus, current_generation
from tutela.core.matching.index.overlay import Overlay
from tutela.core.matching.index.rows import Columns, Gathered, Row
from tutela.core.matching.lists import HashList

_WRITING, _MERGING = "writing.lock", "merging.lock"
_LONGEST_ID = 1_000


class Writer:
    """The one who writes to an index now. What is put counts from ``commit`` on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pending = bytearray()
        with Index(folder, watch=False) as now:
            self._lists = {one.name for one in now.lists()}
        self._generation, self._position = _end(folder)

    def put_list(self, of: HashList) -> None:
        """Add a list, or change its rules."""
        self._lists.add(of.name)
        self._pending += journal.framed(journal.put_list(of))

    def drop_list(self, name: str) -> None:
        """Take a list out with all its entries."""
        self._must_know(name)
        self._lists.discard(name)
        self._pending += journal.framed(journal.drop_list(name))

    def put(
        self, list_name: str, entry: str, fingerprints: Iterable[Fingerprint], classification: str = ""
    ) -> None:
        """Add an entry, or replace all that it had.

        Raises:
            UnknownList: there is no such list.
            BadFingerprint: one must never be matched.
            ValueError: the id is empty or longer than 1,000 bytes.
        """
        self._must_know(list_name)
        if not 0 < len(entry.encode("utf-8", "surrogateescape")) <= _LONGEST_ID:
            raise ValueError("entry")
        checked = tuple(refuse_meaningless(one) for one in fingerprints)
        self._pending += journal.framed(journal.put(list_name, entry, checked, classification))

    def withdraw(self, list_name: str, entry: str) -> None:
        """Take an entry out; one that is not there is taken out as well."""
        self._must_know(list_name)
        self._pending += journal.framed(journal.withdraw(list_name, entry))

    def commit(self) -> None:
        """Make what was put and withdrawn count, in every process, after a power cut too."""
        if not self._pending:
            return
        data = bytes(self._pending) + journal.framed(journal.COMMIT)
        with _locked(self._folder, _WRITING + ".commit", wait=True):
            if current_generation(self._folder) != self._generation:
                # A merge has begun a new journal meanwhile.
                self._generation, self._position = _end(self._folder)
            path = journal.path_of(self._folder, self._generation)
            self._position = journal.append(path, self._position, data)
        self._pending.clear()

    def merge(self, progress: Callable[[int], None] | None = None) -> IndexStatus:
        """Commit, and bring the journal into a new snapshot."""
        self.commit()
        return merge(self._folder, progress)

    def _must_know(self, name: str) -> None:
        if name not in self._lists:
            raise UnknownList(name)


@contextlib.contextmanager
def write_index(folder: Path) -> Iterator[Writer]:
    """Open an index for writing; what was not committed when the block ends does not count.

    Raises:
        NoIndex: there is none in ``folder``.
        IndexBusy: somebody else writes to it.
    """
    current_generation(folder)
    with _locked(folder, _WRITING):
        yield Writer(folder)


def build(
    folder: Path,
    lists: Iterable[HashList],
    entries: Iterable[Row],
    *,
    progress: Callable[[int], None] | None = None,
) -> IndexStatus:
    """Build an index in ``folder`` from nothing but ``lists`` and ``entries``, and let it count at once.

    An index that stands there is replaced; who has it open goes on and sees the new one within a moment.

    Raises:
        UnknownList: an entry names a list that is not given.
        IndexBusy: somebody else writes to it.
    """
    return build_from(folder, rows.gather(lists, entries, progress))


def build_from(folder: Path, gathered: Gathered) -> IndexStatus:
    """Do as ``build`` with rows that are gathered already."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder, _WRITING), _locked(folder, _MERGING):
        try:
            generation = current_generation(folder) + 1
        except NoIndex:
            generation = 1
        snapshot.write(folder, generation, gathered)
        _switch(folder, generation)
    with Index(folder, watch=False) as now:
        return now.status()


def merge(folder: Path, progress: Callable[[int], None] | None = None) -> IndexStatus:
    """Bring the journal into a new snapshot. Lookups and additions go on meanwhile.

    Raises:
        NoIndex: there is none in ``folder``.
        IndexBusy: a merge is under way.
    """
    with _locked(folder, _MERGING):
        generation = current_generation(folder)
        with Index(folder, watch=False) as now:
            state = now._state
            snapshot.write(folder, generation + 1, _merged(state.snapshot, state.overlay, progress))
        with _locked(folder, _WRITING + ".commit", wait=True):
            _carry_over(folder, generation, state.position)
            _switch(folder, generation + 1)
    with Index(folder, watch=False) as now:
        return now.status()


def _merged(of: snapshot.Snapshot, overlay: Overlay, progress: Callable[[int], None] | None) -> Gathered:
    lists = tuple(overlay.lists.values())
    alive = (row for row in overlay.rows if overlay.alive(row) and row.entry.list in overlay.lists)
    added = rows.gather(
        lists,
        (Row(row.entry.list, row.entry.id, row.fingerprint, row.entry.classification) for row in alive),
        progress,
    )
    names = list(dict.fromkeys((*of.classes, *added.classes)))
    classes = {text: number for number, text in enumerate(names)}
    numbers = {one.name: number for number, one in enumerate(lists)}
    old_lists = np.array([numbers.get(one.name, -1) for one in of.lists] or [-1], np.int64)
    new_classes = np.array([classes[text] for text in added.classes], np.uint32)
    merged: dict[Kind, Columns] = {}
    for kind in {*of.parts, *added.columns}:
        pieces = []
        if kind in of.parts:
            pieces.append(_kept(of.parts[kind], of, overlay, old_lists))
        if kind in added.columns:
            piece = added.columns[kind]
            piece.classes = new_classes[piece.classes]
            pieces.append(piece)
        whole = _joined(pieces)
        if len(whole):
            merged[kind] = whole
    return Gathered(lists, tuple(names), merged)


def _kept(part: snapshot.Part, of: snapshot.Snapshot, overlay: Overlay, old_lists: Any) -> Columns:
    """Return the rows of the snapshot that still count, with their lists' new numbers."""
    columns = part.columns()
    keep = old_lists[columns.lists] >= 0
    for number, one in enumerate(of.lists):
        gone = {entry for name, entry in overlay.withdrawn if name == one.name}
        if one.name in overlay.dropped:
            keep &= columns.lists != number
        elif gone:
            # A digest of the ids finds the few rows in question, their ids decide.
            wanted = rows.digests_of(rows.encoded(gone))
            maybe = np.isin(rows.digests_of((columns.ends, columns.entries)), wanted)
            for row in np.flatnonzero(maybe & keep & (columns.lists == number)).tolist():
                keep[row] = part.entry(row) not in gone
    columns.lists = np.where(keep, old_lists[columns.lists], 0).astype(np.uint16)
    return columns if bool(keep.all()) else rows.in_order(columns, np.flatnonzero(keep))


def _joined(pieces: list[Columns]) -> Columns:
    if len(pieces) == 1:
        return pieces[0]
    first, second = pieces
    after = first.ends[-1] if len(first) else np.uint64(0)
    return Columns(
        np.concatenate([first.values, second.values]),
        np.concatenate([first.lists, second.lists]),
        np.concatenate([first.qualities, second.qualities]),
        np.concatenate([first.classes, second.classes]),
        np.concatenate([first.ends, second.ends + after]),
        np.concatenate([first.entries, second.entries]),
    )


def _carry_over(folder: Path, generation: int, position: int) -> None:
    """Copy what was committed during a merge into the journal of the next snapshot."""
    path = journal.path_of(folder, generation)
    journal.path_of(folder, generation + 1).unlink(missing_ok=True)
    if not path.exists():
        return
    with path.open("rb") as file:
        _, end = journal.read_committed(file, position)
        file.seek(position)
        data = file.read(end - position)
    if data:
        journal.append(journal.path_of(folder, generation + 1), 0, data)


def _end(folder: Path) -> tuple[int, int]:
    generation = current_generation(folder)
    path = journal.path_of(folder, generation)
    if not path.exists():
        return generation, 0
    with path.open("rb") as file:
        return generation, journal.read_committed(file, 0)[1]


def _switch(folder: Path, generation: int) -> None:
    """Let a snapshot count, and clear away all but the one before it, which somebody may be opening."""
    new = folder / f".{CURRENT}"
    with new.open("w", encoding="ascii") as file:
        file.write(f"{generation}\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / CURRENT)
    snapshot.flush_folder(folder)
    for old in folder.glob("snapshot-*"):
        if int(old.name.partition("-")[2]) not in (generation, generation - 1):
            shutil.rmtree(old, ignore_errors=True)
    for old in folder.glob("journal-*"):
        if int(old.name.partition("-")[2]) not in (generation, generation - 1):
            old.unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(folder: Path, name: str, *, wait: bool = False) -> Iterator[None]:
    handle = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise IndexBusy(name) from None
        yield
    finally:
        os.close(handle)
