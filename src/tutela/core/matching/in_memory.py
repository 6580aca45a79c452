"""A small hash list in memory, searched entry by entry in plain Python: an answer before NumPy is loaded.

It gives the same verdicts as an index folder. A comparison costs about 0.1 microseconds, so that a few
thousand PDQ entries are searched in less time than a compiled index takes to open; digests are looked up at
once, however many there are.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence

from tutela.core.matching.errors import UnknownList
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.lists import Entry, HashList
from tutela.core.matching.verdicts import Found, Verdict, judge


class InMemoryIndex:
    """Hash lists with their entries. Not changed once made, so threads may share it."""

    def __init__(self, lists: Iterable[HashList], rows: Iterable[tuple[Entry, Fingerprint]]) -> None:
        self._lists = {one.name: one for one in lists}
        self._digests: dict[tuple[Kind, bytes], list[Found]] = {}
        self._looks: list[tuple[int, int, Found]] = []
        for entry, fingerprint in rows:
            self._put(entry, fingerprint)

    def _put(self, entry: Entry, fingerprint: Fingerprint) -> None:
        found = Found(entry, 0, fingerprint.quality)
        if fingerprint.kind is Kind.PDQ:
            radius = self._lists[entry.list].radius
            self._looks.append((int.from_bytes(fingerprint.value, "big"), radius, found))
        else:
            self._digests.setdefault((fingerprint.kind, fingerprint.value), []).append(found)

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of fingerprint that are on the lists."""
        return frozenset(kind for kind, _ in self._digests) | ({Kind.PDQ} if self._looks else frozenset())

    def lists(self) -> tuple[HashList, ...]:
        """Return the lists by name."""
        return tuple(self._lists[name] for name in sorted(self._lists))

    def lookup(
        self,
        fingerprints: Sequence[Fingerprint],
        *,
        lists: Collection[str] | None = None,
        radius: int | None = None,
        limit: int | None = 100,
        quarantined: frozenset[tuple[str, str]] = frozenset(),
    ) -> list[Verdict]:
        """Return one verdict for each of ``fingerprints``, in their order; as an index folder does.

        Raises:
            UnknownList: ``lists`` names one that is not here.
            ValueError: ``radius`` is not 0-64.
        """
        if radius is not None and not 0 <= radius <= 64:
            raise ValueError("radius")
        if lists is not None and (unknown := set(lists) - self._lists.keys()):
            raise UnknownList(min(unknown))
        chosen = self._lists if lists is None else {name: self._lists[name] for name in lists}
        return [
            judge(one, self._found(one, chosen, radius), chosen, quarantined=quarantined, limit=limit)
            for one in fingerprints
        ]

    def _found(self, fingerprint: Fingerprint, chosen: Container[str], radius: int | None) -> list[Found]:
        if fingerprint.kind is not Kind.PDQ:
            at = self._digests.get((fingerprint.kind, fingerprint.value), [])
            return [found for found in at if found.entry.list in chosen]
        value = int.from_bytes(fingerprint.value, "big")
        return [
            Found(found.entry, distance, found.quality)
            for look, own, found in self._looks
            if (distance := (look ^ value).bit_count()) <= (own if radius is None else radius)
            and found.entry.list in chosen
        ]
