"""Promises about the sealed tokens: one purpose, one time, one key; nothing to see from outside."""

from __future__ import annotations

import base64
import secrets
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tutela.doors.site import tokens
from tutela.doors.site.tokens import Purpose, TokenBroken, TokenExpired


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_token_gives_back_what_was_put_in(purpose: Purpose) -> None:
    assert tokens.unseal(purpose, tokens.seal(purpose, code="7", n=1))["code"] == "7"


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("other", list(Purpose))
def test_a_token_is_good_for_its_own_purpose_only(purpose: Purpose, other: Purpose) -> None:
    token = tokens.seal(purpose, code="7")
    if purpose is not other:
        with pytest.raises(TokenBroken):
            tokens.unseal(other, token)


def test_two_tokens_of_the_same_facts_differ_and_show_nothing() -> None:
    one, two = (tokens.seal(Purpose.KEEP, code="31415926535897932384") for _ in range(2))
    assert one != two
    assert b"31415" not in base64.urlsafe_b64decode(one + "=" * (-len(one) % 4))


@given(st.integers(min_value=0, max_value=400), st.integers(min_value=1, max_value=255))
def test_a_changed_token_is_broken(position: int, change: int) -> None:
    token = tokens.seal(Purpose.FORM, code="7")
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    raw[position % len(raw)] ^= change
    with pytest.raises(TokenBroken):
        tokens.unseal(Purpose.FORM, base64.urlsafe_b64encode(raw).decode().rstrip("="))


@given(st.text(max_size=200))
def test_no_text_is_a_token(text: str) -> None:
    with pytest.raises(TokenBroken):
        tokens.unseal(Purpose.FORM, text)


def test_a_token_of_another_node_is_broken(settings: Any) -> None:
    token = tokens.seal(Purpose.FORM, code="7")
    settings.TUTELA_FORM_KEY = secrets.token_bytes(32)
    with pytest.raises(TokenBroken):
        tokens.unseal(Purpose.FORM, token)


@pytest.mark.parametrize(("purpose", "lasts"), list(tokens.LASTS_SECONDS.items()))
def test_a_token_ends_in_time(purpose: Purpose, lasts: int) -> None:
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as travel:
        token = tokens.seal(purpose, code="7")
        travel.shift(lasts)
        assert tokens.unseal(purpose, token)
        travel.shift(1)
        with pytest.raises(TokenExpired):
            tokens.unseal(purpose, token)


def test_a_token_from_the_future_is_not_taken() -> None:
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as travel:
        token = tokens.seal(Purpose.FORM, code="7")
        travel.shift(-3600)
        with pytest.raises(TokenExpired):
            tokens.unseal(Purpose.FORM, token)


def test_the_receipt_token_ends_after_half_an_hour() -> None:
    assert tokens.LASTS_SECONDS[Purpose.RECEIPT] == 30 * 60
