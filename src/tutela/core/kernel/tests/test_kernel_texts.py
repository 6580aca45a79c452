"""Promises about text from outside."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.kernel import texts

ANY = st.text(alphabet=st.characters(exclude_categories=()))


@given(ANY)
def test_whatever_comes_can_be_stored_and_nothing_of_it_is_lost(text: str) -> None:
    kept = texts.storable(text)
    kept.encode("utf-8")
    json.dumps(kept)
    assert "\x00" not in kept
    if "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text):
        assert kept == text


@pytest.mark.parametrize(
    ("text", "kept"), [("a\x00b", "a\ufffdb"), ("\ud83d\ude00", "😀"), ("a\ud800b", "a\ufffdb")]
)
def test_halves_are_joined_and_what_is_no_character_is_marked(text: str, kept: str) -> None:
    assert texts.storable(text) == kept


@given(ANY)
def test_what_was_typed_has_line_ends_of_one_kind_and_no_signs_that_are_none(text: str) -> None:
    typed = texts.typed(text)
    typed.encode("utf-8")
    assert not set(typed) & {"\r", "\x00", "\x1b", "\x7f"}
    assert texts.typed(typed) == typed
