"""What goes into an index: rows, gathered into columns that take a few bytes each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from tutela.core.matching.errors import UnknownList
from tutela.core.matching.fingerprints import SIZES, Fingerprint, Kind
from tutela.core.matching.lists import HashList

NO_QUALITY = 255
"""Stands for a quality that nobody said."""

_TELL_EVERY = 50_000


@dataclass(frozen=True, slots=True)
class Row:
    """One fingerprint of one entry of one list."""

    list: str
    entry: str
    fingerprint: Fingerprint
    classification: str = ""


@dataclass(slots=True)
class Columns:
    """The rows of one kind. All arrays are equally long; ``entries`` holds UTF-8, ended at ``ends``."""

    values: npt.NDArray[np.uint8]
    lists: npt.NDArray[np.uint16]
    qualities: npt.NDArray[np.uint8]
    classes: npt.NDArray[np.uint32]
    ends: npt.NDArray[np.uint64]
    entries: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.lists)


@dataclass(slots=True)
class _Growing:
    values: bytearray = field(default_factory=bytearray)
    lists: list[int] = field(default_factory=list)
    qualities: bytearray = field(default_factory=bytearray)
    classes: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    entries: bytearray = field(default_factory=bytearray)

    def columns(self, kind: Kind) -> Columns:
        return Columns(
            np.frombuffer(bytes(self.values), np.uint8).reshape(-1, SIZES[kind]),
            np.array(self.lists, np.uint16),
            np.frombuffer(bytes(self.qualities), np.uint8),
            np.array(self.classes, np.uint32),
            np.array(self.ends, np.uint64),
            np.frombuffer(bytes(self.entries), np.uint8),
        )


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything of a snapshot: its lists, the classifications that occur, the columns of each kind."""

    lists: tuple[HashList, ...]
    classes: tuple[str, ...]
    columns: dict[Kind, Columns]


def gather(
    lists: Iterable[HashList], rows: Iterable[Row], progress: Callable[[int], None] | None = None
) -> Gathered:
    """Gather rows into columns.

    Raises:
        UnknownList: a row names a list that is not among ``lists``.
    """
    known = tuple(lists)
    numbers = {one.name: number for number, one in enumerate(known)}
    classes: dict[str, int] = {"": 0}
    growing: dict[Kind, _Growing] = {}
    count = 0
    for count, row in enumerate(rows, 1):
        if row.list not in numbers:
            raise UnknownList(row.list)
        to = growing.setdefault(row.fingerprint.kind, _Growing())
        to.values += row.fingerprint.value
        to.lists.append(numbers[row.list])
        to.qualities.append(NO_QUALITY if row.fingerprint.quality is None else row.fingerprint.quality)
        to.classes.append(classes.setdefault(row.classification, len(classes)))
        to.entries += row.entry.encode("utf-8", "surrogateescape")
        to.ends.append(len(to.entries))
        if progress and not count % _TELL_EVERY:
            progress(count)
    if progress:
        progress(count)
    return Gathered(known, tuple(classes), {kind: part.columns(kind) for kind, part in growing.items()})


def in_order(columns: Columns, order: npt.NDArray[Any]) -> Columns:
    """Return the columns with their rows in another order."""
    begins = np.concatenate([np.zeros(1, np.uint64), columns.ends[:-1]])[: len(columns)]
    lengths = (columns.ends - begins)[order]
    ends = np.cumsum(lengths, dtype=np.uint64)
    return Columns(
        columns.values[order],
        columns.lists[order],
        columns.qualities[order],
        columns.classes[order],
        ends,
        _entries_in_order(columns.entries, begins[order], lengths, ends),
    )


def _entries_in_order(entries: Any, begins: Any, lengths: Any, ends: Any) -> Any:
    if not len(lengths):
        return entries
    step = int(lengths[0])
    if step and bool((lengths == step).all()):
        # Ids of one length, as most lists have, move as whole rows.
        return entries.reshape(-1, step)[(begins // np.uint64(step)).astype(np.int64)].ravel()
    places = np.repeat(begins.astype(np.int64) - (ends - lengths).astype(np.int64), lengths.astype(np.int64))
    return entries[places + np.arange(int(ends[-1]))]


_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_AT_ONCE = 1 << 20


def encoded(entries: Iterable[str]) -> tuple[Any, Any]:
    """Return ids as the two arrays in which columns hold them."""
    texts = [entry.encode("utf-8", "surrogateescape") for entry in entries]
    ends = np.cumsum([len(text) for text in texts], dtype=np.uint64)
    return ends, np.frombuffer(b"".join(texts), np.uint8)


def digests_of(ids: tuple[Any, Any]) -> npt.NDArray[np.uint64]:
    """Return a number for each id, the same for equal ids, and seldom the same for others."""
    ends, entries = ids
    digests = np.empty(len(ends), np.uint64)
    for first in range(0, len(ends), _AT_ONCE):
        own = ends[first : first + _AT_ONCE].astype(np.int64)
        begin = int(ends[first - 1]) if first else 0
        begins = np.concatenate([[begin], own[:-1]]) - begin
        letters = entries[begin : int(own[-1])].astype(np.uint64) + np.uint64(1)
        place = np.arange(len(letters)) - np.repeat(begins, own - begin - begins)
        powers = np.cumprod(np.full(int(place.max()) + 1, _FACTOR))
        digests[first : first + _AT_ONCE] = np.add.reduceat(letters * powers[place], begins)
    return digests
