"""The tamper table: whatever byte of an envelope changes on its way, it is refused, and by which name.

A change on the way meets a signature at the latest. The second table is what a partner can do who signs what
they tampered with themselves: the seals have to hold without the signatures.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tutela.core.envelope import frame, node_keys, reading, signing, writing
from tutela.core.envelope.errors import (
    BadSignatureEd25519,
    BadSignatureMldsa65,
    BrokenBody,
    BrokenFrame,
    BrokenHeader,
    EnvelopeRefusal,
    NotCommitted,
    SealBroken,
)
from tutela.core.envelope.trust import KnownKey, OwnNode, Trust
from tutela.core.terms.marks import HandlingMark

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
HOTLINE, POLICE = (node_keys.from_seed(letter * 32) for letter in (b"h", b"p"))
OWN = OwnNode("nl-police", (POLICE,))
TRUST = Trust([KnownKey("ge-hotline", HOTLINE.public, NOW - timedelta(days=1))])
LETTER = writing.Letter(
    UUID("019cb862-1e40-7000-8000-000000000001"),
    "referral",
    UUID("019cb862-1e40-7000-8000-00000000000c"),
    3,
    NOW,
    HandlingMark.RED,
    {"state": "received"},
)
TO = [KnownKey("nl-police", POLICE.public, NOW)]
ENVELOPE = writing.write(LETTER, sender=OwnNode("ge-hotline", (HOTLINE,)), to=TO)
PARTS = frame.split(ENVELOPE)

HEADER_AT = 12
WRAPPED_AT = HEADER_AT + len(PARTS.header_bytes)
COMMITMENT_AT = WRAPPED_AT + frame.WRAPPED_LENGTH
SIZE_AT = COMMITMENT_AT + 32
BODY_AT = SIZE_AT + 4
ED25519_AT = len(PARTS.signed)
MLDSA65_AT = ED25519_AT + 64
END = len(ENVELOPE)


def member(name: str) -> tuple[int, int]:
    """Where the value of a member of the header lies."""
    start = PARTS.header_bytes.index(f'"{name}":'.encode()) + len(name) + 3
    inside = PARTS.header_bytes[start:]
    end = inside.index(b'"', 1) + 1 if inside[:1] == b'"' else 1
    return HEADER_AT + start, HEADER_AT + start + end


def refusal_of(envelope: bytes) -> str:
    try:
        reading.read(envelope, own=OWN, trust=TRUST, now=NOW, kinds={"referral"}, seen=lambda node, id_: None)
    except EnvelopeRefusal as refusal:
        return refusal.code
    return "taken"


def flipped(data: bytes, at: int, bit: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


HEADERS = {
    "broken_frame", "broken_header", "unknown_version", "unknown_suite", "not_for_us", "unknown_own_key",
    "unknown_sender", "unknown_sender_key", "key_not_valid", "bad_signature_ed25519",
}  # fmt: skip
TEXT = {"broken_header", "bad_signature_ed25519"}
REGIONS = {
    "beginning": (0, 8, {"broken_frame"}),
    "length of the header": (8, 12, {"broken_frame", "broken_header"}),
    "header": (HEADER_AT, WRAPPED_AT, HEADERS),
    "version": (*member("version"), {"unknown_version", "broken_header"}),
    "suite": (*member("suite"), {"unknown_suite", "broken_header"}),
    "id": (*member("id"), TEXT),
    "kind": (*member("kind"), TEXT),
    "conversation": (*member("conversation"), TEXT),
    "sequence": (*member("sequence"), TEXT),
    "sent_at": (*member("sent_at"), TEXT | {"key_not_valid"}),
    "expires_at": (*member("expires_at"), TEXT),
    "mark": (*member("mark"), TEXT),
    "ML-KEM ciphertext": (WRAPPED_AT, WRAPPED_AT + 1088, {"bad_signature_ed25519"}),
    "X25519 ephemeral key": (WRAPPED_AT + 1088, WRAPPED_AT + 1120, {"bad_signature_ed25519"}),
    "wrapped key": (WRAPPED_AT + 1120, COMMITMENT_AT, {"bad_signature_ed25519"}),
    "commitment": (COMMITMENT_AT, SIZE_AT, {"bad_signature_ed25519"}),
    "length of the body": (SIZE_AT, BODY_AT, {"broken_frame"}),
    "body": (BODY_AT, ED25519_AT, {"bad_signature_ed25519"}),
    "Ed25519 signature": (ED25519_AT, MLDSA65_AT, {"bad_signature_ed25519"}),
    "ML-DSA-65 signature": (MLDSA65_AT, END, {"bad_signature_mldsa65"}),
}


def test_unchanged_it_is_taken() -> None:
    assert refusal_of(ENVELOPE) == "taken"


def test_the_table_leaves_no_byte_out() -> None:
    covered = {at for start, end, _ in REGIONS.values() for at in range(start, end)}
    assert covered == set(range(END))


@pytest.mark.parametrize("region", REGIONS)
def test_a_byte_changed_on_the_way_is_refused_by_name(region: str) -> None:
    start, end, names = REGIONS[region]
    for at in _positions(start, end):
        for bit in (0, 5, 7):
            assert refusal_of(flipped(ENVELOPE, at, bit)) in names, (region, at - start, bit)


def _positions(start: int, end: int) -> Iterator[int]:
    """Every byte of a short region; every seventeenth of a long one, and its ends."""
    step = 1 if end - start <= 600 else 17
    yield from range(start, end, step)
    yield end - 1


SIGNED_REGIONS = {
    "ML-KEM ciphertext": (WRAPPED_AT, WRAPPED_AT + 1088, SealBroken),
    "X25519 ephemeral key": (WRAPPED_AT + 1088, WRAPPED_AT + 1120, SealBroken),
    "wrapped key": (WRAPPED_AT + 1120, COMMITMENT_AT, SealBroken),
    "commitment": (COMMITMENT_AT, SIZE_AT, NotCommitted),
    "length of the body": (SIZE_AT, BODY_AT, BrokenFrame),
    "body": (BODY_AT, ED25519_AT, BrokenBody),
}


@pytest.mark.parametrize("region", SIGNED_REGIONS)
def test_what_the_sender_changed_and_signed_is_refused_by_name(region: str) -> None:
    start, end, refusal = SIGNED_REGIONS[region]
    for at in sorted({start, (start + end) // 2, end - 1}):
        assert refusal_of(writing.sign(flipped(PARTS.signed, at, 0), HOTLINE)) == refusal.code, region


@pytest.mark.parametrize("name", ["id", "kind", "conversation", "sequence", "sent_at", "expires_at", "mark"])
def test_a_body_does_not_open_under_another_header_even_signed(name: str) -> None:
    start, end = member(name)
    at = {"sent_at": end - 3, "expires_at": end - 3}.get(name, (start + end) // 2)
    changed = writing.sign(flipped(PARTS.signed, at, 0), HOTLINE)
    assert refusal_of(changed) in {SealBroken.code, BrokenHeader.code, "unknown_kind"}


def test_a_signature_cannot_be_moved_or_left_out() -> None:
    twin = writing.write(LETTER, sender=OwnNode("ge-hotline", (HOTLINE,)), to=TO)
    moved = PARTS.signed + frame.split(twin).signatures
    assert refusal_of(moved) == BadSignatureEd25519.code
    half = PARTS.signed + PARTS.signatures[:64] + frame.split(twin).signatures[64:]
    assert refusal_of(half) == BadSignatureMldsa65.code
    assert refusal_of(PARTS.signed + PARTS.signatures[:64] + bytes(3309)) == BadSignatureMldsa65.code
    assert refusal_of(PARTS.signed + bytes(signing.LENGTH)) == BadSignatureEd25519.code


def test_a_partner_cannot_sign_what_another_one_wrote() -> None:
    thief = node_keys.from_seed(b"t" * 32)
    header = PARTS.header_bytes.replace(b"ge-hotline", b"me-hotline").replace(
        HOTLINE.public.key_id.encode(), thief.public.key_id.encode()
    )
    stolen = frame.join(header, list(PARTS.wrapped), PARTS.commitment, PARTS.body)
    trust = Trust([KnownKey("me-hotline", thief.public, NOW - timedelta(days=1))])
    with pytest.raises(SealBroken):
        reading.read(
            writing.sign(stolen, thief),
            own=OWN,
            trust=trust,
            now=NOW,
            kinds={"referral"},
            seen=lambda node, id_: None,
        )


def test_every_cut_is_refused() -> None:
    for end in [*range(0, END, 97), END - 1]:
        assert refusal_of(ENVELOPE[:end]) == BrokenFrame.code, end
