"""How a radius search is split into look-ups of substrings (multi-index hashing).

The 256 bits are cut into ``m`` substrings. Two fingerprints that differ in at most ``r`` bits must, for
thresholds with sum(t + 1) = r + 1, differ in at most ``t[i]`` bits of some substring ``i`` (Norouzi, Punjani
and Fleet, "Fast Exact Search in Hamming Space with Multi-Index Hashing", TPAMI 2014). More is true: going
round from a well chosen ``i``, every run of ``l`` substrings differs in at most the sum of its thresholds
plus ``l - 1`` bits (the pigeonring principle: Qin and Xiao, PVLDB 12(1), 2018). The run of two is what
``kernels`` asks of a candidate before it fetches it, with the first 16 bits of the second substring; that
leaves about one candidate in five hundred.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

BITS = 256
USUAL_RADIUS = 31
_FEWEST_SUBSTRINGS, _MOST_SUBSTRINGS = 9, 16
"""With more, a substring would be narrower than the 16 bits that ``kernels`` keeps of the next."""
_KEY, _PLACE = 41.0, 0.6
"""Nanoseconds of looking up one key and of judging one place under it, over ten million fingerprints."""


def read_only(array: Array) -> Array:
    """Return a view that cannot be written to: what is compiled for one kind of array serves all."""
    view = array.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the substrings begin and how wide they are, in bits. The widths differ by one at most."""

    starts: tuple[int, ...]
    widths: tuple[int, ...]


@lru_cache
def cut(count: int) -> Cut:
    """Return the cut of 256 bits into ``count`` substrings."""
    narrow, wider = divmod(BITS, count)
    widths = tuple(narrow + (number < wider) for number in range(count))
    return Cut(tuple(sum(widths[:number]) for number in range(count)), widths)


@lru_cache(maxsize=1_024)
def substrings_for(size: int) -> int:
    """Return into how many substrings to cut for ``size`` fingerprints, so that a usual search is quickest.

    Few substrings ask for many keys with hardly anything under them, many for few keys with long runs.
    """

    def cost(count: int) -> float:
        keys = list(zip(cut(count).widths, probes_of(USUAL_RADIUS, count), strict=True))
        return sum(probes * (_KEY + _PLACE * size / (1 << width)) for width, probes in keys)

    return min(range(_FEWEST_SUBSTRINGS, _MOST_SUBSTRINGS + 1), key=cost)


def thresholds(radius: int, widths: tuple[int, ...]) -> tuple[int, ...]:
    """Return how far to look in each substring, -1 for not at all; the narrow ones take what is left over."""
    count = len(widths)
    each, more = divmod(radius + 1, count)
    narrow_first = sorted(range(count), key=lambda number: widths[number])
    further = set(narrow_first[:more])
    return tuple(each - 1 + (number in further) for number in range(count))


@dataclass(frozen=True, slots=True)
class Probes:
    """What to look up for one radius.

    ``masks`` and ``distances`` hold, substring after substring, the differences to try and their number of
    bits; those of substring ``i`` stand at ``bounds[i]:bounds[i + 1]``, sorted, so that neighbours meet in
    one cache line.
    """

    radius: int
    thresholds: npt.NDArray[np.int64]
    masks: npt.NDArray[np.uint32]
    distances: npt.NDArray[np.uint8]
    bounds: npt.NDArray[np.int64]


@lru_cache(maxsize=32)
def probes(radius: int, count: int) -> Probes:
    """Return the probes of ``radius`` for ``count`` substrings."""
    widths = cut(count).widths
    far = thresholds(radius, widths)
    parts = [_masks(width, reach) for width, reach in zip(widths, far, strict=True)]
    return Probes(
        radius,
        read_only(np.array(far, np.int64)),
        read_only(np.concatenate([masks for masks, _ in parts])),
        read_only(np.concatenate([distances for _, distances in parts])),
        read_only(np.cumsum([0, *(len(masks) for masks, _ in parts)], dtype=np.int64)),
    )


def probes_of(radius: int, count: int) -> tuple[int, ...]:
    """Return how many keys of each substring ``probes`` would try, without making them."""
    widths = cut(count).widths
    return tuple(
        sum(comb(width, distance) for distance in range(reach + 1))
        for width, reach in zip(widths, thresholds(radius, widths), strict=True)
    )


@lru_cache(maxsize=1_024)
def probe_count(radius: int, count: int) -> int:
    """Return how many keys ``probes`` would try."""
    return sum(probes_of(radius, count))


@lru_cache(maxsize=32)
def _masks(width: int, reach: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
    found = [
        (sum(1 << bit for bit in bits), distance)
        for distance in range(reach + 1)
        for bits in combinations(range(width), distance)
    ]
    found.sort()
    return (
        np.array([mask for mask, _ in found], np.uint32),
        np.array([distance for _, distance in found], np.uint8),
    )
