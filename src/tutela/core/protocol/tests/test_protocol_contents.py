"""Contents: a value or a named refusal, whatever comes; what a release does not know survives it."""

from __future__ import annotations

import base64
import copy
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.envelope import canonical, node_keys
from tutela.core.protocol import batches, contents, descriptions
from tutela.core.protocol.errors import BadContent, ProtocolRefusal, UnknownKind
from tutela.core.protocol.kinds import KINDS, heard_by, may_say
from tutela.core.terms import labels
from tutela.core.terms.nodes import NodeRole

REF, AT = "019cb862-1e40-7000-8000-0000000000f1", "2026-03-04T10:15:00.000000Z"
ITEM = {
    "ref": REF,
    "kind": "address",
    "address": "https://a.example.org/",
    "hosting": {"country": "NL"},
    "assessment": {"reality": "unclear", "age_band": "unclear", "category": "national"},
    "fingerprints": [{"kind": "md5", "value": "0f" * 16}],
}
HANDOVER = {"reference": "TUT-1", "items": [ITEM], "note": "a\nb"}

names = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | st.integers(), inner, max_size=4),
    max_leaves=10,
)
MEMBERS = sorted({one.name for kind in contents.CONTENTS.values() for one in dataclasses.fields(kind)})
contents_of_members = st.dictionaries(st.sampled_from(MEMBERS), values, max_size=6)


@given(kind=st.sampled_from(sorted(KINDS)), content=values | contents_of_members)
@settings(max_examples=250, deadline=None)
def test_any_content_is_a_value_or_a_refusal(kind: str, content: Any) -> None:
    try:
        read = contents.read(kind, content)
    except BadContent as refusal:
        assert refusal.reason
        return
    assert contents.read(kind, read.to_json()) == read


@given(
    body=st.binary(max_size=40)
    | st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=5).map(batches.join)
)
def test_any_body_is_envelopes_or_a_refusal(body: bytes) -> None:
    try:
        found = batches.split(body)
    except ProtocolRefusal:
        return
    assert batches.join(found) == body


documents = values.map(lambda one: json.dumps(one, default=str, skipkeys=True).encode())


@given(body=st.binary(max_size=60) | documents)
@settings(deadline=None)
def test_any_document_is_read_or_refused(body: bytes) -> None:
    for read in (descriptions.from_bytes, lambda one: batches.read_results(one, digests=[])):
        with pytest.raises(ProtocolRefusal):
            read(body)


GOOD_KEYS = node_keys.from_seed(b"d" * 32).public
DESCRIPTION = {
    "node": "hotline.example.org",
    "organisation": "A hotline",
    "role": "hotline",
    "country": "GE",
    "url": "https://partner.example.org",
    "versions": [1],
    "keys": [{"id": GOOD_KEYS.key_id, "public": base64.b64encode(GOOD_KEYS.raw).decode(), "valid_from": AT}],
}


@given(
    member=st.sampled_from([*DESCRIPTION, "relay", "valid_until", "id", "public", "valid_from"]),
    value=values | st.just(AT) | st.text("abc.:/@[]\\ ", max_size=20).map(lambda text: f"https://{text}"),
)
def test_a_description_with_one_member_replaced_is_read_as_it_stands_or_refused(
    member: str, value: Any
) -> None:
    said = copy.deepcopy(DESCRIPTION)
    of_key = member in {"valid_until", "id", "public", "valid_from"}
    (said["keys"][0] if of_key else said)[member] = value  # type: ignore[index,operator]
    try:
        read = descriptions.from_bytes(json.dumps(said, default=str, skipkeys=True).encode())
    except ProtocolRefusal:
        return
    assert descriptions.from_bytes(descriptions.to_bytes(read)) == read


def into(content: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    for step in path:
        content = content[step]
    return content


FIRST = ("items", 0)


@pytest.mark.parametrize(
    "path", [(), FIRST, (*FIRST, "hosting"), (*FIRST, "assessment"), (*FIRST, "fingerprints", 0)]
)
@given(more=st.dictionaries(names.map(lambda name: f"x-{name}"), values, max_size=3))
@settings(max_examples=20, deadline=None)
def test_unknown_members_survive_wherever_they_stand(path: tuple[Any, ...], more: dict[str, Any]) -> None:
    content = copy.deepcopy(HANDOVER)
    into(content, path).update(more)
    written = contents.read("handover", content).to_json()
    kept = into(written, path)
    assert all(kept[name] is more[name] for name in more)


def test_a_content_is_written_in_a_form_that_envelopes_take() -> None:
    read = contents.read("handover", HANDOVER)
    assert canonical.from_bytes(canonical.to_bytes(read.to_json())) == read.to_json()


def test_a_refusal_repeats_no_value() -> None:
    secret = "https://not to be repeated.example.org"
    with pytest.raises(BadContent) as caught:
        contents.check("handover", HANDOVER | {"items": [ITEM | {"address": secret}]})
    assert (caught.value.reason, caught.value.member) == ("wrong_form", "items[0].address")
    assert secret not in str(caught.value)


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(UnknownKind):
        contents.check("gossip", {})


def test_every_kind_has_a_label() -> None:
    assert [entry.code for entry in labels.labels_of("message_kind")] == list(KINDS)


def test_who_hears_what() -> None:
    assert heard_by(NodeRole.RELAY) == {"ping", "receipt"}
    assert "referral" in heard_by(NodeRole.POLICE) - heard_by(NodeRole.HOTLINE)
    assert heard_by(NodeRole.PROVIDER) >= {"notice", "preservation", "question", "reply", "hash_delta"}
    assert may_say(KINDS["answer"], sender=NodeRole.PROVIDER, to=NodeRole.POLICE)
    assert not may_say(KINDS["answer"], sender=NodeRole.POLICE, to=NodeRole.PROVIDER)


def test_every_kind_can_be_heard_after_what_it_answers() -> None:
    for kind in KINDS.values():
        assert kind.begins or kind.answers_to
        for name in kind.answers_to:
            before = KINDS[name]
            assert kind.from_roles & before.to_roles
            assert kind.to_roles & before.from_roles


def test_what_fits_into_a_body_is_chosen_and_the_rest_waits() -> None:
    large = bytes(7 << 20)
    assert batches.fill([large, large, large]) == (large, large)
    assert len(batches.fill([b"1"] * 101)) == batches.MOST_ENVELOPES
    assert batches.fill([]) == ()
