"""Verdicts: what the hits of a fingerprint mean, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.lists import Entry, HashList


class Outcome(StrEnum):
    """What becomes of a fingerprint."""

    MATCH = "match"
    KNOWN_GOOD = "known_good"
    NO_MATCH = "no_match"


class Reason(StrEnum):
    """Why a hit counts, or does not."""

    IDENTICAL = "identical"
    WITHIN_RADIUS = "within_radius"
    NEGATIVE_LIST = "negative_list"
    LOW_QUALITY = "low_quality"
    LIST_INACTIVE = "list_inactive"
    NEARER_KNOWN_GOOD = "nearer_known_good"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Found:
    """One row of an index within the radius of its list, before anything is judged."""

    entry: Entry
    distance: int
    quality: int | None


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry that was hit. ``distance`` is in bits (0 for digests), ``quality`` the entry's own."""

    list: str
    entry: str
    classification: str
    kind: Kind
    distance: int
    quality: int | None
    counts: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """All hits of one fingerprint, nearest first, and what follows from them.

    ``found`` is how many entries were hit; it is more than ``len(hits)`` when the caller's limit cut them.
    """

    fingerprint: Fingerprint
    outcome: Outcome
    hits: tuple[Hit, ...]
    found: int


def judge(
    fingerprint: Fingerprint,
    found: Sequence[Found],
    lists: Mapping[str, HashList],
    *,
    quarantined: frozenset[tuple[str, str]] = frozenset(),
    limit: int | None = None,
    more: int = 0,
) -> Verdict:
    """Return the verdict on ``fingerprint``; ``more`` rows were found beside ``found`` that decide nothing.

    A known-good entry silences what lies as far away or further, never what lies nearer; a digest's hit is
    only silenced by a digest.
    """
    if not found:
        return Verdict(fingerprint, Outcome.NO_MATCH, (), 0)
    hits = sorted(
        (_hit(fingerprint, one, lists[one.entry.list], quarantined) for one in found),
        key=lambda hit: (not hit.counts, hit.distance, hit.list, hit.entry),
    )
    good = min((hit.distance for hit in hits if hit.reason is Reason.NEGATIVE_LIST), default=None)
    if good is not None:
        hits = [
            replace(hit, counts=False, reason=Reason.NEARER_KNOWN_GOOD)
            if hit.counts and hit.distance >= good
            else hit
            for hit in hits
        ]
        hits.sort(key=lambda hit: not hit.counts)
    if any(hit.counts for hit in hits):
        outcome = Outcome.MATCH
    else:
        outcome = Outcome.NO_MATCH if good is None else Outcome.KNOWN_GOOD
    return Verdict(fingerprint, outcome, tuple(hits[:limit]), len(hits) + more)


def _hit(
    fingerprint: Fingerprint, found: Found, of: HashList, quarantined: frozenset[tuple[str, str]]
) -> Hit:
    reason = _reason(fingerprint, found, of, quarantined)
    return Hit(
        list=found.entry.list,
        entry=found.entry.id,
        classification=found.entry.classification,
        kind=fingerprint.kind,
        distance=found.distance,
        quality=found.quality,
        counts=reason in (Reason.IDENTICAL, Reason.WITHIN_RADIUS),
        reason=reason,
    )


def _reason(
    fingerprint: Fingerprint, found: Found, of: HashList, quarantined: frozenset[tuple[str, str]]
) -> Reason:
    if not of.active:
        return Reason.LIST_INACTIVE
    qualities = (fingerprint.quality, found.quality)
    if fingerprint.kind is Kind.PDQ and any(
        quality is not None and quality < of.minimum_quality for quality in qualities
    ):
        return Reason.LOW_QUALITY
    if of.negative:
        return Reason.NEGATIVE_LIST
    if (of.name, found.entry.id) in quarantined:
        return Reason.QUARANTINED
    return Reason.IDENTICAL if found.distance == 0 else Reason.WITHIN_RADIUS
