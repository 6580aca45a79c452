"""What hits mean, as a table."""

from __future__ import annotations

import pytest

from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.lists import Entry, HashList
from tutela.core.matching.verdicts import Found, Outcome, Reason, judge

LISTS = {
    one.name: one
    for one in (
        HashList("bad"), HashList("other"), HashList("good", negative=True), HashList("asleep", active=False),
        HashList("strict", minimum_quality=80),
    )
}  # fmt: skip


def _found(name: str, distance: int, quality: int | None = 90) -> Found:
    return Found(Entry(name, "e", "B2"), distance, quality)


@pytest.mark.parametrize(
    ("found", "outcome", "reasons"),
    [
        ([], Outcome.NO_MATCH, []),
        ([("bad", 0)], Outcome.MATCH, [Reason.IDENTICAL]),
        ([("bad", 31)], Outcome.MATCH, [Reason.WITHIN_RADIUS]),
        ([("bad", 31), ("other", 4)], Outcome.MATCH, [Reason.WITHIN_RADIUS] * 2),
        ([("asleep", 0)], Outcome.NO_MATCH, [Reason.LIST_INACTIVE]),
        ([("good", 3)], Outcome.KNOWN_GOOD, [Reason.NEGATIVE_LIST]),
        ([("good", 3), ("bad", 5)], Outcome.KNOWN_GOOD, [Reason.NEGATIVE_LIST, Reason.NEARER_KNOWN_GOOD]),
        ([("good", 3), ("bad", 3)], Outcome.KNOWN_GOOD, [Reason.NEARER_KNOWN_GOOD, Reason.NEGATIVE_LIST]),
        ([("good", 3), ("bad", 2)], Outcome.MATCH, [Reason.WITHIN_RADIUS, Reason.NEGATIVE_LIST]),
        ([("strict", 0, 79)], Outcome.NO_MATCH, [Reason.LOW_QUALITY]),
        ([("strict", 0, 80)], Outcome.MATCH, [Reason.IDENTICAL]),
        ([("bad", 0, 49)], Outcome.NO_MATCH, [Reason.LOW_QUALITY]),
        ([("bad", 0, None)], Outcome.MATCH, [Reason.IDENTICAL]),
    ],
)
def test_hits_are_judged(found: list[tuple[str, int]], outcome: Outcome, reasons: list[Reason]) -> None:
    verdict = judge(Fingerprint(Kind.PDQ, b"q" * 32, 90), [_found(*one) for one in found], LISTS)
    assert verdict.outcome is outcome
    assert sorted(hit.reason for hit in verdict.hits) == sorted(reasons)
    assert [hit.counts for hit in verdict.hits] == sorted((hit.counts for hit in verdict.hits), reverse=True)


def test_a_picture_with_too_little_in_it_matches_nothing() -> None:
    verdict = judge(Fingerprint(Kind.PDQ, b"q" * 32, 49), [_found("bad", 0)], LISTS)
    assert (verdict.outcome, verdict.hits[0].reason) == (Outcome.NO_MATCH, Reason.LOW_QUALITY)


def test_a_quarantined_entry_is_shown_and_does_not_count() -> None:
    verdict = judge(
        Fingerprint(Kind.PDQ, b"q" * 32, 90), [_found("bad", 0)], LISTS, quarantined=frozenset({("bad", "e")})
    )
    assert (verdict.outcome, verdict.hits[0].reason) == (Outcome.NO_MATCH, Reason.QUARANTINED)
