"""Promises about a node's keys: they stay on the node, people can compare them, a passphrase guards them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.envelope import canonical, header, key_files, node_keys, rotations, signing, words
from tutela.core.envelope.errors import (
    BadKey,
    BadSignature,
    BrokenHeader,
    BrokenKeyFile,
    BrokenRotation,
    EnvelopeRefusal,
    NotCanonical,
    TooCostly,
    WrongPassphrase,
)
from tutela.core.envelope.trust import KnownKey, OwnNode, Trust

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
OLD, NEW, STRANGER = (node_keys.from_seed(letter * 32) for letter in (b"o", b"n", b"s"))
TRUST = Trust([KnownKey("ge-hotline", OLD.public, NOW - timedelta(days=9))])
CHEAP = key_files.Cost(memory_kib=8, iterations=1, lanes=1)
LOCKED = key_files.write_locked(OLD, "three plain words", cost=CHEAP)


def test_fresh_keys_differ_and_do_not_show() -> None:
    first, second = node_keys.generate(), node_keys.generate()
    assert first.raw != second.raw
    assert first.raw.hex() not in repr(first)
    assert repr(first) == f"NodeKeys({first.public.key_id})"


def test_each_private_key_belongs_to_its_public_one() -> None:
    signatures = signing.sign(b"data", purpose=b"test", keys=OLD)
    signing.verify(signatures, b"data", purpose=b"test", public=OLD.public)
    for data, purpose, public in (
        (b"date", b"test", OLD.public),
        (b"data", b"else", OLD.public),
        (b"data", b"test", NEW.public),
    ):
        with pytest.raises(BadSignature):
            signing.verify(signatures, data, purpose=purpose, public=public)


@pytest.mark.parametrize("length", [0, 31, 159, 161, 3199, 3201])
def test_another_length_is_no_key(length: int) -> None:
    for make in (node_keys.NodeKeys, node_keys.PublicKeys, node_keys.from_seed):
        with pytest.raises(BadKey):
            make(bytes(length))


def test_a_node_finds_the_keys_it_holds() -> None:
    own = OwnNode("ge-hotline", (NEW, OLD))
    assert own.key(OLD.public.key_id) is OLD
    assert own.key(STRANGER.public.key_id) is None


# The first four are those of the proposal that proquints come from (127.0.0.1 and others).
@pytest.mark.parametrize(
    ("data", "spoken"),
    [
        ("7f000001", "lusab-babad"),
        ("3f54dcc1", "gutih-tugad"),
        ("3f760723", "gutuk-bisog"),
        ("d43afd44", "tibup-zujah"),
        ("", ""),
        ("0000ffff", "babab-zuzuz"),
    ],
)
def test_words_are_what_the_proposal_says(data: str, spoken: str) -> None:
    assert words.words_of(bytes.fromhex(data)) == spoken


@given(first=st.binary(min_size=16, max_size=16), second=st.binary(min_size=16, max_size=16))
def test_two_keys_never_sound_alike(first: bytes, second: bytes) -> None:
    assert words.are_same(words.words_of(first), words.words_of(second)) == (first == second)


def test_words_are_heard_with_any_spacing() -> None:
    spoken = OLD.public.words
    assert words.are_same(f"  {spoken.upper().replace('-', ' - ')}\n", spoken)
    assert not words.are_same(spoken[:-1], spoken)
    assert not words.are_same("", spoken)


def test_a_passphrase_opens_what_it_locked() -> None:
    assert key_files.read(LOCKED, "three plain words") == OLD
    assert key_files.read(key_files.write_plain(OLD)) == OLD
    assert OLD.raw not in LOCKED
    assert key_files.write_locked(OLD, "three plain words", cost=CHEAP) != LOCKED


def test_every_byte_of_a_locked_file_counts() -> None:
    for at in range(len(LOCKED)):
        changed = bytearray(LOCKED)
        changed[at] ^= 1
        with pytest.raises((WrongPassphrase, BrokenKeyFile, TooCostly)):
            key_files.read(bytes(changed), "three plain words")


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=60)
def test_other_files_are_refused_by_name(noise: bytes) -> None:
    for data in (noise, key_files.MAGIC + noise):
        with pytest.raises(EnvelopeRefusal):
            key_files.read(data, "three plain words")


@pytest.mark.parametrize("cost", [(7, 1, 1), (8, 0, 1), (8, 1, 0), (1 << 21, 1, 1), (8, 17, 1), (999, 1, 17)])
def test_a_cost_out_of_its_limits_is_refused_before_it_is_paid(cost: tuple[int, int, int]) -> None:
    with pytest.raises(TooCostly):
        key_files.write_locked(OLD, "three plain words", cost=key_files.Cost(*cost))


def rotation(**changes: Any) -> bytes:
    given: dict[str, Any] = {
        "old": OLD, "new": NEW, "valid_from": NOW, "old_until": NOW + timedelta(days=14),
    }  # fmt: skip
    return rotations.write_rotation("ge-hotline", **(given | changes))


def test_a_partner_learns_new_keys_from_the_old_ones() -> None:
    read = rotations.read_rotation(rotation(), trust=TRUST)
    assert (read.node, read.old, read.new) == ("ge-hotline", OLD.public.key_id, NEW.public)
    assert (read.valid_from, read.old_until) == (NOW, NOW + timedelta(days=14))


def test_a_stranger_cannot_rotate_somebody_elses_keys() -> None:
    for forged in (rotation(old=STRANGER), rotation(old=STRANGER, new=OLD)):
        with pytest.raises(EnvelopeRefusal):
            rotations.read_rotation(forged, trust=TRUST)


@pytest.mark.parametrize(
    "changes",
    [{"new": OLD}, {"old_until": NOW - timedelta(1)}, {"old_until": NOW + timedelta(91)}],
)
def test_a_rotation_that_makes_no_sense_is_not_written(changes: dict[str, Any]) -> None:
    with pytest.raises(BrokenRotation):
        rotation(**changes)


@given(data=st.binary(max_size=200), at=st.integers(0, 11400))
@settings(deadline=None, max_examples=80)
def test_no_changed_rotation_is_believed(data: bytes, at: int) -> None:
    changed = ROTATION[:at] + data + ROTATION[at + len(data) :]
    if changed != ROTATION:
        with pytest.raises(EnvelopeRefusal):
            rotations.read_rotation(changed, trust=TRUST)


ROTATION = rotation()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=15,
)


@given(json_values)
@settings(max_examples=200)
def test_an_object_is_read_in_one_spelling_only(value: object) -> None:
    compact = json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    for text in (compact, json.dumps(value), json.dumps(value, indent=1)):
        data = text.encode("utf-8", "surrogatepass")
        try:
            read = canonical.from_bytes(data)
        except NotCanonical:
            continue
        assert text == compact
        assert canonical.to_bytes(read) == data


@given(st.binary(max_size=300))
def test_whatever_a_header_holds_it_is_read_or_refused(noise: bytes) -> None:
    with pytest.raises(EnvelopeRefusal):
        header.from_bytes(noise)


@given(
    name=st.sampled_from(sorted(header._MEMBERS)),
    value=json_values | st.text(alphabet="0123456789abcdef-TLP:RED.Z", max_size=40),
)
@settings(max_examples=300)
def test_a_header_with_one_member_replaced_is_read_as_it_stands_or_refused(name: str, value: object) -> None:
    members = HEADER | {name: value}
    try:
        data = canonical.to_bytes(members)
        read = header.from_bytes(data)
    except EnvelopeRefusal:
        return
    assert header.to_bytes(read) == data


HEADER: dict[str, Any] = {
    "version": 1, "suite": header.SUITE, "id": "019cb862-1e40-7000-8000-000000000001", "kind": "ping",
    "conversation": "019cb862-1e40-7000-8000-00000000000c", "sequence": 1, "mark": "TLP:GREEN",
    "from": {"node": "a", "key": "0" * 32}, "to": [{"node": "b", "key": "1" * 32}],
    "sent_at": "2026-03-04T10:15:00.000000Z", "expires_at": "2026-03-05T10:15:00.000000Z",
}  # fmt: skip


def test_the_header_of_these_tests_is_a_header() -> None:
    data = canonical.to_bytes(HEADER)
    assert header.to_bytes(header.from_bytes(data)) == data
    with pytest.raises(BrokenHeader):
        header.from_bytes(data + b" ")
