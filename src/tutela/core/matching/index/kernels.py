"""The compiled loops of the radius search. Each releases Python's lock and allocates next to nothing.

A fingerprint is four 64-bit words, little-endian, so bit ``b`` is bit ``b % 64`` of word ``b // 64``. A table
orders, for each substring, all fingerprints by that substring's bits ("key"). ``numbers`` holds which
fingerprint stands where, in three bytes or four, ``nexts`` the 16 bits that follow its substring. ``tails``
says for each key where its places begin, counted from the beginning of its block of 32 keys, and ``heads``
where each block begins. A block that holds more than ``tails`` can count (a crowd of near duplicates) is
looked up in ``crowded``, the sorted numbers of such blocks, and ``crowd_heads``, 33 places for each.

What a search waits for is memory. So each step asks for what the next one will read: first where the places
of all keys begin, then runs of ``nexts`` some cache lines ahead, judged sixteen at once, then the numbers and
the words of the few that are left.

Arrays are given as addresses (see ``machine``), those of a table and of its probes each in one tuple; their
types are those of ``table`` and ``plan``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.np.unsafe.ndarray import to_fixed_tuple

from tutela.core.matching.compiling import compiled
from tutela.core.matching.index.machine import (
    LANES,
    count_bits,
    fetch_soon,
    lanes_near,
    lowest_bit,
    read_8,
    read_16,
    read_32,
    read_32_anywhere,
    read_64,
    read_signed,
)

BLOCK_BITS = 5
BLOCK = 1 << BLOCK_BITS
CROWD = 65_535
"""A block of more places than ``tails`` can count is a crowd."""

(
    WORDS, SIZE, COUNT, NUMBERS, WIDE, NEXTS, TAILS, HEADS, CROWDED, CROWD_HEADS, CROWD_BOUNDS,
    STARTS, WIDTHS, TAIL_BOUNDS, HEAD_BOUNDS,
) = range(15)  # fmt: skip
"""What stands where in the tuple of a table."""

RADIUS, REACH, MASKS, DISTANCES, BOUNDS = range(5)
"""What stands where in the tuple of its probes."""

_LINE = 32
"""So many ``nexts`` are a cache line."""
_AHEAD = 24
"""Cache lines that are on their way while others are judged: about what a processor can wait for at once."""
_LONG_RUN = 2_048
"""From here on the processor has seen by itself where a run of ``nexts`` goes."""
_MOST_LEFT = 1_024
"""Candidates that are fetched together."""
_VERIFYING = 16
"""Fetching a candidate costs about as much as judging sixteen ``nexts`` in a row."""

as_tuple: Any = to_fixed_tuple
_N, _OUT = types.int64, types.int64[::1]
_KEYS = types.uint32[::1]
_TABLE: Any = types.Tuple((types.int64,) * 15)  # type: ignore[no-untyped-call]
_PROBES: Any = types.Tuple((types.int64,) * 5)  # type: ignore[no-untyped-call]


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


@compiled(types.void(_N, _KEYS, _KEYS, _N, _N, _N, types.uint8[::1], types.uint16[::1]))
def fill(
    words: Any, keys: Any, places: Any, start: Any, width: Any, wide: Any, numbers: Any, nexts: Any
) -> Any:
    """Order one substring's fingerprints by their keys; ``places`` holds where each key's next one goes."""
    following = (start + width) & 255
    for number in range(keys.shape[0]):
        key = keys[number]
        place = np.int64(places[key])
        places[key] = place + 1
        for byte in range(wide):
            numbers[place * wide + byte] = (number >> (8 * byte)) & 255
        nexts[place] = bits_at(words, number, following, 16)


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


@compiled(types.boolean(_TABLE, _PROBES, _N, _N, _N, _N))
def _found_before(table: Any, probes: Any, queries: Any, query: Any, number: Any, here: Any) -> Any:
    """Whether an earlier substring already led to this fingerprint, so that none is given twice."""
    for earlier in range(here):
        reach = read_signed(probes[REACH], earlier)
        if reach < 0:
            continue
        start, width = read_signed(table[STARTS], earlier), read_signed(table[WIDTHS], earlier)
        near: Any = count_bits(
            bits_at(table[WORDS], number, start, width) ^ bits_at(queries, query, start, width)
        )
        if np.int64(near) > reach:
            continue
        following = (start + width) & 255
        near += count_bits(
            bits_at(table[WORDS], number, following, 16) ^ bits_at(queries, query, following, 16)
        )
        if np.int64(near) <= reach + read_signed(probes[REACH], earlier + 1) + 1:
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


@compiled(types.void(_TABLE, _PROBES, _N, _N, _N))
def _fetch_tails(table: Any, probes: Any, queries: Any, query: Any, part: Any) -> Any:
    """Ask for where the places of one substring's keys begin."""
    key = np.int64(
        bits_at(queries, query, read_signed(table[STARTS], part), read_signed(table[WIDTHS], part))
    )
    tail = table[TAILS] + 2 * read_signed(table[TAIL_BOUNDS], part)
    head = table[HEADS] + 4 * read_signed(table[HEAD_BOUNDS], part)
    last = np.int64(-1)
    for probe in range(read_signed(probes[BOUNDS], part), read_signed(probes[BOUNDS], part + 1)):
        block = (key ^ np.int64(read_32(probes[MASKS], probe))) >> BLOCK_BITS
        if block != last:
            last = block
            fetch_soon(tail + 2 * (block << BLOCK_BITS))
            fetch_soon(head + 4 * block)


