"""The envelopes of ``spec/vectors/envelope.json``: right ones, and one step taken wrongly by a signer."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tutela.core.envelope import canonical, frame, node_keys, padding, rotations, signing, writing
from tutela.core.envelope.node_keys import NodeKeys
from tutela.core.envelope.trust import KnownKey, OwnNode
from tutela.core.kernel import clock
from tutela.core.terms.marks import HandlingMark

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
SEEDS = {name: hashlib.sha256(f"tutela vectors: {name}".encode()).digest() for name in (
    "ge-hotline", "ge-hotline, next", "nl-hotline", "nl-hotline, earlier", "eu-relay", "stranger",
)}  # fmt: skip
KEYS = {name: node_keys.from_seed(seed) for name, seed in SEEDS.items()}
SENDER, READER = KEYS["ge-hotline"], KEYS["nl-hotline"]
ID = UUID("019cb862-1e40-7000-8000-000000000001")
CONVERSATION = UUID("019cb862-1e40-7000-8000-00000000000c")
CONTENT = {"v": 1, "items": ["https://files.example.org/a"], "note": "სატესტო"}

Json = dict[str, Any]


def text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def known(node: str, keys: NodeKeys, **changes: Any) -> KnownKey:
    return dataclasses.replace(KnownKey(node, keys.public, NOW - 30 * DAY), **changes)


TRUSTED = known("ge-hotline", SENDER)
TO = [known("nl-hotline", READER)]


def trust_json(keys: list[KnownKey]) -> list[Json]:
    names = {one.public.raw: name for name, one in KEYS.items()}
    return [
        {
            "node": key.node,
            "keys": names[key.public.raw],
            "valid_from": clock.to_text(key.valid_from),
            "valid_until": key.valid_until and clock.to_text(key.valid_until),
            "revoked_at": key.revoked_at and clock.to_text(key.revoked_at),
        }
        for key in keys
    ]


def letter(**changes: Any) -> writing.Letter:
    plain = writing.Letter(ID, "handover", CONVERSATION, 1, NOW, HandlingMark.AMBER, CONTENT)
    return dataclasses.replace(plain, **changes)


def written(**changes: Any) -> bytes:
    return writing.write(letter(**changes), sender=OwnNode("ge-hotline", (SENDER,)), to=TO)


BASE = written()
PARTS = frame.split(BASE)
INSIDE = writing.inside_bytes(PARTS.header, CONTENT)


def signed(closed: bytes) -> bytes:
    return writing.sign(closed, SENDER)


def with_header(header: bytes) -> bytes:
    """An envelope of somebody who closes and signs rightly under any header for one addressee."""
    return signed(writing.close(header, padding.pad(INSIDE), [READER.public]))


def with_member(**members: Any) -> bytes:
    """... under a header with members replaced (``None`` takes a member out)."""
    old = canonical.from_bytes(PARTS.header_bytes) | {name.rstrip("_"): one for name, one in members.items()}
    return with_header(canonical.to_bytes({name: one for name, one in old.items() if one is not None}))


def with_padded(padded: bytes) -> bytes:
    return signed(writing.close(PARTS.header_bytes, padded, [READER.public]))


def with_inside(**members: Any) -> bytes:
    inside = canonical.from_bytes(INSIDE) | {name.rstrip("_"): one for name, one in members.items()}
    return with_padded(padding.pad(canonical.to_bytes(inside)))


def with_parts(
    *, wrapped: bytes | None = None, commitment: bytes | None = None, body: bytes | None = None
) -> bytes:
    wraps = [wrapped] if wrapped else list(PARTS.wrapped)
    closed = frame.join(PARTS.header_bytes, wraps, commitment or PARTS.commitment, body or PARTS.body)
    return signed(closed)


def case(name: str, envelope: bytes | Json, refusal: str | None = None, **changes: Any) -> Json:
    """One case; ``changes`` replace who reads, what they trust, when, what they take part in and took."""
    given: Json = {
        "own": {"node": "nl-hotline", "keys": ["nl-hotline"]},
        "trust": trust_json([TRUSTED]),
        "now": clock.to_text(NOW),
        "kinds": ["handover", "ping"],
        "seen": [],
    } | changes
    source = envelope if isinstance(envelope, dict) else {"envelope": text(envelope)}
    return {
        "name": name,
        **source,
        **given,
        **(outcome(envelope) if refusal is None else {"refusal": refusal}),
    }


def outcome(envelope: Any) -> Json:
    header = json.loads(frame.split(envelope).header_bytes)
    return {"header": header, "content": CONTENTS[envelope], "digest": hashlib.sha256(envelope).hexdigest()}


CONTENTS: dict[bytes, Json] = {}


def good(content: Json, write: Callable[[Json], bytes]) -> bytes:
    envelope = write(content)
    CONTENTS[envelope] = content
    return envelope


def read_cases() -> list[Json]:
    plain = good(CONTENT, lambda _: BASE)
    odd: Json = {"a b": [[], {}, None, True], "~": 2**53 - 1, "t": '\u0000\u001f\u2028\U0001f512"\\'}
    long = good({"t": "x" * 5000}, lambda content: written(content=content))
    strange = good(odd, lambda content: written(content=content, mark=HandlingMark.RED))
    future = good(CONTENT, lambda _: written(more={"x-later": {"n": [1, 2]}, "answers": "nothing"}))
    three = good(CONTENT, lambda _: writing.write(
        letter(kind="ping", sequence=7), sender=OwnNode("ge-hotline", (SENDER,)),
        to=[known("eu-relay", KEYS["eu-relay"]), *TO, known("other", KEYS["stranger"])],
    ))  # fmt: skip
    two_keys = {"node": "nl-hotline", "keys": ["nl-hotline, earlier", "nl-hotline"]}
    limited = known("ge-hotline", SENDER, valid_from=NOW, valid_until=NOW)
    expiry = NOW + writing.DEFAULT_LIFE + timedelta(hours=2)
    other_seen = [{"node": "other", "id": str(ID), "digest": "00" * 32}]
    return [
        case("plain", plain),
        case("longer", long),
        case("odd content, tightest mark", strange),
        case("unknown members in the header", future),
        case("three addressees, one of them reads", three),
        case("the reader holds two sets", plain, own=two_keys),
        case("the key is valid at this very moment", plain, trust=trust_json([limited])),
        case("our clock is two hours behind", plain, now=clock.to_text(NOW - timedelta(hours=2))),
        case("the last moment", plain, now=clock.to_text(expiry - TICK)),
        case("another sender used the same id", plain, seen=other_seen),
    ]


def frame_cases() -> list[Json]:
    at_version = BASE.index(b'"version":1')
    return [
        case("more bytes than allowed", {"zeros": frame.MOST_BYTES + 1}, "too_large"),
        case("nothing", b"", "broken_frame"),
        case("zero bytes", {"zeros": 64}, "broken_frame"),
        case("another beginning", {"like": "plain", "flip": [3]}, "broken_frame"),
        case("cut in the header", BASE[:400], "broken_frame"),
        case("cut before the body", BASE[: 12 + len(PARTS.header_bytes) + 1168 + 33], "broken_frame"),
        case("cut in the signatures", BASE[:-1], "broken_frame"),
        case("something behind the end", BASE + b"\x00", "broken_frame"),
        case("a body without room for a tag", with_parts(body=bytes(15)), "broken_frame"),
        case("header too long", with_header(b" " * 16385), "broken_header"),
        case("header with white space", with_header(PARTS.header_bytes + b"\n"), "broken_header"),
        case("header with a member twice", with_header(
            PARTS.header_bytes.replace(b'"version":1', b'"version":1,"version":1')), "broken_header"),
        case("header is a list", with_header(b"[]"), "broken_header"),
        case("header with a fraction", with_header(
            PARTS.header_bytes.replace(b'"sequence":1', b'"sequence":1.0')), "broken_header"),
        case("version changed on the way", {"like": "plain", "flip": [at_version + 10]}, "unknown_version"),
        case("version is a text", with_member(version="1"), "broken_header"),
        case("version 2, other members", with_header(b'{"version":2}'), "unknown_version"),
        case("another suite", with_member(suite="rot13"), "unknown_suite"),
    ]  # fmt: skip


def header_cases() -> list[Json]:
    one = {"node": "nl-hotline", "key": READER.public.key_id}
    many = [{"node": f"n{number}", "key": one["key"]} for number in range(17)]
    wrong: list[tuple[str, Json]] = [
        ("without an id", {"id": None}),
        ("an id of version 4", {"id": "019cb862-1e40-4000-8000-000000000001"}),
        ("an id in upper case", {"id": str(ID).upper()}),
        ("a kind with a space", {"kind": "hand over"}),
        ("sequence 0", {"sequence": 0}),
        ("sequence true", {"sequence": True}),
        (
            "a sender with another member",
            {"from_": {"node": "ge-hotline", "key": SENDER.public.key_id, "x": 1}},
        ),
        ("a sender in upper case", {"from_": {"node": "GE", "key": SENDER.public.key_id}}),
        ("no addressee", {"to": []}),
        ("an addressee twice", {"to": [one, one]}),
        ("seventeen addressees", {"to": many}),
        ("a day that does not exist", {"sent_at": "2026-02-30T10:15:00.000000Z"}),
        ("hour 24", {"sent_at": "2026-03-04T24:00:00.000000Z"}),
        ("second 60", {"sent_at": "2026-03-04T10:15:60.000000Z"}),
        ("year 0", {"sent_at": "0000-03-04T10:15:00.000000Z"}),
        ("year 999", {"sent_at": "0999-03-04T10:15:00.000000Z", "expires_at": "0999-03-05T10:15:00.000000Z"}),
        ("a time without its fraction", {"sent_at": "2026-03-04T10:15:00Z"}),
        ("it ends before it begins", {"expires_at": clock.to_text(NOW)}),
        ("it lives too long", {"expires_at": clock.to_text(NOW + 45 * DAY + TICK)}),
        ("a mark of TLP 1", {"mark": "TLP:WHITE"}),
    ]
    return [case(name, with_member(**members), "broken_header") for name, members in wrong]


def trust_cases() -> list[Json]:
    again = {"node": "ge-hotline", "id": str(ID), "digest": hashlib.sha256(BASE).hexdigest()}
    at_signature = len(BASE) - signing.LENGTH
    by_stranger = writing.sign(PARTS.signed, KEYS["stranger"])
    edges: list[tuple[str, str, list[KnownKey]]] = [
        ("nobody is trusted", "unknown_sender", []),
        ("another key of the sender", "unknown_sender_key", [known("ge-hotline", KEYS["ge-hotline, next"])]),
        ("revoked later than sent", "revoked_key", [known("ge-hotline", SENDER, revoked_at=NOW + DAY)]),
        (
            "sent before the key was valid",
            "key_not_valid",
            [known("ge-hotline", SENDER, valid_from=NOW + TICK)],
        ),
        (
            "sent after the key was valid",
            "key_not_valid",
            [known("ge-hotline", SENDER, valid_until=NOW - TICK)],
        ),
    ]
    return [
        case("somebody else reads", {"like": "plain"}, "not_for_us",
             own={"node": "eu-relay", "keys": ["eu-relay"]}),
        case("sealed to keys that are gone", {"like": "plain"}, "unknown_own_key",
             own={"node": "nl-hotline", "keys": ["nl-hotline, earlier"]}),
        *(case(name, {"like": "plain"}, refusal, trust=trust_json(keys)) for name, refusal, keys in edges),
        case("signed by somebody else", by_stranger, "bad_signature_ed25519"),
        case("Ed25519 signature changed", {"like": "plain", "flip": [at_signature]}, "bad_signature_ed25519"),
        case("ML-DSA-65 signature changed", {"like": "plain", "flip": [at_signature + 64]},
             "bad_signature_mldsa65"),
        case("ML-DSA-65 signature by somebody else",
             BASE[: at_signature + 64] + by_stranger[at_signature + 64 :], "bad_signature_mldsa65"),
        case("signed for another purpose", PARTS.signed + signing.sign(
            PARTS.signed, purpose=rotations.PURPOSE, keys=SENDER), "bad_signature_ed25519"),
        case("our clock is more than two hours behind", {"like": "plain"}, "from_the_future",
             now=clock.to_text(NOW - timedelta(hours=2) - TICK)),
        case("too late", {"like": "plain"}, "expired",
             now=clock.to_text(NOW + writing.DEFAULT_LIFE + timedelta(hours=2))),
        case("taken before", {"like": "plain"}, "replayed", seen=[again]),
        case("the id was used for something else", {"like": "plain"}, "id_reused",
             seen=[again | {"digest": "00" * 32}]),
        case("a kind that is not known", {"like": "plain"}, "unknown_kind", kinds=["ping"]),
    ]  # fmt: skip


def body_cases() -> list[Json]:
    other = frame.split(written(content={"other": True}))
    low_order = PARTS.wrapped[0][:1088] + bytes(32) + PARTS.wrapped[0][1120:]
    padded = padding.pad(INSIDE)
    unwanted = padded[:-1] + b"\x01"
    no_object = canonical.to_bytes(json.loads(INSIDE) | {"content": []})
    stranger = {"node": "stranger", "key": KEYS["stranger"].public.key_id}
    return [
        case("a wrapped key changed before signing", with_parts(wrapped=bytes(1168)), "seal_broken"),
        case("a wrapped key of low order", with_parts(wrapped=low_order), "seal_broken"),
        case("another commitment", with_parts(commitment=bytes(32)), "not_committed"),
        case("a key that fits another commitment", with_parts(commitment=other.commitment), "not_committed"),
        case("another body", with_parts(body=other.body), "broken_body"),
        case("not padded", with_padded(len(INSIDE).to_bytes(4, "big") + INSIDE), "padding_broken"),
        case("padded with other than zero bytes", with_padded(unwanted), "padding_broken"),
        case("padded too far", with_padded(padded + bytes(256)), "padding_broken"),
        case("a length that does not fit", with_padded(b"\xff\xff\xff\xff" + bytes(252)), "padding_broken"),
        case("an inside with white space", with_padded(padding.pad(INSIDE + b" ")), "broken_content"),
        case("an inside that is no JSON", with_padded(padding.pad(b"\xff")), "broken_content"),
        case("an inside with a fifth member", with_inside(more=1), "broken_content"),
        case("content is a list", with_padded(padding.pad(no_object)), "broken_content"),
        case("content too deep", with_padded(padding.pad(
            INSIDE.replace(b'"v":1', b'"v":' + b"[" * 15 + b"]" * 15))), "broken_content"),
        case("another id inside", with_inside(id=str(CONVERSATION)), "inside_differs"),
        case("another sender inside", with_inside(from_=stranger), "inside_differs"),
        case("another addressee inside", with_inside(to=[stranger]), "inside_differs"),
    ]  # fmt: skip


def all_cases() -> list[Json]:
    return [*read_cases(), *frame_cases(), *header_cases(), *trust_cases(), *body_cases()]
