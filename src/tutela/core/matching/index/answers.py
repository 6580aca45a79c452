"""From what a search found to what a verdict is given: the rows behind it, only those that still count.

A picture that thousands of entries resemble must not cost thousands of objects. So of many rows only those
are made into objects that can decide the verdict or be named in it, and the others are counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from tutela.core.matching.fingerprints import SIZES, Kind
from tutela.core.matching.index.overlay import Overlay
from tutela.core.matching.index.rows import NO_QUALITY
from tutela.core.matching.index.snapshot import Part, Snapshot
from tutela.core.matching.lists import Entry, HashList
from tutela.core.matching.verdicts import Found

_FEW = 32
"""Up to so many rows are quicker looked at one by one."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every row: the lists that are searched, by name, and what cannot count."""

    rules: dict[str, HashList]
    quarantined: frozenset[tuple[str, str]]
    limit: int | None


@dataclass(slots=True)
class Answer:
    """What was found for a fingerprint of this ``quality``; ``more`` rows were found that nobody looks at."""

    quality: int | None = None
    found: list[Found] = field(default_factory=list)
    more: int = 0


def near(
    snapshot: Snapshot, overlay: Overlay, part: Part, numbers: Any, distances: Any, ask: Question, to: Answer
) -> None:
    """Add the rows of the fingerprints ``numbers`` of a snapshot, which lie ``distances`` away."""
    if len(numbers) <= _FEW:
        for number, distance in zip(numbers.tolist(), distances.tolist(), strict=True):
            _look_at(snapshot, overlay, part, ((row, distance) for row in part.rows_of(number)), ask, to)
        return
    rows, away = _rows_of(part, numbers, distances)
    lists = [ask.rules.get(one.name) for one in snapshot.lists]
    of = part.arrays["lists"][rows]
    within = away <= np.array([-1 if one is None else one.radius for one in lists])[of]
    rows, away, of = rows[within], away[within], of[within]
    if overlay.withdrawn or overlay.dropped:
        names = [one.name for one in snapshot.lists]
        alive = [
            overlay.alive_in_snapshot(names[number], part.entry(row))
            for row, number in zip(rows.tolist(), of.tolist(), strict=True)
        ]
        rows, away, of = rows[alive], away[alive], of[alive]
    if ask.limit is not None:
        chosen = _deciding(snapshot, part, rows, away, of, [_able(one, to.quality) for one in lists], ask)
        to.more += len(rows) - len(chosen)
        rows, away = rows[chosen], away[chosen]
    _look_at(snapshot, overlay, part, zip(rows.tolist(), away.tolist(), strict=True), ask, to)


def _rows_of(part: Part, numbers: Any, distances: Any) -> tuple[Any, Any]:
    """Return the rows that have these fingerprints, and the distance of each."""
    firsts = part.arrays.get("firsts")
    if firsts is None:
        return numbers, distances
    begins = firsts[numbers].astype(np.int64)
    many = firsts[numbers + 1].astype(np.int64) - begins
    ends = np.cumsum(many)
    return np.repeat(begins - ends + many, many) + np.arange(int(ends[-1])), np.repeat(distances, many)


def _able(one: HashList | None, quality: int | None) -> HashList | None:
    """Return the list, or nothing where no row of it can decide about a fingerprint of this quality."""
    able = one is not None and one.active and (quality is None or quality >= one.minimum_quality)
    return one if able else None


def _deciding(
    snapshot: Snapshot,
    part: Part,
    rows: Any,
    away: Any,
    of: Any,
    lists: list[HashList | None],
    ask: Question,
) -> Any:
    """Return which rows can decide or be named: of those that count, of known good and of others the nearest.

    ``lists`` has those that can decide, each in its place. Of rows equally far away at the end of what is
    named, any may be the one that is.
    """
    good = (
        part.arrays["qualities"][rows] >= np.array([one.minimum_quality if one else 0 for one in lists])[of]
    )
    able = np.array([one is not None for one in lists])[of]
    negative = np.array([bool(one and one.negative) for one in lists])[of]
    sort = np.where(good & able, np.where(negative, 1, 0), 2)
    watched = {name for name, _ in ask.quarantined}
    counting = [n for n, one in enumerate(lists) if one and not one.negative and one.name in watched]
    for place in np.flatnonzero(np.isin(of, counting)):
        if (snapshot.lists[of[place]].name, part.entry(int(rows[place]))) in ask.quarantined:
            sort[place] = 2
    most = max(1, ask.limit or 0)
    order = np.lexsort((away, sort))
    bounds = np.searchsorted(sort[order], (0, 1, 2, 3))
    return np.concatenate([order[first : min(first + most, last)] for first, last in pairwise(bounds)])


def _look_at(
    snapshot: Snapshot,
    overlay: Overlay,
    part: Part,
    rows: Iterable[tuple[int, int]],
    ask: Question,
    to: Answer,
) -> None:
    for row, distance in rows:
        of = ask.rules.get(snapshot.lists[int(part.arrays["lists"][row])].name)
        if of is None or distance > of.radius:
            continue
        entry = part.entry(row)
        if not overlay.alive_in_snapshot(of.name, entry):
            continue
        quality = int(part.arrays["qualities"][row])
        classification = snapshot.classes[int(part.arrays["classes"][row])]
        to.found.append(
            Found(Entry(of.name, entry, classification), distance, None if quality == NO_QUALITY else quality)
        )


def added(overlay: Overlay, number: int, distance: int, ask: Question, to: Answer) -> None:
    """Add a row of the overlay."""
    row = overlay.rows[number]
    of = ask.rules.get(row.entry.list)
    if of is not None and distance <= of.radius and overlay.alive(row):
        to.found.append(Found(row.entry, distance, row.fingerprint.quality))


def equal(
    snapshot: Snapshot, overlay: Overlay, kind: Kind, values: bytes, ask: Question, answers: list[Answer]
) -> None:
    """Look up digests: the prefixes say where a value would stand, the value itself decides."""
    part = snapshot.parts.get(kind)
    size = SIZES[kind]
    queries = [values[at : at + size] for at in range(0, len(values), size)]
    if part is not None:
        wanted = np.array([int.from_bytes(one[:8], "big") for one in queries], np.uint64)
        prefixes = part.arrays["prefixes"]
        firsts, lasts = np.searchsorted(prefixes, wanted, "left"), np.searchsorted(prefixes, wanted, "right")
        for query in np.flatnonzero(firsts != lasts).tolist():
            for number in _standing(part.values, int(firsts[query]), int(lasts[query]), queries[query]):
                same = ((row, 0) for row in part.rows_of(number))
                _look_at(snapshot, overlay, part, same, ask, answers[query])
    for query, value in enumerate(queries):
        for row in overlay.equal_to(value):
            if overlay.rows[row].fingerprint.kind is kind:
                added(overlay, row, 0, ask, answers[query])


def _standing(values: Any, first: int, last: int, value: bytes) -> range:
    """Return where ``value`` stands among sorted values (at most one place, for they are different)."""
    while first < last:
        middle = (first + last) // 2
        if bytes(values[middle]) < value:
            first = middle + 1
        else:
            last = middle
    there = first < len(values) and bytes(values[first]) == value
    return range(first, first + 1) if there else range(0)
