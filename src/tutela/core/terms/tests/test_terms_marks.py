"""Promises of the marks: tightening is allowed, loosening is not, the tightest of several binds."""

from __future__ import annotations

import itertools

from tutela.core.terms.marks import HandlingMark, is_at_least_as_tight, tightest


def test_a_mark_can_be_tightened_and_never_loosened() -> None:
    for tighter, looser in itertools.combinations(HandlingMark, 2):
        assert is_at_least_as_tight(tighter, looser)
        assert not is_at_least_as_tight(looser, tighter)


def test_a_mark_may_stay_as_it_is() -> None:
    assert all(is_at_least_as_tight(mark, mark) for mark in HandlingMark)


def test_pieces_put_together_carry_the_tightest_mark() -> None:
    assert tightest(HandlingMark.GREEN, HandlingMark.RED, HandlingMark.CLEAR) is HandlingMark.RED
    assert tightest(HandlingMark.AMBER, HandlingMark.AMBER_STRICT) is HandlingMark.AMBER_STRICT
