"""Promises of padding: exact on the way back, small in price, coarse in what it shows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.envelope import padding
from tutela.core.envelope.errors import PaddingBroken


@given(st.binary(max_size=70_000))
@settings(deadline=None, max_examples=60)
def test_padding_comes_off_exactly(plaintext: bytes) -> None:
    padded = padding.pad(plaintext)
    assert padding.unpad(padded) == plaintext
    assert len(padded) == padding.padded_length(len(plaintext) + 4)


@given(st.integers(min_value=padding.FLOOR, max_value=padding.MOST))
@settings(deadline=None, max_examples=60)
def test_padding_costs_at_most_twelve_percent(length: int) -> None:
    padded = padding.padded_length(length)
    assert length <= padded <= length * 1.12
    assert padding.padded_length(padded) == padded


@pytest.mark.parametrize(
    ("length", "padded"),
    [(0, 256), (4, 256), (256, 256), (257, 272), (1000, 1024), (1025, 1088), (10_000, 10_240)],
)
def test_lengths_are_those_of_the_paper_above_the_floor(length: int, padded: int) -> None:
    assert padding.padded_length(length) == padded


def test_each_short_text_has_the_same_length() -> None:
    assert len({len(padding.pad(b"x" * length)) for length in range(253)}) == 1


@pytest.mark.parametrize("length", [-1, padding.MOST + 1])
def test_what_is_too_long_is_not_padded(length: int) -> None:
    with pytest.raises(ValueError, match="cannot be padded"):
        padding.padded_length(length)


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"\x00\x00\x00\x00",
        b"\x00\x00\x00\x01x" + bytes(252),
        b"\x00\x00\x00\x01x" + bytes(250) + b"\x01",
        b"\x00\x00\x00\xff" + bytes(252),
        b"\xff\xff\xff\xff" + bytes(252),
        b"\x00\x00\x00\x01x" + bytes(267),
    ],
    ids=["nothing", "short", "one too many", "not empty", "too long inside", "huge", "padded too far"],
)
def test_what_was_not_padded_here_is_refused(padded: bytes) -> None:
    with pytest.raises(PaddingBroken):
        padding.unpad(padded)