@compiled(_N(_TABLE, _PROBES, _N, _N, _OUT, _OUT))
def _locate(table: Any, probes: Any, queries: Any, query: Any, begins: Any, ends: Any) -> Any:
    """Write where the places of each probe begin and end, and return how many there are."""
    work = np.int64(0)
    _fetch_tails(table, probes, queries, query, 0)
    for part in range(table[COUNT]):
        if part + 1 < table[COUNT]:
            _fetch_tails(table, probes, queries, query, part + 1)
        key = np.int64(
            bits_at(queries, query, read_signed(table[STARTS], part), read_signed(table[WIDTHS], part))
        )
        tail = table[TAILS] + 2 * read_signed(table[TAIL_BOUNDS], part)
        head = table[HEADS] + 4 * read_signed(table[HEAD_BOUNDS], part)
        base = part * table[SIZE]
        for probe in range(read_signed(probes[BOUNDS], part), read_signed(probes[BOUNDS], part + 1)):
            other = key ^ np.int64(read_32(probes[MASKS], probe))
            block = other >> BLOCK_BITS
            first, last = np.int64(read_32(head, block)), np.int64(read_32(head, block + 1))
            if last - first > CROWD:
                crowd = _crowd(
                    table[CROWDED],
                    read_signed(table[CROWD_BOUNDS], part),
                    read_signed(table[CROWD_BOUNDS], part + 1),
                    block,
                )
                place = crowd * (BLOCK + 1) + (other & (BLOCK - 1))
                last = np.int64(read_32(table[CROWD_HEADS], place + 1))
                first = np.int64(read_32(table[CROWD_HEADS], place))
            else:
                if (other & (BLOCK - 1)) != BLOCK - 1:
                    last = first + np.int64(read_16(tail, other + 1))
                first += np.int64(read_16(tail, other))
            begins[probe] = base + first
            ends[probe] = base + last
            work += last - first
    return work


@compiled(inline="always")
def _fetch_run(nexts: Any, begin: Any, end: Any) -> Any:
    """Ask for the ``nexts`` of one key."""
    for place in range(begin, min(end, begin + _LONG_RUN) + LANES, _LINE):
        fetch_soon(nexts + 2 * place)


@compiled(_N(_TABLE, _PROBES, _N, _N, _N, _N, _OUT, _OUT, _OUT))
def _verify(
    table: Any,
    probes: Any,
    queries: Any,
    query: Any,
    left: Any,
    found: Any,
    places: Any,
    number_out: Any,
    distance_out: Any,
) -> Any:
    """Compare the first ``left`` candidates at ``places`` in full, and return how many are found by now."""
    room, at = number_out.shape[0], query * 4
    a, b = read_64(queries, at), read_64(queries, at + 1)
    c, d = read_64(queries, at + 2), read_64(queries, at + 3)
    numbers = _MOST_LEFT
    for one in range(left):
        number = np.int64(
            read_32_anywhere(table[NUMBERS] + table[WIDE] * places[one], 0)
            & np.uint32((np.int64(1) << (8 * table[WIDE])) - 1)
        )
        places[numbers + one] = number
        fetch_soon(table[WORDS] + 32 * number)
    for one in range(left):
        number = places[numbers + one]
        distance = _distance(table[WORDS], number, a, b, c, d)
        if distance <= probes[RADIUS] and not _found_before(
            table, probes, queries, query, number, places[one] // table[SIZE]
        ):
            if found < room:
                number_out[found] = number
                distance_out[found] = distance
            found += 1
    return found


