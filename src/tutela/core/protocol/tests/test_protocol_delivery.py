"""Delivery goes on for thirty days and spreads; marks that are put together bind as the tightest."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.protocol import marks
from tutela.core.protocol.delivery import GIVE_UP_AFTER, LONGEST_WAIT, merge, next_attempt
from tutela.core.protocol.errors import MarkLoosened
from tutela.core.terms.exchange import ReceiptStep
from tutela.core.terms.marks import HandlingMark

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


@given(attempts=st.integers(-1, 10**6), passed=st.integers(0, 40 * 86400), chance=st.floats(0, 1))
def test_the_next_try_is_soon_and_within_the_days(attempts: int, passed: int, chance: float) -> None:
    now = NOW + timedelta(seconds=passed)
    at = next_attempt(attempts, NOW, now, lambda: chance)
    if at is None:
        assert now >= NOW + GIVE_UP_AFTER
    else:
        assert now <= at <= min(now + LONGEST_WAIT, NOW + GIVE_UP_AFTER)


def test_a_partner_down_for_a_day_is_not_asked_without_end() -> None:
    chance = random.Random(1)
    now, tries = NOW, 0
    while now < NOW + timedelta(days=1):
        tries += 1
        found = next_attempt(tries, NOW, now, chance.random)
        assert found
        now = found
    assert 8 < tries < 60


@given(st.lists(st.sampled_from(ReceiptStep), min_size=1, max_size=8), st.integers(0, 2**16))
def test_receipts_count_the_same_in_any_order(steps: list[ReceiptStep], seed: int) -> None:
    def counted(row: list[ReceiptStep]) -> ReceiptStep | None:
        step: ReceiptStep | None = None
        for one in row:
            step = merge(step, one)
        return step

    mixed = steps + steps
    random.Random(seed).shuffle(mixed)
    assert counted(mixed) is counted(steps)


@given(
    wanted=st.none() | st.sampled_from(HandlingMark),
    default=st.sampled_from(HandlingMark),
    floor=st.none() | st.sampled_from(HandlingMark),
)
def test_no_mark_is_looser_than_what_it_answers(
    wanted: HandlingMark | None, default: HandlingMark, floor: HandlingMark | None
) -> None:
    order = list(HandlingMark)
    try:
        mark = marks.mark_for(wanted, default=default, floor=floor)
    except MarkLoosened:
        assert wanted and floor
        assert order.index(wanted) > order.index(floor)
        return
    assert floor is None or order.index(mark) <= order.index(floor)
    assert mark is wanted if wanted else mark in (default, floor)


@pytest.mark.parametrize("mark", HandlingMark)
def test_red_never_goes_on_and_strict_never_leaves(mark: HandlingMark) -> None:
    left = [
        marks.may_pass_on(mark, within_node=False, to_partner=partner, needs_to_know=needed)
        for partner in (True, False)
        for needed in (True, False)
    ]
    assert any(left) is (mark not in (HandlingMark.RED, HandlingMark.AMBER_STRICT))
    assert marks.may_pass_on(mark, within_node=True, to_partner=False) is (mark is not HandlingMark.RED)
