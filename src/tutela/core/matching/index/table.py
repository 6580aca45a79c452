"""One table of PDQ fingerprints: its arrays, how they are built, how they are searched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tutela.core.matching.index import kernels, machine, plan

Array = npt.NDArray[Any]

compiled: Any = kernels
"""The loops have the types of Numba, which Python's checker does not know."""

ARRAYS = ("numbers", "nexts", "tails", "heads", "crowded", "crowd_heads", "crowd_bounds")
_SMALL = 2_048
"""Up to so many fingerprints, comparing with all of them is quickest."""
_PROBE, _COMPARE = 12.0, 2.5
"""Nanoseconds of one probe and of one comparison, for choosing between them at large radii."""


def _address(array: Any) -> int:
    """Return where an array's memory begins; the caller holds on to the array."""
    return int(array.__array_interface__["data"][0])


@dataclass(frozen=True, slots=True)
class Table:
    """The arrays of ``kernels`` for ``words`` (flat, four a fingerprint); none when ``count`` is 0."""

    words: npt.NDArray[np.uint64]
    arrays: tuple[Array, ...]
    count: int
    _addresses: Array = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        size = len(self.words) // 4
        parts = (*self.arrays, *layout_of(self.count)) if self.count else (self.words, self.words)
        numbers, nexts, *rest = map(_address, parts)
        addresses = [_address(self.words), size, self.count, numbers, _wide(size), nexts, *rest]
        object.__setattr__(self, "_addresses", np.array(addresses, np.int64))

    def search(
        self, queries: npt.NDArray[np.uint64], radius: int, *, probing: bool | None = None
    ) -> tuple[Array, Array, Array]:
        """Return what is within ``radius`` of each query (flat, four words each).

        Three arrays: where each query's results begin and end in the other two (one longer than there are
        queries), the numbers of the fingerprints, their distances in bits. Exact. ``probing`` says whether to
        look up substrings or to compare with everything; None takes what is quicker.
        """
        count, at = len(queries) // 4, _address(queries)
        found = np.zeros(count + 1, np.int64)
        room, query = max(64, 2 * count), 0
        numbers, distances = np.empty(room, np.int64), np.empty(room, np.int64)
        way = self._way(radius, probing)
        while query < count and len(self.words):
            if way is None:
                words, size = _address(self.words), len(self.words) // 4
                query = compiled.compare(words, size, radius, at, count, query, found, numbers, distances)
            else:
                query = compiled.search(
                    self._addresses, way.addresses, at, count, query, found, numbers, distances
                )
            if query < count:
                room = max(2 * room, int(found[query + 1]) + count)
                numbers, distances = np.resize(numbers, room), np.resize(distances, room)
        end = int(found[-1])
        return found, numbers[:end], distances[:end]

    def search_one(self, value: bytes, radius: int) -> tuple[Array, Array]:
        """Return numbers and distances of what is within ``radius`` of one fingerprint (32 bytes).

        As ``search`` does, in room that each thread keeps: for one, making room costs as much as searching.
        """
        way = self._way(radius, None)
        if way is not None:
            room = _ROOM
            room.bytes[:] = value
            done = compiled.search(
                self._addresses, way.addresses, room.at, 1, 0, room.found, room.numbers, room.distances
            )
            if done:
                end = room.found.item(1)
                return (room.numbers[:end].copy(), room.distances[:end].copy()) if end else _NONE
        _, numbers, distances = self.search(np.frombuffer(value, np.uint64), radius)
        return numbers, distances

    def _way(self, radius: int, probing: bool | None) -> _Way | None:
        """Return how to look up substrings, None for comparing with everything."""
        if not self.count:
            return None
        if probing is None:
            size = len(self.words) // 4
            probing = plan.probe_count(radius, self.count) * _PROBE < size * _COMPARE
        return _way_of(radius, self.count) if probing else None


class _Room(threading.local):
    """Where one thread's question and its few answers stand."""

    def __init__(self) -> None:
        query = np.empty(4, np.uint64)
        self.query, self.bytes, self.at = query, query.view(np.uint8).data, _address(query)
        self.found = np.zeros(2, np.int64)
        self.numbers, self.distances = np.empty(64, np.int64), np.empty(64, np.int64)


