"""An open index: looks up while others write, and never waits for them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from tutela.core.matching.errors import IndexBroken, NoIndex, UnknownList
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.index import journal, snapshot
from tutela.core.matching.index.answers import Answer, Question, added, equal, near
from tutela.core.matching.index.overlay import Overlay
from tutela.core.matching.index.plan import read_only
from tutela.core.matching.index.snapshot import Part, Snapshot
from tutela.core.matching.index.table import ARRAYS, Table
from tutela.core.matching.lists import HashList
from tutela.core.matching.verdicts import Verdict, judge

CURRENT = "current"
WATCH_SECONDS = 0.1
"""So often an open index looks whether something was added, withdrawn or merged."""

_CHUNK = 64
"""Queries of one piece of work, when a batch is spread over the processors."""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What an index holds. ``entries`` counts rows by list, ``fingerprints`` different values by kind.

    ``added`` and ``withdrawn`` count what stands in the journal and waits for a merge.
    """

    generation: int
    built_at: datetime
    entries: dict[str, int]
    fingerprints: dict[str, int]
    added: int
    withdrawn: int


_NOTHING = Table(read_only(np.empty(0, np.uint64)), (), 0)


@dataclass(slots=True)
class _State:
    snapshot: Snapshot
    overlay: Overlay
    tables: dict[Kind, Table]
    position: int = 0


def current_generation(folder: Path) -> int:
    """Return the generation of the snapshot that counts.

    Raises:
        NoIndex: there is none in ``folder``.
    """
    try:
        return int((folder / CURRENT).read_text(encoding="ascii"))
    except FileNotFoundError:
        raise NoIndex(str(folder)) from None
    except ValueError:
        raise IndexBroken(CURRENT) from None


