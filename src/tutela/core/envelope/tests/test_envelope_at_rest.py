"""Promises of locking: a stolen, moved or changed value does not open."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.envelope import at_rest
from tutela.core.envelope.errors import BadKey, EnvelopeRefusal, LockBroken, UnknownVersion

KEY = b"k" * 32


@given(plaintext=st.binary(max_size=3000), context=st.binary(max_size=80))
@settings(deadline=None, max_examples=60)
def test_what_is_locked_opens_again(plaintext: bytes, context: bytes) -> None:
    locked = at_rest.lock(plaintext, key=KEY, context=context)
    assert at_rest.unlock(locked, key=KEY, context=context) == plaintext


def test_it_opens_only_with_its_key_and_in_its_place() -> None:
    locked = at_rest.lock(b"words", key=KEY, context=b"report 1")
    with pytest.raises(LockBroken):
        at_rest.unlock(locked, key=b"s" * 32, context=b"report 1")
    with pytest.raises(LockBroken):
        at_rest.unlock(locked, key=KEY, context=b"report 2")


@pytest.mark.parametrize(
    ("position", "refusal"),
    [(0, UnknownVersion), (1, LockBroken), (12, LockBroken), (13, LockBroken), (-1, LockBroken)],
)
def test_a_flipped_bit_is_refused_by_name(position: int, refusal: type[EnvelopeRefusal]) -> None:
    changed = bytearray(at_rest.lock(b"words", key=KEY, context=b""))
    changed[position] ^= 1
    with pytest.raises(refusal):
        at_rest.unlock(bytes(changed), key=KEY, context=b"")


@given(st.integers(min_value=0, max_value=33))
@settings(deadline=None, max_examples=60)
def test_cut_short_it_is_refused(length: int) -> None:
    locked = at_rest.lock(b"words", key=KEY, context=b"")
    assert len(locked) == 34
    with pytest.raises(LockBroken):
        at_rest.unlock(locked[:length], key=KEY, context=b"")


def test_the_same_words_never_look_the_same() -> None:
    assert len({at_rest.lock(b"same", key=KEY, context=b"") for _ in range(5)}) == 5


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_the_wrong_length_is_refused(length: int) -> None:
    with pytest.raises(BadKey):
        at_rest.lock(b"", key=bytes(length), context=b"")
    with pytest.raises(BadKey):
        at_rest.unlock(at_rest.lock(b"", key=KEY, context=b""), key=bytes(length), context=b"")
