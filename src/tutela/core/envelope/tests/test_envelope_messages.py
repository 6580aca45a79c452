"""Promises of an envelope: addressees read what was written, nobody else does, no change is believed."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.envelope import frame, node_keys, reading, sealing, writing
from tutela.core.envelope import header as headers
from tutela.core.envelope.errors import (
    BadKey,
    BrokenContent,
    BrokenHeader,
    EnvelopeRefusal,
    Expired,
    FromTheFuture,
    IdReused,
    NotForUs,
    Replayed,
    SealBroken,
    TooLarge,
)
from tutela.core.envelope.trust import KnownKey, OwnNode, Trust
from tutela.core.kernel import ids
from tutela.core.terms.marks import HandlingMark

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
HOTLINE, POLICE, STRANGER = (node_keys.from_seed(letter * 32) for letter in (b"h", b"p", b"s"))
HERE, THERE = OwnNode("ge-hotline", (HOTLINE,)), OwnNode("nl-police", (POLICE,))
KNOWN_HERE = KnownKey("ge-hotline", HOTLINE.public, NOW - timedelta(days=1))
KNOWN_THERE = KnownKey("nl-police", POLICE.public, NOW - timedelta(days=1))
TRUST = Trust([KNOWN_HERE])

names = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=12)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(names, values, max_size=5)


def letter(content: dict[str, Any] | None = None, **changes: Any) -> writing.Letter:
    given: dict[str, Any] = {
        "id": ids.new_id(),
        "kind": "ping",
        "conversation": ids.new_id(),
        "sequence": 1,
        "sent_at": NOW,
        "mark": HandlingMark.AMBER,
        "content": content or {},
    }
    return writing.Letter(**(given | changes))


def read(envelope: bytes, *, own: OwnNode = THERE, **changes: Any) -> reading.Message:
    given: dict[str, Any] = {"trust": TRUST, "now": NOW, "kinds": {"ping"}, "seen": lambda node, id_: None}
    return reading.read(envelope, own=own, **(given | changes))


@given(content=objects, more=objects)
@settings(deadline=None, max_examples=40)
def test_what_is_written_is_read(content: dict[str, Any], more: dict[str, Any]) -> None:
    sent = letter(content, more={f"x-{name}"[:64]: value for name, value in more.items()})
    message = read(writing.write(sent, sender=HERE, to=[KNOWN_THERE]))
    assert message.content == content
    assert (message.header.id, message.header.mark) == (sent.id, HandlingMark.AMBER)
    assert message.header.sender == KNOWN_HERE.party
    assert message.header.more == sent.more


@given(more=objects)
@settings(deadline=None, max_examples=40)
def test_unknown_members_survive_being_read_and_written(more: dict[str, Any]) -> None:
    more = {f"x-{name}": value for name, value in more.items()}
    data = frame.split(writing.write(letter(more=more), sender=HERE, to=[KNOWN_THERE])).header_bytes
    assert headers.to_bytes(headers.from_bytes(data)) == data


def test_every_addressee_reads_it_with_the_key_it_was_sealed_to() -> None:
    third = node_keys.from_seed(b"t" * 32)
    to = [KNOWN_THERE, KnownKey("eu-relay", third.public, NOW)]
    envelope = writing.write(letter({"n": 1}), sender=HERE, to=to)
    rotated = OwnNode("eu-relay", (node_keys.from_seed(b"u" * 32), third))
    assert read(envelope).content == read(envelope, own=rotated).content == {"n": 1}


def test_a_stranger_cannot_read_it_even_under_the_addressees_name() -> None:
    envelope = writing.write(letter(), sender=HERE, to=[KNOWN_THERE])
    with pytest.raises(NotForUs):
        read(envelope, own=OwnNode("stranger", (STRANGER,)))
    with pytest.raises(SealBroken):
        sealing.decrypt(
            frame.split(envelope).wrapped[0],
            private=STRANGER.sealing,
            info=writing.key_info(frame.split(envelope).header_bytes),
        )


def test_short_things_look_alike() -> None:
    id_, conversation = ids.new_id(), ids.new_id()
    lengths = {
        len(writing.write(letter(content, id=id_, conversation=conversation), sender=HERE, to=[KNOWN_THERE]))
        for content in ({}, {"state": "received"}, {"state": "victim_safeguarded"})
    }
    assert len(lengths) == 1


TO_THE_CLOCKS_EDGE = timedelta(hours=2)


def test_clocks_two_hours_apart_do_not_matter_and_more_does() -> None:
    envelope = writing.write(letter(life=timedelta(days=1)), sender=HERE, to=[KNOWN_THERE])
    moment = timedelta(microseconds=1)
    assert read(envelope, now=NOW - TO_THE_CLOCKS_EDGE)
    with pytest.raises(FromTheFuture):
        read(envelope, now=NOW - TO_THE_CLOCKS_EDGE - moment)
    end = NOW + timedelta(days=1) + TO_THE_CLOCKS_EDGE
    assert read(envelope, now=end - moment)
    with pytest.raises(Expired):
        read(envelope, now=end)


def test_what_was_taken_before_is_known_by_its_digest() -> None:
    sent = letter()
    first, second = (writing.write(sent, sender=HERE, to=[KNOWN_THERE]) for _ in range(2))
    taken: dict[tuple[str, uuid.UUID], bytes] = {("ge-hotline", sent.id): read(first).digest}

    def seen(node: str, id_: uuid.UUID) -> bytes | None:
        return taken.get((node, id_))

    with pytest.raises(Replayed):
        read(first, seen=seen)
    with pytest.raises(IdReused):
        read(second, seen=seen)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"kind": "Ping"}, BrokenHeader),
        ({"sequence": 0}, BrokenHeader),
        ({"sequence": 2**53}, BrokenHeader),
        ({"id": uuid.UUID(int=1)}, BrokenHeader),
        ({"life": timedelta(0)}, BrokenHeader),
        ({"life": timedelta(days=45, microseconds=1)}, BrokenHeader),
        ({"more": {"x": "y" * 16384}}, BrokenHeader),
        ({"content": {"x": 0.5}}, BrokenContent),
        ({"content": {"x": "\ud800"}}, BrokenContent),
        ({"content": {"x": "y" * 8388000}}, TooLarge),
        ({"content": {"x": "y" * 8388608}}, TooLarge),
    ],
)
def test_a_writer_refuses_what_no_reader_would_take(
    changes: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        writing.write(letter(**changes), sender=HERE, to=[KNOWN_THERE])


@pytest.mark.parametrize("to", [[], [KNOWN_THERE, KNOWN_THERE]])
def test_a_writer_names_each_addressee_once(to: list[KnownKey]) -> None:
    with pytest.raises(BrokenHeader):
        writing.write(letter(), sender=HERE, to=to)


def test_nothing_is_sealed_to_a_key_of_low_order() -> None:
    raw = POLICE.public.raw
    weak = node_keys.PublicKeys(raw[:1184] + bytes(32) + raw[1216:])
    with pytest.raises(BadKey):
        writing.write(letter(), sender=HERE, to=[KnownKey("nl-police", weak, NOW)])


def test_a_relay_sees_neither_parties_nor_kind() -> None:
    envelope = writing.write(letter(), sender=HERE, to=[KNOWN_THERE])
    wrapped = writing.wrap_for_relay(envelope, to=POLICE.public)
    assert not any(word in wrapped for word in (b"ge-hotline", b"nl-police", b"ping", b"tutela"))
    assert reading.unwrap_from_relay(wrapped, keys=POLICE) == envelope
    with pytest.raises(SealBroken):
        reading.unwrap_from_relay(wrapped, keys=STRANGER)


def test_what_a_library_refuses_has_a_name_here_too() -> None:
    envelope = writing.write(letter(), sender=HERE, to=[KNOWN_THERE])
    parts = frame.split(envelope)
    at = envelope.index(parts.wrapped[0])
    weak = bytearray(parts.signed)
    weak[at + 1088 : at + 1120] = bytes(32)
    with pytest.raises(SealBroken):
        read(writing.sign(bytes(weak), HOTLINE))


@given(data=st.binary(max_size=400), at=st.integers(0, 6000))
@settings(deadline=None, max_examples=200)
def test_whatever_comes_is_refused_by_name(data: bytes, at: int) -> None:
    envelope = bytearray(ENVELOPE)
    envelope[at : at + len(data)] = data
    if bytes(envelope) != ENVELOPE:
        with pytest.raises(EnvelopeRefusal):
            read(bytes(envelope))
    for noise in (data, frame.MAGIC + data, ENVELOPE[:at], ENVELOPE + data + b"\x00"):
        if noise != ENVELOPE:
            with pytest.raises(EnvelopeRefusal):
                read(noise)


ENVELOPE = writing.write(letter({"state": "received"}), sender=HERE, to=[KNOWN_THERE])
