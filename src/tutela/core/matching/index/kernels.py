"""The compiled loops of the radius search. Each releases Python's lock and allocates next to nothing.

A fingerprint is four 64-bit words, little-endian, so bit ``b`` is bit ``b % 64`` of word ``b // 64``. A table
orders, for each substring, all fingerprints by that substring's bits ("key"). ``numbers`` holds which
fingerprint stands where, ``nexts`` the 32 bits that follow its substring. ``tails`` says for each key where
its places begin, counted from the beginning of its block of 32 keys, and ``heads`` where each block begins. A
block that holds more than ``tails`` can count (a crowd of near duplicates) is looked up in ``crowded``, the
sorted numbers of such blocks, and ``crowd_heads``, 33 places for each.

Arrays are given as addresses (see ``machine``); their types are those of ``table``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from tutela.core.matching.compiling import compiled
from tutela.core.matching.index.machine import (
    count_bits,
    fetch_soon,
    read_8,
    read_16,
    read_32,
    read_64,
    read_signed,
)

BLOCK_BITS = 5
BLOCK = 1 << BLOCK_BITS
CROWD = 65_535
"""A block of more places than ``tails`` can count is a crowd."""

LANES = 8
"""So many ``nexts`` are judged at once: half a cache line. ``nexts`` is that much longer."""

_VERIFYING = 16
"""Fetching a candidate costs about as much as judging sixteen ``nexts`` in a row."""

_N, _OUT = types.int64, types.int64[::1]
_KEYS = types.uint32[::1]


@compiled(inline="always")
def bits_at(words: Any, number: Any, start: Any, width: Any) -> Any:
    """Return ``width`` (at most 32) bits of fingerprint ``number`` from ``start`` on, going round at 256."""
    first, shift = (start >> 6) & 3, start & 63
    value = read_64(words, number * 4 + first) >> np.uint64(shift)
    if shift + width > 64:
        value |= read_64(words, number * 4 + ((first + 1) & 3)) << np.uint64(64 - shift)
    return value & np.uint64((1 << width) - 1)


@compiled(types.void(_N, _N, _N, _KEYS))
def keys_of(words: Any, start: Any, width: Any, out: Any) -> Any:
    """Write the key of each fingerprint for one substring."""
    for number in range(out.shape[0]):
        out[number] = bits_at(words, number, start, width)


@compiled(types.void(_N, _KEYS, _KEYS, _N, _N, _KEYS, _KEYS))
def fill(words: Any, keys: Any, places: Any, start: Any, width: Any, numbers: Any, nexts: Any) -> Any:
    """Order one substring's fingerprints by their keys; ``places`` holds where each key's next one goes."""
    following = (start + width) & 255
    for number in range(keys.shape[0]):
        key = keys[number]
        place = places[key]
        places[key] = place + 1
        numbers[place] = number
        nexts[place] = bits_at(words, number, following, 32)


@compiled(inline="always")
def _distance(words: Any, number: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    at = number * 4
    return np.int64(
        count_bits(read_64(words, at) ^ a)
        + count_bits(read_64(words, at + 1) ^ b)
        + count_bits(read_64(words, at + 2) ^ c)
        + count_bits(read_64(words, at + 3) ^ d)
    )


@compiled(_N(_N, _N, _N, _N, _N, _N, _OUT, _OUT))
def _compare_one(
    words: Any,
    size: Any,
    queries: Any,
    query: Any,
    radius: Any,
    found: Any,
    number_out: Any,
    distance_out: Any,
) -> Any:
    room, at = number_out.shape[0], query * 4
    a, b = read_64(queries, at), read_64(queries, at + 1)
    c, d = read_64(queries, at + 2), read_64(queries, at + 3)
    for number in range(size):
        distance = _distance(words, number, a, b, c, d)
        if distance <= radius:
            if found < room:
                number_out[found] = number
                distance_out[found] = distance
            found += 1
    return found


@compiled(types.boolean(_N, _N, _N, _N, _N, _N, _N, _N))
def _found_before(
    words: Any, number: Any, queries: Any, query: Any, starts: Any, widths: Any, reach: Any, here: Any
) -> Any:
    """Whether an earlier substring already led to this fingerprint, so that none is given twice."""
    for earlier in range(here):
        own = read_signed(reach, earlier)
        if own < 0:
            continue
        start, width = read_signed(starts, earlier), read_signed(widths, earlier)
        near: Any = count_bits(bits_at(words, number, start, width) ^ bits_at(queries, query, start, width))
        if np.int64(near) > own:
            continue
        start, width = read_signed(starts, earlier + 1), read_signed(widths, earlier + 1)
        near += count_bits(bits_at(words, number, start, width) ^ bits_at(queries, query, start, width))
        if np.int64(near) <= own + read_signed(reach, earlier + 1) + 1:
            return True
    return False


@compiled(_N(_N, _N, _N, _N))
def _crowd(crowded: Any, first: Any, last: Any, block: Any) -> Any:
    """Return which of the crowded blocks ``block`` is."""
    while first < last:
        middle = (first + last) >> 1
        if np.int64(read_32(crowded, middle)) < block:
            first = middle + 1
        else:
            last = middle
    return first


@compiled(inline="always")
def _any_near(nexts: Any, place: Any, bits: Any, mask: Any, left: Any) -> Any:
    """Whether one of the next ``LANES`` may be near; it may be one that stands behind the key's last."""
    near = np.uint32(0)
    for lane in range(LANES):
        near |= np.uint32(count_bits((read_32(nexts, place + lane) ^ bits) & mask) <= left)
    return near != np.uint32(0)


