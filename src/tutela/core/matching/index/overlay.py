"""The overlay: what the journal adds to a snapshot and takes from it, in memory.

One thread applies records; others look up meanwhile. Arrays only grow behind ``count``, which is raised last,
and dictionaries only gain keys, so a lookup sees each entry before or after, never half.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.index import journal
from tutela.core.matching.index.plan import read_only
from tutela.core.matching.index.table import Table, build
from tutela.core.matching.lists import Entry, HashList

_TABLE_FROM = 4_096
"""From so many additions on, they get a table of their own instead of being compared one by one."""


@dataclass(frozen=True, slots=True)
class Added:
    """One row that the journal added; ``since`` numbers the record that did."""

    entry: Entry
    fingerprint: Fingerprint
    since: int


@dataclass(slots=True)
class Overlay:
    """Additions, withdrawals and changed lists since the snapshot."""

    lists: dict[str, HashList]
    rows: list[Added] = field(default_factory=list)
    withdrawn: dict[tuple[str, str], int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    records: int = 0
    _digests: dict[bytes, list[int]] = field(default_factory=dict)
    _words: Any = field(default_factory=lambda: np.empty(4 * 256, np.uint64))
    _word_rows: list[int] = field(default_factory=list)
    _table: Table | None = None

    def apply(self, record: dict[str, Any]) -> None:
        """Apply one committed record."""
        self.records += 1
        match record["do"]:
            case "put":
                # The new fingerprints come first: for a moment the entry is there twice, never absent.
                self._put(record)
                self.withdrawn[record["list"], record["entry"]] = self.records
            case "withdraw":
                self.withdrawn[record["list"], record["entry"]] = self.records
            case "put_list":
                of = HashList(**record["of"])
                self.lists = self.lists | {of.name: of}
            case "drop_list":
                self.dropped[record["list"]] = self.records
                self.lists = {name: of for name, of in self.lists.items() if name != record["list"]}

    def settle(self) -> None:
        """Give the additions a table when they have become many; call it after a run of records."""
        covered = len(self._table.words) // 4 if self._table else 0
        if len(self._word_rows) - covered > max(_TABLE_FROM, covered):
            self._table = build(self._words[: 4 * len(self._word_rows)].copy())

    def alive_in_snapshot(self, list_name: str, entry: str) -> bool:
        """Whether a row of the snapshot still counts."""
        return list_name not in self.dropped and (list_name, entry) not in self.withdrawn

    def alive(self, row: Added) -> bool:
        """Whether an added row still counts."""
        gone = max(self.withdrawn.get((row.entry.list, row.entry.id), 0), self.dropped.get(row.entry.list, 0))
        return row.since >= gone

    def equal_to(self, value: bytes) -> list[int]:
        """Return the numbers of the rows that have this digest."""
        return self._digests.get(value, [])

    @property
    def has_looks(self) -> bool:
        """Whether a PDQ fingerprint was added."""
        return bool(self._word_rows)

    def near(self, queries: Any, radius: int) -> Iterator[tuple[int, int, int]]:
        """Yield, for flat PDQ ``queries``, number of query, number of row and distance."""
        count, table = len(self._word_rows), self._table
        if not count:
            return
        covered = len(table.words) // 4 if table else 0
        parts = [] if table is None else [(0, table)]
        if covered < count:
            parts.append((covered, Table(read_only(self._words[4 * covered : 4 * count]), (), 0)))
        for offset, part in parts:
            bounds, numbers, distances = part.search(queries, radius)
            for query in np.flatnonzero(np.diff(bounds)).tolist():
                for place in range(int(bounds[query]), int(bounds[query + 1])):
                    yield query, self._word_rows[offset + int(numbers[place])], int(distances[place])

    def _put(self, record: dict[str, Any]) -> None:
        entry = Entry(record["list"], record["entry"], record["class"])
        for fingerprint in journal.fingerprints_of(record):
            self.rows.append(Added(entry, fingerprint, self.records))
            number = len(self.rows) - 1
            if fingerprint.kind is Kind.PDQ:
                self._put_words(fingerprint.value, number)
            else:
                self._digests.setdefault(fingerprint.value, []).append(number)

    def _put_words(self, value: bytes, number: int) -> None:
        count = len(self._word_rows)
        if 4 * (count + 1) > len(self._words):
            self._words = np.concatenate([self._words, np.empty_like(self._words)])
        self._words[4 * count : 4 * count + 4] = np.frombuffer(value, np.uint64)
        self._word_rows.append(number)
