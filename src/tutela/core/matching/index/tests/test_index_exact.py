"""The radius search is exact: it finds what comparing with everything finds, no more and nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.matching.index import kernels, plan, table

SIZES = (0, 1, 2, 3, 60, 300, 2_500)


def _by_brute_force(words: Any, query: Any, radius: int) -> list[tuple[int, int]]:
    """Compare with each one, in NumPy, without a line of what is tested."""
    distances = np.bitwise_count(words.reshape(-1, 4) ^ query).sum(axis=1)
    return sorted((number, int(distances[number])) for number in np.flatnonzero(distances <= radius).tolist())


def _flipped(word: Any, bits: list[int]) -> Any:
    other = word.copy()
    for bit in bits:
        other[bit // 64] ^= np.uint64(1 << (bit % 64))
    return other


def _world(seed: int, size: int, crowded: bool) -> tuple[Any, Any]:
    """Return fingerprints and queries near and far; crowded ones differ in a few bits of one half only."""
    random = np.random.default_rng(seed)
    words = random.integers(0, 2**64, size=(size, 4), dtype=np.uint64)
    if crowded:
        words[:, 1:] = words[:1, 1:]
        words[:, 0] &= np.uint64(0x00FF00000000FF00)
    queries = [random.integers(0, 2**64, size=4, dtype=np.uint64)]
    for count in (0, 1, 15, 31, 32, 40, 64, 65):
        if size:
            near = words[random.integers(size)]
            queries.append(_flipped(near, random.choice(256, count, replace=False).tolist()))
    return words.ravel(), np.array(queries)


def _found(found: tuple[Any, Any, Any], query: int) -> list[tuple[int, int]]:
    bounds, numbers, distances = found
    part = slice(int(bounds[query]), int(bounds[query + 1]))
    return sorted(zip(numbers[part].tolist(), distances[part].tolist(), strict=True))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32), size=st.sampled_from(SIZES), radius=st.integers(0, 64),
    count=st.sampled_from([0, 14, 15, 16]), crowded=st.booleans(),
)  # fmt: skip
def test_whatever_the_radius_and_the_size_the_search_finds_what_comparing_finds(
    seed: int, size: int, radius: int, count: int, crowded: bool
) -> None:
    words, queries = _world(seed, size, crowded)
    built = table.build(words, count=count if size else 0)
    found = built.search(queries.ravel(), radius, probing=True)
    for number, query in enumerate(queries):
        assert _found(found, number) == _by_brute_force(words, query, radius)


@pytest.mark.parametrize("radius", range(65))
def test_every_radius_is_found_to_its_last_bit_and_no_further(radius: int) -> None:
    random = np.random.default_rng(radius)
    words = random.integers(0, 2**64, size=(500, 4), dtype=np.uint64)
    queries = np.array(
        [_flipped(words[n], random.choice(256, radius + n % 2, replace=False).tolist()) for n in range(40)]
    )
    probes = plan.probes(radius, 16)
    assert int((probes.thresholds + 1).sum()) == radius + 1
    bounds, numbers, distances = table.build(words.ravel(), count=16).search(
        queries.ravel(), radius, probing=True
    )
    for n in range(40):
        part = slice(int(bounds[n]), int(bounds[n + 1]))
        hits = dict(zip(numbers[part].tolist(), distances[part].tolist(), strict=True))
        assert hits.get(n) == (radius if n % 2 == 0 else None)


def test_a_crowd_of_near_duplicates_is_found_whole() -> None:
    random = np.random.default_rng(5)
    size = kernels.CROWD + 3_000
    words = np.tile(random.integers(0, 2**64, size=4, dtype=np.uint64), (size, 1))
    words[:, 2] ^= np.arange(size, dtype=np.uint64)
    built = table.build(words.ravel(), count=14)
    assert len(built.arrays[4]), "no block is crowded enough to test the crowds"
    for radius, query in ((0, words[7]), (3, words[100]), (31, _flipped(words[5], [1, 70, 140, 200]))):
        found = _found(built.search(query, radius, probing=True), 0)
        assert found == _by_brute_force(words.ravel(), query, radius)


def test_more_results_than_there_is_room_for_are_asked_again() -> None:
    words = np.zeros((3_000, 4), np.uint64)
    words[:, 0] = np.arange(3_000)
    for count in (0, 16):
        bounds, _, _ = table.build(words.ravel(), count=count).search(np.tile(words[0], 3), 64)
        assert np.diff(bounds).tolist() == [3_000, 3_000, 3_000]


@pytest.mark.parametrize("count", range(9, 17))
def test_the_substrings_cover_every_bit_once(count: int) -> None:
    cut = plan.cut(count)
    bits = [
        bit
        for start, width in zip(cut.starts, cut.widths, strict=True)
        for bit in range(start, start + width)
    ]
    assert bits == list(range(256))


@pytest.mark.parametrize(("size", "count"), [(3_000, 16), (10**6, 16), (10**7, 16), (10**8, 12)])
def test_more_fingerprints_are_cut_into_fewer_substrings(size: int, count: int) -> None:
    assert plan.substrings_for(size) == count


@pytest.mark.parametrize("count", [0, 16])
def test_one_alone_is_found_as_among_many_in_any_thread(count: int) -> None:
    words, queries = _world(7, 3_000, crowded=True)
    words[:800] = np.tile(words[:4], 200)
    built = table.build(words, count=count)
    asked = [(query, radius) for query in (*queries, words[:4]) for radius in (0, 31, 64)]

    def alone(question: tuple[Any, int]) -> list[tuple[int, int]]:
        numbers, distances = built.search_one(question[0].tobytes(), question[1])
        return sorted(zip(numbers.tolist(), distances.tolist(), strict=True))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(alone, asked * 3))
    for (query, radius), answer in zip(asked * 3, answers, strict=True):
        assert answer == _by_brute_force(words, query, radius)
    assert len(answers[-3]) >= 200, "more than the room that a thread keeps"