@compiled(_N(_TABLE, _PROBES, _N, _N, _N, _OUT, _OUT, _OUT, _OUT, _OUT))
def _search_one(
    table: Any,
    probes: Any,
    queries: Any,
    query: Any,
    already: Any,
    number_out: Any,
    distance_out: Any,
    begins: Any,
    ends: Any,
    places: Any,
) -> Any:
    """Search for one query; ``already`` were found for those before it."""
    work, most_work = _locate(table, probes, queries, query, begins, ends), 2 * table[SIZE]
    all_, found, left = read_signed(probes[BOUNDS], table[COUNT]), already, 0
    ahead = min(all_, 1 + _AHEAD // (1 + work // (_LINE * max(all_, 1))))
    for probe in range(ahead):
        _fetch_run(table[NEXTS], begins[probe], ends[probe])
    for part in range(table[COUNT]):
        if work > most_work:
            return _compare_one(
                table[WORDS], table[SIZE], queries, query, probes[RADIUS], already, number_out, distance_out
            )
        following = part + 1 if part + 1 < table[COUNT] else 0
        start, width = read_signed(table[STARTS], part), read_signed(table[WIDTHS], part)
        bits = np.uint16(bits_at(queries, query, (start + width) & 255, 16))
        allowed = read_signed(probes[REACH], part) + read_signed(probes[REACH], following) + 1
        for probe in range(read_signed(probes[BOUNDS], part), read_signed(probes[BOUNDS], part + 1)):
            if probe + ahead < all_:
                _fetch_run(table[NEXTS], begins[probe + ahead], ends[probe + ahead])
            most = np.uint16(allowed - np.int64(read_8(probes[DISTANCES], probe)))
            end = ends[probe]
            for place in range(begins[probe], end, LANES):
                near = lanes_near(table[NEXTS], place, bits, most)
                if end - place < LANES:
                    near &= (np.uint64(1) << np.uint64(end - place)) - np.uint64(1)
                while near != np.uint64(0):
                    candidate = place + lowest_bit(near)
                    near &= near - np.uint64(1)
                    fetch_soon(table[NUMBERS] + table[WIDE] * candidate)
                    places[left] = candidate
                    left += 1
                if left > _MOST_LEFT - LANES:
                    work += _VERIFYING * left
                    found = _verify(
                        table, probes, queries, query, left, found, places, number_out, distance_out
                    )
                    left = 0
    return _verify(table, probes, queries, query, left, found, places, number_out, distance_out)


@compiled(_N(_OUT, _OUT, _N, _N, _N, _OUT, _OUT, _OUT))
def search(
    table_at: Any,
    probes_at: Any,
    queries: Any,
    query_count: Any,
    first_query: Any,
    found_out: Any,
    number_out: Any,
    distance_out: Any,
) -> Any:
    """Find what is within the radius of ``probes`` of each query from ``first_query`` on.

    ``found_out[q + 1]`` becomes where query ``q``'s results end in ``number_out`` and ``distance_out``.
    Return the first query whose results did not fit: ask again from there with more room; ``found_out`` of
    the one after it says how much.
    """
    table: Any = as_tuple(table_at, 15)
    probes: Any = as_tuple(probes_at, 5)
    most = read_signed(probes[BOUNDS], table[COUNT])
    begins, ends = np.empty(most, np.int64), np.empty(most, np.int64)
    places = np.empty(2 * _MOST_LEFT, np.int64)
    for query in range(first_query, query_count):
        found_out[query + 1] = _search_one(
            table, probes, queries, query, found_out[query], number_out, distance_out, begins, ends, places
        )
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