@compiled(_N(*[_N] * 21, _OUT, _OUT, _OUT, _OUT))
def _search_one(
    words: Any,
    size: Any,
    count: Any,
    numbers: Any,
    nexts: Any,
    tails: Any,
    heads: Any,
    crowded: Any,
    crowd_heads: Any,
    crowd_bounds: Any,
    starts: Any,
    widths: Any,
    tail_bounds: Any,
    head_bounds: Any,
    radius: Any,
    reach: Any,
    masks: Any,
    distances: Any,
    bounds: Any,
    queries: Any,
    query: Any,
    number_out: Any,
    distance_out: Any,
    begins: Any,
    ends: Any,
) -> Any:
    """Search for one query; ``ends[-1]`` holds how many were found for those before it."""
    room, at = number_out.shape[0], query * 4
    a, b = read_64(queries, at), read_64(queries, at + 1)
    c, d = read_64(queries, at + 2), read_64(queries, at + 3)
    already = ends[ends.shape[0] - 1]
    found: Any = already
    work, most_work = np.int64(0), 2 * size
    for table in range(count):
        begin, end = read_signed(bounds, table), read_signed(bounds, table + 1)
        if begin == end:
            continue
        start, width = read_signed(starts, table), read_signed(widths, table)
        key = np.int64(bits_at(queries, query, start, width))
        tail = tails + 2 * read_signed(tail_bounds, table)
        head = heads + 4 * read_signed(head_bounds, table)
        base = table * size
        last_block = np.int64(-1)
        for probe in range(begin, end):
            block = (key ^ np.int64(read_32(masks, probe))) >> BLOCK_BITS
            if block != last_block:
                last_block = block
                fetch_soon(tail + 2 * (block << BLOCK_BITS))
                fetch_soon(head + 4 * block)
        for probe in range(begin, end):
            other = key ^ np.int64(read_32(masks, probe))
            block = other >> BLOCK_BITS
            first, last = np.int64(read_32(head, block)), np.int64(read_32(head, block + 1))
            if last - first > CROWD:
                crowd = _crowd(
                    crowded, read_signed(crowd_bounds, table), read_signed(crowd_bounds, table + 1), block
                )
                place = crowd * (BLOCK + 1) + (other & (BLOCK - 1))
                last = np.int64(read_32(crowd_heads, place + 1))
                first = np.int64(read_32(crowd_heads, place))
            else:
                if (other & (BLOCK - 1)) != BLOCK - 1:
                    last = first + np.int64(read_16(tail, other + 1))
                first += np.int64(read_16(tail, other))
            begins[probe - begin] = base + first
            ends[probe - begin] = base + last
            fetch_soon(nexts + 4 * (base + first))
            fetch_soon(nexts + 4 * (base + last + LANES - 1))
            work += last - first
        if work > most_work:
            return _compare_one(words, size, queries, query, radius, already, number_out, distance_out)
        following = table + 1 if table + 1 < count else 0
        next_width = read_signed(widths, following)
        mask = np.uint32((1 << next_width) - 1)
        bits = np.uint32(bits_at(queries, query, (start + width) & 255, next_width))
        allowed = read_signed(reach, table) + read_signed(reach, following) + 1
        for probe in range(begin, end):
            left = np.uint32(allowed - np.int64(read_8(distances, probe)))
            last = ends[probe - begin]
            for lane in range(begins[probe - begin], last, LANES):
                if not _any_near(nexts, lane, bits, mask, left):
                    continue
                for place in range(lane, min(lane + LANES, last)):
                    if count_bits((read_32(nexts, place) ^ bits) & mask) > left:
                        continue
                    number = np.int64(read_32(numbers, place))
                    work += _VERIFYING
                    distance = _distance(words, number, a, b, c, d)
                    if distance > radius or _found_before(
                        words, number, queries, query, starts, widths, reach, table
                    ):
                        continue
                    if found < room:
                        number_out[found] = number
                        distance_out[found] = distance
                    found += 1
    return found


