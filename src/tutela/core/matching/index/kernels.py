"""The compiled loops of the radius search. Each releases Python's lock and allocates next to nothing.

A fingerprint is four 64-bit words, little-endian, so bit ``b`` is bit ``b % 64`` of word ``b // 64``. A table
orders, for each substring, all fingerprints by that substring's bits ("key"). ``numbers`` holds which
fingerprint stands where, ``nexts`` the 32 bits that follow its substring. ``tails`` says for each key where
its places begin, counted from the beginning of its block of 32 keys, and ``heads`` where each block begins. A
block that holds more than ``tails`` can count (a crowd of near duplicates) is looked up in ``crowded``, the
sorted numbers of such blocks, and ``crowd_heads``, 33 places for each.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from tutela.core.matching.index.machine import count_bits, fetch_soon, peek

BLOCK_BITS = 5
BLOCK = 1 << BLOCK_BITS
CROWD = 65_535
"""A block of more places than ``tails`` can count is a crowd."""

LANES = 16
"""So many ``nexts`` are judged at once: one cache line. ``nexts`` is that much longer."""

_VERIFYING = 16
"""Fetching a candidate costs about as much as judging sixteen ``nexts`` in a row."""


@njit(cache=True, nogil=True, inline="always")
def bits_at(words, number, start, width):  # type: ignore[no-untyped-def]
    """Return ``width`` (at most 32) bits of fingerprint ``number`` from ``start`` on, going round at 256."""
    first, shift = (start >> 6) & 3, start & 63
    value = peek(words, number * 4 + first) >> np.uint64(shift)
    if shift + width > 64:
        value |= peek(words, number * 4 + ((first + 1) & 3)) << np.uint64(64 - shift)
    return value & np.uint64((1 << width) - 1)


@njit(cache=True, nogil=True)
def keys_of(words, start, width, out):  # type: ignore[no-untyped-def]
    """Write the key of each fingerprint for one substring."""
    for number in range(out.shape[0]):
        out[number] = bits_at(words, number, start, width)


@njit(cache=True, nogil=True)
def fill(words, keys, places, start, width, numbers, nexts):  # type: ignore[no-untyped-def]
    """Order one substring's fingerprints by their keys; ``places`` holds where each key's next one goes."""
    following = (start + width) & 255
    for number in range(keys.shape[0]):
        key = keys[number]
        place = places[key]
        places[key] = place + 1
        numbers[place] = number
        nexts[place] = bits_at(words, number, following, 32)


@njit(cache=True, nogil=True, inline="always")
def _distance(words, number, queries, query):  # type: ignore[no-untyped-def]
    at, to = number * 4, query * 4
    return np.int64(
        count_bits(peek(words, at) ^ peek(queries, to))
        + count_bits(peek(words, at + 1) ^ peek(queries, to + 1))
        + count_bits(peek(words, at + 2) ^ peek(queries, to + 2))
        + count_bits(peek(words, at + 3) ^ peek(queries, to + 3))
    )


@njit(cache=True, nogil=True)
def compare_all(words, queries, query, radius, found, number_out, distance_out):  # type: ignore[no-untyped-def]
    """Compare one query with every fingerprint; return ``found`` and what was found. Writes what fits."""
    room = number_out.shape[0]
    for number in range(words.shape[0] >> 2):
        distance = _distance(words, number, queries, query)
        if distance <= radius:
            if found < room:
                number_out[found] = number
                distance_out[found] = distance
            found += 1
    return found


@njit(cache=True, nogil=True, inline="always")
def _found_before(words, number, queries, query, starts, widths, reach, here):  # type: ignore[no-untyped-def]
    """Whether an earlier substring already led to this fingerprint, so that none is given twice."""
    for earlier in range(here):
        if reach[earlier] < 0:
            continue
        start, width = starts[earlier], widths[earlier]
        near: Any = count_bits(bits_at(words, number, start, width) ^ bits_at(queries, query, start, width))
        if near > np.uint64(reach[earlier]):
            continue
        after = earlier + 1
        start, width = starts[after], widths[after]
        near += count_bits(bits_at(words, number, start, width) ^ bits_at(queries, query, start, width))
        if np.int64(near) <= reach[earlier] + reach[after] + 1:
            return True
    return False


@njit(cache=True, nogil=True, inline="always")
def _places(tails, heads, crowded, crowd_heads, tail_base, head_base, first, last, key):  # type: ignore[no-untyped-def]
    """Return where ``key``'s places begin and end."""
    block = key >> BLOCK_BITS
    head, after = np.int64(peek(heads, head_base + block)), np.int64(peek(heads, head_base + block + 1))
    if after - head <= CROWD:
        begin = head + np.int64(peek(tails, tail_base + key))
        if (key & (BLOCK - 1)) == BLOCK - 1:
            return begin, after
        return begin, head + np.int64(peek(tails, tail_base + key + 1))
    while first < last:
        middle = (first + last) >> 1
        if crowded[middle] < block:
            first = middle + 1
        else:
            last = middle
    place = first * (BLOCK + 1) + (key & (BLOCK - 1))
    return np.int64(crowd_heads[place]), np.int64(crowd_heads[place + 1])


