"""Floods: what is far above its usual stops counting, what is merely popular does not."""

from __future__ import annotations

import pytest

from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.flood import FloodRule, FloodWatch, judge_flood, matches_of
from tutela.core.matching.verdicts import Hit, Outcome, Reason, Verdict

KEY = ("list", "entry")
RULE = FloodRule(window_seconds=60, least=100, factor=10, remembered=5)


@pytest.mark.parametrize(
    ("counts", "since", "flood"),
    [
        ({10: 99}, 10, False),  # too few to matter
        ({10: 100}, 10, True),  # nothing known of the time before
        ({10: 100}, 0, True),  # quiet for five windows
        ({9: 20, 8: 20, 7: 20, 6: 20, 5: 20, 10: 200}, 0, False),  # ten times its usual, not more
        ({9: 20, 8: 20, 7: 20, 6: 20, 5: 20, 10: 201}, 0, True),
        ({4: 10_000, 10: 100}, 0, True),  # too long ago to be remembered
        ({9: 200, 10: 100}, 0, False),
    ],
)
def test_a_flood_is_much_and_far_above_the_usual(counts: dict[int, int], since: int, flood: bool) -> None:
    assert (judge_flood(KEY, counts, 10, RULE, since=since) is not None) is flood


def test_a_rule_with_least_0_never_judges() -> None:
    assert judge_flood(KEY, {1: 10**9}, 1, FloodRule(least=0)) is None


def test_a_watch_quarantines_and_releases_and_forgets_what_is_old() -> None:
    watch = FloodWatch(RULE, began_at=0)
    watch.observe({KEY: 60}, at=600)
    assert watch.quarantined == frozenset()
    watch.observe({KEY: 60, ("list", "calm"): 1}, at=610)
    (flood,) = watch.floods
    assert (flood.list, flood.entry, flood.matches, flood.baseline) == ("list", "entry", 120, 0)
    assert watch.quarantined == {KEY}
    assert watch.release(KEY, at=615) is True
    assert watch.release(KEY, at=615) is False
    watch.observe({KEY: 10_000}, at=620)
    watch.observe({KEY: 10_000}, at=600 + 60 * RULE.trusted)
    assert watch.quarantined == frozenset()
    watch.observe({KEY: 10_000}, at=600 + 60 * (RULE.trusted + 9))
    assert watch.quarantined == {KEY}


def _hit(kind: Kind, counts: bool, reason: Reason) -> Hit:
    return Hit("list", "entry", "", kind, 0, None, counts, reason)


def test_only_likeness_can_flood_and_what_is_in_quarantine_goes_on_being_counted() -> None:
    print_ = Fingerprint(Kind.PDQ, b"x" * 32)
    hits = (
        _hit(Kind.PDQ, True, Reason.WITHIN_RADIUS),
        _hit(Kind.PDQ, False, Reason.QUARANTINED),
        _hit(Kind.PDQ, False, Reason.LOW_QUALITY),
        _hit(Kind.MD5, True, Reason.IDENTICAL),
    )
    assert matches_of([Verdict(print_, Outcome.MATCH, hits, 4)]) == {KEY: 2}
