"""The protocol against the vectors of its specification, read by the node and by an independent reader."""

from __future__ import annotations

import base64
import copy
import hashlib
import importlib.util
import inspect
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.envelope import errors as envelope_errors
from tutela.core.protocol import (
    batches,
    contents,
    conversation,
    delivery,
    descriptions,
    errors,
    events,
    kinds,
    marks,
)
from tutela.core.protocol.errors import BadContent, ProtocolRefusal
from tutela.core.protocol.state import ConversationState
from tutela.core.terms.exchange import ReceiptStep
from tutela.core.terms.marks import HandlingMark
from tutela.core.terms.nodes import NodeRole

SPEC = Path(__file__).parents[2] / "spec"
VECTORS = json.loads((SPEC / "vectors" / "protocol.json").read_text("ascii"))
TEXT = (SPEC / "protocol.md").read_text("utf-8")
NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


def _second() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "protocol_reader", Path(__file__).with_name("protocol_reader.py")
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SECOND = _second()


def named(cases: list[dict[str, Any]]) -> Any:
    assert len({case["name"] for case in cases}) == len(cases)
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


def refusal_of(read: Callable[[], Any]) -> Any:
    """What both readers must agree on: None, or the refusal's name; for a content its reason and member."""
    try:
        read()
    except BadContent as refusal:
        return {"reason": refusal.reason, "member": refusal.member}
    except ProtocolRefusal as refusal:
        return refusal.code
    except SECOND.Refused as refusal:
        both = {"reason": refusal.reason, "member": refusal.member}
        return both if refusal.code == "bad_content" else refusal.code
    return None


def content_of(case: dict[str, Any]) -> Any:
    content = copy.deepcopy(case["content"])
    if repeat := case.get("repeat"):
        content[repeat["member"]] *= repeat["times"]
    return content


@named(VECTORS["contents"])
def test_both_readers_do_with_a_content_what_the_vectors_say(case: dict[str, Any]) -> None:
    content = content_of(case)
    assert refusal_of(lambda: contents.check(case["kind"], content)) == case["refusal"]
    assert refusal_of(lambda: SECOND.read(case["kind"], content)) == case["refusal"]


@named([case for case in VECTORS["contents"] if not case["refusal"]])
def test_what_is_read_is_written_again(case: dict[str, Any]) -> None:
    content = content_of(case)
    read = contents.read(case["kind"], content)
    written = read.to_json()
    assert contents.read(case["kind"], written) == read
    assert _differ_in_defaults_only(content, written)


def _differ_in_defaults_only(content: Any, written: Any) -> bool:
    """``unclear`` and ``closed`` are written where the sender left them out, empty lists are not."""
    if isinstance(content, dict) and isinstance(written, dict):
        added = [one for name, one in written.items() if name not in content]
        kept = [(one, written.get(name, [])) for name, one in content.items()]
        same = all(_differ_in_defaults_only(*pair) for pair in kept)
        return same and all(one in ("unclear", False) for one in added)
    if isinstance(content, list) and len(content) == len(written):
        return all(map(_differ_in_defaults_only, content, written))
    return bool(content == written)


def first_plays(case: dict[str, Any]) -> list[list[list[str]]]:
    state = ConversationState(NodeRole(case["ours"]), NodeRole(case["theirs"]))
    outcomes = []
    for played in case["steps"]:
        try:
            state, commands = conversation.step(state, event_of(played["event"]))
            outcomes.append([outcome_of(one) for one in commands])
        except ProtocolRefusal as refusal:
            outcomes.append([["not_said", "", refusal.code]])
    return outcomes


def event_of(event: dict[str, Any]) -> events.Event:
    ((name, about),) = event.items()
    if name == "say":
        return events.Said(about["kind"], about["content"], HandlingMark(about["mark"]))
    if name == "days":
        return events.TimePassed(NOW + timedelta(days=about))
    which = (UUID(about["id"]), about["kind"], about["sequence"])
    if "unreadable" in about:
        return events.Unreadable(*which, about["unreadable"], NOW)
    return events.Heard(*which, about["content"], HandlingMark(about["mark"]), NOW)


