"""The envelope against the vectors of its specification, read by the node and by an independent reader."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.envelope import (
    canonical,
    errors,
    key_files,
    node_keys,
    padding,
    reading,
    rotations,
    words,
)
from tutela.core.envelope import header as headers
from tutela.core.envelope.errors import EnvelopeRefusal
from tutela.core.envelope.trust import KnownKey, OwnNode, Trust
from tutela.core.kernel import clock

SPEC = Path(__file__).parents[2] / "spec"
VECTORS = json.loads((SPEC / "vectors" / "envelope.json").read_text("ascii"))
KEYS: dict[str, dict[str, str]] = VECTORS["keys"]
ENVELOPES: dict[str, dict[str, Any]] = {case["name"]: case for case in VECTORS["envelopes"]}


def _second() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "envelope_reader", Path(__file__).with_name("envelope_reader.py")
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SECOND = _second()
b64 = base64.b64decode


def bytes_of(case: dict[str, Any]) -> bytes:
    if "zeros" in case:
        return bytes(case["zeros"])
    envelope = bytearray(b64(case["envelope"]) if "envelope" in case else bytes_of(ENVELOPES[case["like"]]))
    for position in case.get("flip", ()):
        envelope[position] ^= 1
    return bytes(envelope)


def keys_of(name: str) -> node_keys.NodeKeys:
    return node_keys.from_seed(bytes.fromhex(KEYS[name]["seed"]))


def trust_of(known: list[dict[str, Any]]) -> Trust:
    def moment(text: str | None) -> Any:
        return text and clock.from_text(text)

    return Trust(
        [
            KnownKey(
                one["node"],
                node_keys.PublicKeys(b64(KEYS[one["keys"]]["public"])),
                moment(one["valid_from"]),
                moment(one["valid_until"]),
                moment(one["revoked_at"]),
            )
            for one in known
        ]
    )


def first_reads(case: dict[str, Any]) -> dict[str, Any]:
    taken = {(one["node"], UUID(one["id"])): bytes.fromhex(one["digest"]) for one in case["seen"]}
    message = reading.read(
        bytes_of(case),
        own=OwnNode(case["own"]["node"], tuple(keys_of(name) for name in case["own"]["keys"])),
        trust=trust_of(case["trust"]),
        now=clock.from_text(case["now"]),
        kinds=case["kinds"],
        seen=lambda node, id_: taken.get((node, id_)),
    )
    header = json.loads(headers.to_bytes(message.header))
    return {"header": header, "content": message.content, "digest": message.digest.hex()}


def second_reads(case: dict[str, Any]) -> dict[str, Any]:
    return dict(SECOND.read(case, bytes_of(case), KEYS))


def outcome(read: Callable[[], Any]) -> Any:
    """What both readers must agree on: what was read, or the name of the refusal."""
    try:
        return read()
    except EnvelopeRefusal as refusal:
        return {"refusal": refusal.code}
    except SECOND.Refused as refusal:
        return {"refusal": str(refusal)}


def wanted(case: dict[str, Any], *names: str) -> Any:
    return {name: case[name] for name in names} if "refusal" not in case else {"refusal": case["refusal"]}


@pytest.mark.parametrize("case", ENVELOPES.values(), ids=ENVELOPES.keys())
def test_both_readers_do_with_an_envelope_what_the_vectors_say(case: dict[str, Any]) -> None:
    expected = wanted(case, "header", "content", "digest")
    assert outcome(lambda: first_reads(case)) == expected
    assert outcome(lambda: second_reads(case)) == expected


NEED_PRIVATE_KEYS = {
    "seal_broken",
    "not_committed",
    "broken_body",
    "padding_broken",
    "broken_content",
    "inside_differs",
}


@pytest.mark.parametrize("case", ENVELOPES.values(), ids=ENVELOPES.keys())
def test_verifying_takes_no_private_key_and_opening_no_trust(case: dict[str, Any]) -> None:
    taken = {(one["node"], UUID(one["id"])): bytes.fromhex(one["digest"]) for one in case["seen"]}
    own = OwnNode(case["own"]["node"], tuple(keys_of(name) for name in case["own"]["keys"]))
    envelope, opened = bytes_of(case), case.get("refusal") in NEED_PRIVATE_KEYS | {None}

    def verified() -> reading.Verified:
        return reading.verify(
            envelope,
            node=case["own"]["node"],
            own_key_ids={KEYS[name]["key_id"] for name in case["own"]["keys"]},
            trust=trust_of(case["trust"]),
            now=clock.from_text(case["now"]),
            kinds=case["kinds"],
            seen=lambda node, id_: taken.get((node, id_)),
        )

    if not opened:
        assert outcome(verified) == {"refusal": case["refusal"]}
        return
    assert verified().digest == reading.digest_of(envelope)
    for read in (
        lambda: reading.open_verified(verified(), own=own),
        lambda: reading.open_stored(envelope, own=own),
    ):
        found = outcome(lambda read=read: read().content)
        assert found == case.get("content", {"refusal": case.get("refusal")})


@pytest.mark.parametrize("name", KEYS)
def test_both_readers_make_the_same_keys_of_a_seed(name: str) -> None:
    vector, keys = KEYS[name], keys_of(name)
    private, public = b64(vector["private"]), b64(vector["public"])
    assert keys.raw == private == SECOND.expand_seed(bytes.fromhex(vector["seed"]))
    assert keys.public.raw == public == SECOND.public_of(private)
    assert keys.public.key_id == vector["key_id"] == SECOND.key_id_of(public)
    assert keys.public.words == vector["words"] == SECOND.words_of(vector["key_id"])
    assert words.are_same(vector["words"].upper().replace("-", "  "), keys.public.words)


@pytest.mark.parametrize("case", VECTORS["canonical"], ids=lambda case: case["bytes"][:24])
def test_both_readers_agree_on_what_is_canonical(case: dict[str, Any]) -> None:
    data = b64(case["bytes"])
    expected = json.loads(data) if case["canonical"] else {"refusal": "not_canonical"}
    assert outcome(lambda: canonical.from_bytes(data)) == expected
    assert outcome(lambda: SECOND.canonical(data, "not_canonical")) == expected


def test_both_readers_pad_alike() -> None:
    for case in VECTORS["padding"]:
        lengths = (padding.padded_length(case["length"] + 4), SECOND.padded_length(case["length"]))
        assert lengths == (case["padded"], case["padded"])


@pytest.mark.parametrize("case", VECTORS["relayed"], ids=lambda case: case["name"])
def test_both_readers_take_from_a_relay_what_the_vectors_say(case: dict[str, Any]) -> None:
    wrapped, keys = b64(case["wrapped"]), keys_of(case["keys"])
    expected = b64(case["plaintext"]) if "plaintext" in case else {"refusal": case["refusal"]}
    assert outcome(lambda: reading.unwrap_from_relay(wrapped, keys=keys)) == expected
    assert outcome(lambda: SECOND.unwrap(wrapped, keys.raw)) == expected


@pytest.mark.parametrize("case", VECTORS["rotations"], ids=lambda case: case["name"])
def test_both_readers_do_with_a_rotation_what_the_vectors_say(case: dict[str, Any]) -> None:
    def first() -> dict[str, Any]:
        read = rotations.read_rotation(b64(case["rotation"]), trust=trust_of(case["trust"]))
        times = {"valid_from": clock.to_text(read.valid_from), "old_until": clock.to_text(read.old_until)}
        return {"node": read.node, "old": read.old, "new": read.new.key_id, **times}

    expected = wanted(case, "read").get("read", {"refusal": case.get("refusal")})
    assert outcome(first) == expected
    assert outcome(lambda: SECOND.read_rotation(b64(case["rotation"]), case["trust"], KEYS)) == expected


@pytest.mark.parametrize("case", VECTORS["key_files"], ids=lambda case: case["name"])
def test_both_readers_do_with_a_key_file_what_the_vectors_say(case: dict[str, Any]) -> None:
    data, passphrase = b64(case["file"]), case["passphrase"]
    expected = {"refusal": case["refusal"]} if "refusal" in case else keys_of(case["keys"]).raw
    assert outcome(lambda: key_files.read(data, passphrase).raw) == expected
    assert outcome(lambda: SECOND.read_key_file(data, passphrase)) == expected


PLAIN = ENVELOPES["plain"]["header"]
odd_values = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | st.integers(2**53 - 1, 2**53) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abkno~ ", max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    name=st.sampled_from(sorted(PLAIN)) | st.text(max_size=3),
    value=odd_values,
    cut=st.integers(0, 90),
    put=st.text("0123456789abfABF-T:.Z+_ \n\u0660", max_size=2),
)
@settings(max_examples=250, deadline=None)
def test_both_readers_agree_on_headers_that_nobody_thought_of(
    name: str, value: Any, cut: int, put: str
) -> None:
    changed = PLAIN | {name: value}
    old = PLAIN.get(name)
    if isinstance(old, str):
        changed[name] = old[:cut] + put + old[cut + 1 :]
    for members in (changed, PLAIN | {name: value}):
        for separators in ((",", ":"), (", ", ":")):
            data = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=separators).encode()
            first = outcome(lambda data=data: json.loads(headers.to_bytes(headers.from_bytes(data))))
            assert first == outcome(lambda data=data: SECOND.read_header(data))


def test_every_refusal_has_a_vector_and_a_place_in_the_specification() -> None:
    parts = ("envelopes", "relayed", "rotations", "key_files")
    shown = {case.get("refusal") for part in parts for case in VECTORS[part]} - {None}
    not_of_the_wire = {
        "envelope_refused",
        "bad_signature",  # the parents of others
        "bad_key",
        "lock_broken",
        "not_canonical",  # named broken_header, broken_content, broken_rotation there
    }
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    codes = {kind.code for kind in kinds if issubclass(kind, EnvelopeRefusal)} - not_of_the_wire
    assert shown == codes
    text = (SPEC / "envelope.md").read_text("utf-8")
    assert not [code for code in sorted(codes) if f"`{code}`" not in text]


def test_the_second_reader_shares_nothing_with_the_first() -> None:
    assert "tutela" not in {
        line.split()[1].partition(".")[0]
        for line in inspect.getsource(SECOND).splitlines()
        if line.startswith(("import ", "from "))
    }


def test_the_digest_names_the_bytes() -> None:
    envelope = bytes_of(ENVELOPES["plain"])
    assert reading.digest_of(envelope) == hashlib.sha256(envelope).digest()
