"""The tables of the four answers, cell by cell, and the laws that they keep."""

from __future__ import annotations

import itertools

import pytest

from tutela.core.law.logic import Answer, all_of, any_of

Y, D, U, N = Answer.YES, Answer.DEPENDS, Answer.UNKNOWN, Answer.NO
AND = {
    (Y, Y): Y, (Y, D): D, (Y, U): U, (Y, N): N,
    (D, Y): D, (D, D): D, (D, U): U, (D, N): N,
    (U, Y): U, (U, D): U, (U, U): U, (U, N): N,
    (N, Y): N, (N, D): N, (N, U): N, (N, N): N,
}  # fmt: skip
OR = {
    (Y, Y): Y, (Y, D): Y, (Y, U): Y, (Y, N): Y,
    (D, Y): Y, (D, D): D, (D, U): D, (D, N): D,
    (U, Y): Y, (U, D): D, (U, U): U, (U, N): U,
    (N, Y): Y, (N, D): D, (N, U): U, (N, N): N,
}  # fmt: skip


@pytest.mark.parametrize("pair", list(itertools.product(Answer, repeat=2)), ids=str)
def test_every_cell_of_both_tables(pair: tuple[Answer, Answer]) -> None:
    assert all_of(pair) is AND[pair]
    assert any_of(pair) is OR[pair]


def test_nothing_at_all_asks_for_nothing() -> None:
    assert all_of(()) is Y
    assert any_of(()) is N


@pytest.mark.parametrize("join", [all_of, any_of])
def test_learning_what_was_unknown_never_turns_a_sure_answer_around(join: object) -> None:
    assert callable(join)
    for before in itertools.product(Answer, repeat=3):
        sure = join(before)
        if sure not in (Y, N):
            continue
        learnt = [[one] if one is not U else list(Answer) for one in before]
        assert {join(after) for after in itertools.product(*learnt)} == {sure}


def test_no_answer_is_false_to_python() -> None:
    assert all(Answer)