def outcome_of(command: events.Command) -> list[str]:
    match command:
        case events.Apply():
            return ["effect", str(command.id), ""]
        case events.Hold():
            return ["held", str(command.id), ""]
        case events.Receipt():
            return [f"receipt {command.step}", str(command.id), command.code]
        case events.Refuse():
            return ["refused", str(command.id), command.code]
        case events.TellPerson():
            return ["person", "", command.code]
        case events.Close():
            return ["closed", "", ""]


def second_plays(case: dict[str, Any]) -> list[list[list[str]]]:
    side = SECOND.Conversation(case["ours"], case["theirs"])
    return [side.play(played["event"]) for played in case["steps"]]


def comparable(outcomes: list[list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """Effects have an order, what is told about them has none."""
    return [one for one in outcomes if one[0] == "effect"], sorted(outcomes)


@named(VECTORS["conversations"])
def test_both_readers_play_a_conversation_as_the_vectors_say(case: dict[str, Any]) -> None:
    wanted = [comparable(played["outcomes"]) for played in case["steps"]]
    assert [comparable(one) for one in first_plays(copy.deepcopy(case))] == wanted
    assert [comparable(one) for one in second_plays(copy.deepcopy(case))] == wanted


def test_marks_let_pass_what_the_vectors_say() -> None:
    ways: dict[str, dict[str, bool]] = {
        "node": {"within_node": True, "to_partner": False},
        "partner in need": {"within_node": False, "to_partner": True, "needs_to_know": True},
        "partner": {"within_node": False, "to_partner": True},
        "anybody": {"within_node": False, "to_partner": False},
    }
    for case in VECTORS["marks"]:
        for way in (*case["to"], *case["not_to"]):
            allowed = way in case["to"]
            assert marks.may_pass_on(HandlingMark(case["mark"]), **ways[way]) is allowed
            assert SECOND.may_pass_on(case["mark"], way) is allowed


def test_both_readers_count_receipts_and_waits_alike() -> None:
    for case in VECTORS["receipts"]:
        first, second = ReceiptStep(case["first"]), ReceiptStep(case["second"])
        assert delivery.merge(first, second) == case["counts"] == SECOND.later(first, second)
    for case in VECTORS["delivery"]:
        latest = delivery.next_attempt(case["failures"], NOW, NOW, lambda: 1.0)
        assert latest == NOW + timedelta(seconds=case["longest_wait"])
        assert SECOND.longest_wait(case["failures"]) == case["longest_wait"]


def body_of(case: dict[str, Any]) -> bytes:
    return bytes(case["zeros"]) if "zeros" in case else base64.b64decode(case["body"])


@named(VECTORS["batches"])
def test_both_readers_split_a_body_as_the_vectors_say(case: dict[str, Any]) -> None:
    body = body_of(case)
    for split in (batches.split, SECOND.split):
        assert refusal_of(lambda split=split: split(body)) == case.get("refusal")
        if "refusal" not in case:
            assert [len(one) for one in split(body)] == case["lengths"]
    if "refusal" not in case:
        assert batches.join(batches.split(body)) == body


@named(VECTORS["results"])
def test_both_readers_read_results_as_the_vectors_say(case: dict[str, Any]) -> None:
    body, digests = case["body"].encode(), [bytes.fromhex(one) for one in case["digests"]]
    readers = (
        lambda: list(batches.read_results(body, digests=digests)),
        lambda: SECOND.read_results(body, case["digests"]),
    )
    for read in readers:
        assert refusal_of(read) == case.get("refusal")
        assert "refusal" in case or read() == case["codes"]


@named(VECTORS["descriptions"])
def test_both_readers_read_a_description_as_the_vectors_say(case: dict[str, Any]) -> None:
    body = case["body"].encode()
    for read in (descriptions.from_bytes, SECOND.read_description):
        assert refusal_of(lambda read=read: read(body)) == case.get("refusal")
    if "refusal" not in case:
        first = descriptions.from_bytes(body)
        assert first.to_json() == case["read"] == SECOND.read_description(body)
        assert descriptions.from_bytes(descriptions.to_bytes(first)) == first


GOOD = [case for case in VECTORS["contents"] if not case["refusal"] and not case.get("repeat")]
odd_values = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every object or list in ``value`` with each of its names or positions."""
    if not isinstance(value, dict | list):
        return []
    here = list(value) if isinstance(value, dict) else range(len(value))
    return [(value, at) for at in here] + [one for at in here for one in places(value[at])]


@given(
    data=st.data(),
    case=st.sampled_from(GOOD),
    value=odd_values,
    cut=st.integers(0, 40),
    put=st.text(max_size=2),
)
@settings(max_examples=400, deadline=None)
def test_both_readers_agree_on_contents_that_nobody_thought_of(
    data: st.DataObject, case: dict[str, Any], value: Any, cut: int, put: str
) -> None:
    content = copy.deepcopy(case["content"])
    if found := places(content):
        inside, at = data.draw(st.sampled_from(found))
        way = data.draw(st.sampled_from(["replace", "remove", "spell", "double"]))
        if way == "replace":
            inside[at] = value
        elif way == "remove":
            del inside[at]
        elif way == "double" and isinstance(inside[at], list):
            inside[at] = inside[at] * 2
        elif isinstance(inside[at], str):
            inside[at] = inside[at][:cut] + put + inside[at][cut + 1 :]
    for kind in (case["kind"], data.draw(st.sampled_from(sorted(kinds.KINDS)))):
        first = refusal_of(lambda kind=kind: contents.check(kind, content))
        assert first == refusal_of(lambda kind=kind: SECOND.read(kind, content))


def test_every_refusal_has_a_vector_and_a_place_in_the_specification() -> None:
    every = [
        kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, ProtocolRefusal)
    ]
    codes = {kind.code for kind in every} - {"protocol_refused"}
    shown = {
        one[2] for case in VECTORS["conversations"] for played in case["steps"] for one in played["outcomes"]
    }
    shown |= {
        case.get("refusal") for part in ("batches", "results", "descriptions") for case in VECTORS[part]
    }
    assert codes - shown == set()
    assert [code for code in sorted(codes) if f"`{code}`" not in TEXT] == []


def test_every_reason_for_bad_content_has_a_vector() -> None:
    listed = str(inspect.getdoc(BadContent)).partition("what: ")[2].partition(". No value")[0]
    reasons = set(re.findall(r"\w+", listed))
    assert {case["refusal"]["reason"] for case in VECTORS["contents"] if case["refusal"]} == reasons


def test_the_tables_of_the_specification_are_those_of_the_code() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.+) → (.+) \| (yes|) ?\| (.*?) ?\| (.*?) ?\| (yes|) ?\| ([A-Z+]+) \|$", TEXT, re.M
    )
    assert [row[0] for row in rows] == list(kinds.KINDS) == list(contents.CONTENTS)
    for name, _, _, begins, _, _, people, mark in rows:
        kind = kinds.KINDS[name]
        assert (kind.begins, kind.by_person, kind.mark) == (bool(begins), bool(people), f"TLP:{mark}")
    for name, (froms, tos, begins, answers, follows, people) in SECOND.TABLE.items():
        kind = kinds.KINDS[name]
        assert (kind.from_roles, kind.to_roles) == (set(froms.split()), set(tos.split()))
        assert (kind.answers_to, kind.follows) == (set(answers.split()), set(follows.split()))
        assert (kind.begins, kind.by_person) == (begins, people)


def test_codes_of_delivery_are_codes_of_the_envelope_or_of_the_inbox() -> None:
    known = {
        kind.code for _, kind in inspect.getmembers(envelope_errors, inspect.isclass) if hasattr(kind, "code")
    }
    assert delivery.LATER - known == {"rate", "busy"}
    assert [code for code in sorted(delivery.LATER) if f"`{code}`" not in TEXT] == []


def test_the_second_reader_shares_nothing_with_the_first() -> None:
    assert "tutela" not in {
        line.split()[1].partition(".")[0]
        for line in inspect.getsource(SECOND).splitlines()
        if line.startswith(("import ", "from "))
    }


def test_the_digest_of_a_result_is_that_of_the_bytes() -> None:
    sent = [hashlib.sha256(one).digest() for one in (b"1", b"2")]
    body = batches.results_to_bytes(zip(sent, ["taken", "replayed"], strict=True))
    assert batches.read_results(body, digests=sent) == ("taken", "replayed")