@compiled(_N(*[_N] * 21, _N, _OUT, _OUT, _OUT))
def search(
    words: Any,
    size: Any,
    count: Any,
    numbers: Any,
    nexts: Any,
    tails: Any,
    heads: Any,
    crowded: Any,
    crowd_heads: Any,
    crowd_bounds: Any,
    starts: Any,
    widths: Any,
    tail_bounds: Any,
    head_bounds: Any,
    radius: Any,
    reach: Any,
    masks: Any,
    distances: Any,
    bounds: Any,
    queries: Any,
    query_count: Any,
    first_query: Any,
    found_out: Any,
    number_out: Any,
    distance_out: Any,
) -> Any:
    """Find what is within ``radius`` of each query from ``first_query`` on.

    ``found_out[q + 1]`` becomes where query ``q``'s results end in ``number_out`` and ``distance_out``.
    Return the first query whose results did not fit: ask again from there with more room; ``found_out`` of
    the one after it says how much.
    """
    most = 0
    for table in range(count):
        most = max(most, read_signed(bounds, table + 1) - read_signed(bounds, table))
    begins, ends = np.empty(most, np.int64), np.empty(most + 1, np.int64)
    for query in range(first_query, query_count):
        ends[most] = found_out[query]
        found_out[query + 1] = _search_one(
            words, size, count, numbers, nexts, tails, heads, crowded, crowd_heads, crowd_bounds,
            starts, widths, tail_bounds, head_bounds,
            radius, reach, masks, distances, bounds, queries, query, number_out, distance_out, begins, ends,
        )  # fmt: skip
        if found_out[query + 1] > number_out.shape[0]:
            return query
    return query_count


@compiled(_N(_N, _N, _N, _N, _N, _N, _OUT, _OUT, _OUT))
def compare(
    words: Any,
    size: Any,
    radius: Any,
    queries: Any,
    query_count: Any,
    first_query: Any,
    found_out: Any,
    number_out: Any,
    distance_out: Any,
) -> Any:
    """Do as ``search``, by comparing each query with every fingerprint."""
    for query in range(first_query, query_count):
        found_out[query + 1] = _compare_one(
            words, size, queries, query, radius, found_out[query], number_out, distance_out
        )
        if found_out[query + 1] > number_out.shape[0]:
            return query
    return query_count