class Index:
    """An index that is open for lookups. Any thread may ask; all processes share the mapped arrays."""

    def __init__(self, folder: Path, *, watch: bool = True, threads: int = 0) -> None:
        self._folder = folder
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._refreshing = threading.Lock()
        self._closed = threading.Event()
        self._state = self._opened()
        self._watcher = (
            threading.Thread(target=self._watch, name="index-watch", daemon=True) if watch else None
        )
        if self._watcher:
            self._watcher.start()

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop watching. Lookups that run go on."""
        self._closed.set()
        if self._watcher:
            self._watcher.join()
        if self._pool:
            self._pool.shutdown(wait=False)

    def lists(self) -> tuple[HashList, ...]:
        """Return the lists as they are now."""
        return tuple(self._state.overlay.lists.values())

    def status(self) -> IndexStatus:
        """Return what the index holds now."""
        state = self._state
        return IndexStatus(
            state.snapshot.generation,
            state.snapshot.built_at,
            dict(state.snapshot.entries),
            {str(kind): len(part) for kind, part in state.snapshot.parts.items()},
            len(state.overlay.rows),
            len(state.overlay.withdrawn),
        )

    def lookup(
        self,
        fingerprints: Sequence[Fingerprint],
        *,
        lists: Collection[str] | None = None,
        radius: int | None = None,
        limit: int | None = 100,
        quarantined: frozenset[tuple[str, str]] = frozenset(),
    ) -> list[Verdict]:
        """Return a verdict on each fingerprint, in their order.

        ``lists`` names the lists to search, all of them when None; ``radius`` (bits, 0-64) stands in for each
        list's own. ``limit`` bounds the hits that a verdict names, never what it counts.

        Raises:
            UnknownList: one of ``lists`` is not there.
            ValueError: ``radius`` is not 0-64.
        """
        if radius is not None and not 0 <= radius <= 64:
            raise ValueError("radius")
        state = self._state
        rules = _rules(state.overlay.lists, lists, radius)
        ask = Question(rules, quarantined, limit)
        found = [Answer(one.quality) for one in fingerprints]
        by_kind: dict[Kind, list[int]] = {}
        for place, one in enumerate(fingerprints):
            by_kind.setdefault(one.kind, []).append(place)
        for kind, places in by_kind.items():
            values = b"".join([fingerprints[place].value for place in places])
            answers = [found[place] for place in places]
            if kind is Kind.PDQ:
                self._near(state, values, ask, answers)
            else:
                equal(state.snapshot, state.overlay, kind, values, ask, answers)
        return [
            judge(one, to.found, rules, quarantined=quarantined, limit=limit, more=to.more)
            for one, to in zip(fingerprints, found, strict=True)
        ]

    def refresh(self) -> bool:
        """Take in what others committed; return whether there was something."""
        with self._refreshing:
            try:
                if current_generation(self._folder) != self._state.snapshot.generation:
                    self._state = self._opened()
                    return True
                return _follow(self._folder, self._state)
            except (OSError, IndexBroken, NoIndex):
                # What is open stays good; the next look may find the folder whole again.
                return False

    def _opened(self) -> _State:
        for _ in range(5):
            generation = current_generation(self._folder)
            with contextlib.suppress(FileNotFoundError):
                opened = snapshot.open_snapshot(self._folder / f"snapshot-{generation:06d}")
                overlay = Overlay({one.name: one for one in opened.lists})
                state = _State(opened, overlay, {kind: _table(part) for kind, part in opened.parts.items()})
                _follow(self._folder, state)
                if current_generation(self._folder) == generation:
                    return state
        raise IndexBroken(CURRENT)

    def _watch(self) -> None:
        while not self._closed.wait(WATCH_SECONDS):
            self.refresh()

    def _near(self, state: _State, values: bytes, ask: Question, answers: list[Answer]) -> None:
        radius = max([one.radius for one in ask.rules.values()], default=-1)
        if radius < 0:
            return
        part, queries = state.snapshot.parts.get(Kind.PDQ), np.frombuffer(values, np.uint64)
        if part is not None and len(answers) == 1:
            numbers, distances = state.tables[Kind.PDQ].search_one(values, radius)
            if len(numbers):
                near(state.snapshot, state.overlay, part, numbers, distances, ask, answers[0])
        elif part is not None:
            for query, numbers, distances in self._searched(state.tables[Kind.PDQ], queries, radius):
                near(state.snapshot, state.overlay, part, numbers, distances, ask, answers[query])
        if state.overlay.has_looks:
            for query, row, distance in state.overlay.near(queries, radius):
                added(state.overlay, row, distance, ask, answers[query])

    def _searched(self, table: Table, queries: Any, radius: int) -> Iterator[tuple[int, Any, Any]]:
        count = len(queries) // 4
        if count <= _CHUNK or self._threads == 1:
            yield from _by_query(0, *table.search(queries, radius))
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads or None, "index-search")
        firsts = range(0, count, _CHUNK)
        pieces = self._pool.map(lambda at: table.search(queries[4 * at : 4 * (at + _CHUNK)], radius), firsts)
        for first, piece in zip(firsts, pieces, strict=True):
            yield from _by_query(first, *piece)


def _table(part: Part) -> Table:
    if part.kind is not Kind.PDQ:
        return _NOTHING
    arrays = tuple(part.arrays[name] for name in ARRAYS) if part.substrings else ()
    return Table(part.values.view(np.uint64).ravel(), arrays, part.substrings)


def _follow(folder: Path, state: _State) -> bool:
    path = journal.path_of(folder, state.snapshot.generation)
    if not path.exists() or path.stat().st_size <= state.position:
        return False
    with path.open("rb") as file:
        records, state.position = journal.read_committed(file, state.position)
    for record in records:
        state.overlay.apply(record)
    state.overlay.settle()
    return bool(records)


def _rules(
    known: dict[str, HashList], wanted: Collection[str] | None, radius: int | None
) -> dict[str, HashList]:
    if wanted is not None and (unknown := set(wanted) - set(known)):
        raise UnknownList(sorted(unknown)[0])
    rules = known if wanted is None else {name: known[name] for name in wanted}
    if radius is None:
        return rules
    return {name: replace(one, radius=radius) for name, one in rules.items()}


def _by_query(first: int, bounds: Any, numbers: Any, distances: Any) -> Iterator[tuple[int, Any, Any]]:
    """Yield each query that found something, with the numbers and distances of what it found."""
    if not bounds[-1]:
        return
    for query in np.flatnonzero(np.diff(bounds)).tolist():
        part = slice(int(bounds[query]), int(bounds[query + 1]))
        yield first + query, numbers[part], distances[part]