@njit(cache=True, nogil=True, inline="always")
def _any_near(nexts, place, bits, mask, left):  # type: ignore[no-untyped-def]
    """Whether one of the next ``LANES`` may be near; it may be one that stands behind the key's last."""
    near = np.uint32(0)
    for lane in range(LANES):
        near |= np.uint32(count_bits((peek(nexts, place + lane) ^ bits) & mask) <= left)
    return near != np.uint32(0)


@njit(cache=True, nogil=True)
def _search_one(  # type: ignore[no-untyped-def]
    words, numbers, nexts, tails, heads, crowded, crowd_heads, crowd_bounds,
    starts, widths, tail_bounds, head_bounds,
    radius, reach, masks, distances, bounds, queries, query, already, number_out, distance_out, begins, ends,
):  # fmt: skip
    count, size = starts.shape[0], words.shape[0] >> 2
    room = number_out.shape[0]
    found, work, most_work = already, 0, 2 * size
    for table in range(count):
        begin, end = bounds[table], bounds[table + 1]
        if begin == end:
            continue
        start, width = starts[table], widths[table]
        key = bits_at(queries, query, start, width)
        tail_base, head_base, base = tail_bounds[table], head_bounds[table], table * size
        last_block = np.int64(-1)
        for probe in range(begin, end):
            block = np.int64(key ^ np.uint64(peek(masks, probe))) >> BLOCK_BITS
            if block != last_block:
                last_block = block
                fetch_soon(tails, tail_base + (block << BLOCK_BITS))
                fetch_soon(heads, head_base + block)
        for probe in range(begin, end):
            first, last = _places(
                tails, heads, crowded, crowd_heads, tail_base, head_base,
                crowd_bounds[table], crowd_bounds[table + 1], np.int64(key ^ np.uint64(peek(masks, probe))),
            )  # fmt: skip
            begins[probe - begin] = base + first
            ends[probe - begin] = base + last
            fetch_soon(nexts, base + first)
            fetch_soon(nexts, base + first + LANES)
            work += last - first
        if work > most_work:
            return compare_all(words, queries, query, radius, already, number_out, distance_out)
        following = table + 1 if table + 1 < count else 0
        mask = np.uint32((1 << widths[following]) - 1)
        bits = np.uint32(bits_at(queries, query, (start + width) & 255, widths[following]))
        allowed = reach[table] + reach[following] + 1
        for probe in range(begin, end):
            left = np.uint32(allowed - np.int64(peek(distances, probe)))
            last = ends[probe - begin]
            for lane in range(begins[probe - begin], last, LANES):
                if not _any_near(nexts, lane, bits, mask, left):
                    continue
                for place in range(lane, min(lane + LANES, last)):
                    if count_bits((peek(nexts, place) ^ bits) & mask) > left:
                        continue
                    number = np.int64(peek(numbers, place))
                    work += _VERIFYING
                    distance = _distance(words, number, queries, query)
                    if distance > radius or _found_before(
                        words, number, queries, query, starts, widths, reach, table
                    ):
                        continue
                    if found < room:
                        number_out[found] = number
                        distance_out[found] = distance
                    found += 1
    return found


@njit(cache=True, nogil=True)
def search(  # type: ignore[no-untyped-def]
    words, numbers, nexts, tails, heads, crowded, crowd_heads, crowd_bounds,
    starts, widths, tail_bounds, head_bounds,
    radius, reach, masks, distances, bounds, queries, first_query, found_out, number_out, distance_out,
):  # fmt: skip
    """Find what is within ``radius`` of each query from ``first_query`` on.

    ``words`` and ``queries`` are flat. ``found_out[q + 1]`` becomes where query ``q``'s results end in
    ``number_out`` and ``distance_out``. Return the first query whose results did not fit: ask again from
    there with more room; ``found_out`` of the one after it says how much.
    """
    most = 0
    for table in range(starts.shape[0]):
        most = max(most, bounds[table + 1] - bounds[table])
    begins, ends = np.empty(most, np.int64), np.empty(most, np.int64)
    for query in range(first_query, queries.shape[0] >> 2):
        found_out[query + 1] = _search_one(
            words, numbers, nexts, tails, heads, crowded, crowd_heads, crowd_bounds,
            starts, widths, tail_bounds, head_bounds,
            radius, reach, masks, distances, bounds, queries, query, found_out[query],
            number_out, distance_out, begins, ends,
        )  # fmt: skip
        if found_out[query + 1] > number_out.shape[0]:
            return query
    return queries.shape[0] >> 2


@njit(cache=True, nogil=True)
def compare(words, radius, queries, first_query, found_out, number_out, distance_out):  # type: ignore[no-untyped-def]
    """Do as ``search``, by comparing each query with every fingerprint."""
    for query in range(first_query, queries.shape[0] >> 2):
        found_out[query + 1] = compare_all(
            words, queries, query, radius, found_out[query], number_out, distance_out
        )
        if found_out[query + 1] > number_out.shape[0]:
            return query
    return queries.shape[0] >> 2
