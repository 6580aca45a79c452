"""The tamper table: whatever byte of an envelope changes, it is refused, and by which name.

The names stand in spec/envelope.md ("Tampering") and nowhere else; what is found here must be exactly those.
A change on the way meets a signature at the latest. The second column is what a partner can do who signs what
they tampered with themselves: the seals have to hold without the signatures.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tutela.core.envelope import frame, node_keys, reading, signing, writing
from tutela.core.envelope.errors import (
    BadSignatureEd25519,
    BadSignatureMldsa65,
    BrokenFrame,
    BrokenHeader,
    EnvelopeRefusal,
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


SPEC = Path(__file__).resolve().parents[5] / "spec" / "envelope.md"


def table() -> dict[str, tuple[set[str], set[str]]]:
    """Return the table of the page: region → names on the way, names when its sender signs it anew."""
    section = SPEC.read_text(encoding="utf-8").partition("## Tampering")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")][1:]
    names = re.compile(r"`([a-z0-9_]+)`")
    return {
        cells[0].strip("`"): (set(names.findall(cells[1])), set(names.findall(cells[2]))) for cells in rows
    }


def member(name: str) -> range:
    """Where the value of a member of the header lies."""
    start = PARTS.header_bytes.index(f'"{name}":'.encode()) + len(name) + 3
    inside = PARTS.header_bytes[start:].decode("ascii")
    _, length = json.JSONDecoder().raw_decode(inside)
    return range(HEADER_AT + start, HEADER_AT + start + length)


MEMBERS = {name: member(name) for name in json.loads(PARTS.header_bytes)}
REGIONS: dict[str, Sequence[int]] = {
    "beginning": range(8),
    "length of the header": range(8, 12),
    **MEMBERS,
    "names and signs of the header": sorted(
        set(range(HEADER_AT, WRAPPED_AT)) - {at for places in MEMBERS.values() for at in places}
    ),
    "ML-KEM ciphertext": range(WRAPPED_AT, WRAPPED_AT + 1088),
    "X25519 ephemeral key": range(WRAPPED_AT + 1088, WRAPPED_AT + 1120),
    "wrapped key": range(WRAPPED_AT + 1120, COMMITMENT_AT),
    "commitment": range(COMMITMENT_AT, SIZE_AT),
    "length of the body": range(SIZE_AT, BODY_AT),
    "body": range(BODY_AT, ED25519_AT),
    "Ed25519 signature": range(ED25519_AT, MLDSA65_AT),
    "ML-DSA-65 signature": range(MLDSA65_AT, END),
}


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


def test_unchanged_it_is_taken() -> None:
    assert refusal_of(ENVELOPE) == "taken"


def test_the_table_leaves_no_byte_out() -> None:
    assert sorted(at for places in REGIONS.values() for at in places) == list(range(END))
    assert list(table()) == list(REGIONS)


@pytest.mark.parametrize("region", REGIONS)
def test_a_byte_changed_on_the_way_is_refused_by_the_names_of_the_page(region: str) -> None:
    places = _some(REGIONS[region], 120)
    assert {refusal_of(flipped(ENVELOPE, at, bit)) for at in places for bit in (0, 5, 7)} == table()[region][
        0
    ]


@pytest.mark.parametrize("region", [name for name in REGIONS if "signature" not in name])
def test_what_its_sender_changed_and_signed_is_refused_by_the_names_of_the_page(region: str) -> None:
    places = _some(REGIONS[region], 80 if region in MEMBERS else 8)
    found = {
        refusal_of(writing.sign(flipped(PARTS.signed, at, bit), HOTLINE)) for at in places for bit in (0, 5)
    }
    assert found == table()[region][1]


def _some(places: Sequence[int], most: int) -> list[int]:
    """Every byte of a short region; of a long one so many, and its last."""
    return sorted({*places[:: max(1, -(-len(places) // most))], places[-1]})


@pytest.mark.parametrize("name", ["id", "kind", "conversation", "sequence", "sent_at", "expires_at", "mark"])
def test_a_body_does_not_open_under_another_header_even_signed(name: str) -> None:
    places = member(name)
    at = places[-3] if name in {"sent_at", "expires_at"} else places[len(places) // 2]
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