_ROOM = _Room()
_NONE = (np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True, slots=True)
class _Way:
    """The probes of a radius, and where they lie; the addresses are good for as long as both are kept."""

    probes: plan.Probes
    addresses: Array


@lru_cache(maxsize=64)
def _way_of(radius: int, count: int) -> _Way:
    of = plan.probes(radius, count)
    parts = map(_address, (of.thresholds, of.masks, of.distances, of.bounds))
    return _Way(of, np.array([radius, *parts], np.int64))


def _wide(size: int) -> int:
    """Return how many bytes the number of a fingerprint takes."""
    return 3 if size < 1 << 24 else 4


def build(words: npt.NDArray[np.uint64], count: int = 0) -> Table:
    """Build the table of ``words`` (flat) in memory; into ``count`` substrings, or as many as suit them."""
    count = count or substrings_of(words)
    pieces: dict[str, list[Array]] = {name: [] for name in ARRAYS if count}
    for name, piece in pieces_of(words, count):
        pieces[name].append(piece)
    arrays = tuple(plan.read_only(np.concatenate(parts)) for parts in pieces.values())
    return Table(plan.read_only(words), arrays, count)


def substrings_of(words: npt.NDArray[np.uint64]) -> int:
    """Return into how many substrings the table of ``words`` is cut; 0 for no table, only comparing."""
    size = len(words) // 4
    return plan.substrings_for(size) if size > _SMALL else 0


def pieces_of(words: npt.NDArray[np.uint64], count: int) -> Iterator[tuple[str, Array]]:
    """Yield the arrays of the table of ``words`` in pieces, each with the name of what it is put behind.

    One substring is worked on at a time, which bounds the memory. A piece that is written to its file in one
    go is mapped in large pages later, where the system has them for files.
    """
    if not count:
        return
    size, wide = len(words) // 4, _wide(len(words) // 4)
    starts, widths, *_ = (array.tolist() for array in layout_of(count))
    keys = np.empty(size, np.uint32)
    crowds: list[Array] = []
    crowd_heads: list[Array] = []
    for start, width in zip(starts, widths, strict=True):
        compiled.keys_of(_address(words), start, width, keys)
        places = np.zeros((1 << width) + 1, np.uint32)
        np.cumsum(np.bincount(keys, minlength=1 << width), out=places[1:])
        heads = places[:: kernels.BLOCK].copy()
        # In a crowd these wrap round and are not looked at.
        tails = (places[:-1].reshape(-1, kernels.BLOCK) - heads[:-1, None]).astype(np.uint16)
        crowds.append(np.flatnonzero(np.diff(heads.astype(np.int64)) > kernels.CROWD).astype(np.uint32))
        crowd_heads.extend(
            places[block : block + kernels.BLOCK + 1].copy()
            for block in (crowds[-1].astype(np.int64) * kernels.BLOCK).tolist()
        )
        numbers, nexts = np.empty(size * wide, np.uint8), np.empty(size, np.uint16)
        compiled.fill(_address(words), keys, places, start, width, wide, numbers, nexts)
        yield from (("numbers", numbers), ("nexts", nexts), ("tails", tails.ravel()), ("heads", heads))
    # Both are read a little beyond their ends.
    yield from (("numbers", np.zeros(4, np.uint8)), ("nexts", np.zeros(2 * machine.LANES, np.uint16)))
    yield "crowded", np.concatenate(crowds)
    yield "crowd_heads", np.concatenate([*crowd_heads, np.empty(0, np.uint32)])
    yield "crowd_bounds", np.cumsum([0, *(len(part) for part in crowds)], dtype=np.int64)


_layouts: dict[int, tuple[Array, ...]] = {}


def layout_of(count: int) -> tuple[Array, ...]:
    """Return starts, widths and where each substring's keys and blocks begin in ``tails`` and ``heads``."""
    if count not in _layouts:
        cut = plan.cut(count)
        keys = [1 << width for width in cut.widths]
        blocks = [(number >> kernels.BLOCK_BITS) + 1 for number in keys]
        _layouts[count] = tuple(
            plan.read_only(np.array(numbers, np.int64))
            for numbers in (cut.starts, cut.widths, np.cumsum([0, *keys]), np.cumsum([0, *blocks]))
        )
    return _layouts[count]
