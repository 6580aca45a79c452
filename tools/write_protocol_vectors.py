"""Write ``spec/vectors/protocol.json``: what a node of spec/protocol.md takes, and what it refuses by name.

``python tools/write_protocol_vectors.py``. What is expected is written here by hand, not asked of the code.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import vector_protocol_contents as of
from tutela.core.envelope import node_keys
from vector_protocol_contents import ADDRESS, AT, HANDOVER, Json

PATH = Path(__file__).resolve().parent.parent / "spec" / "vectors" / "protocol.json"
AMBER, STRICT, GREEN = "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:GREEN"
Outcome = tuple[str, str, str]


def id_of(number: int) -> str:
    return f"019cb862-1e40-7000-8000-{number:012d}"


def say(kind: str, content: Json | None = None, mark: str = AMBER) -> Json:
    return {"say": {"kind": kind, "content": content or {}, "mark": mark}}


def hear(sequence: int, kind: str, content: Any = None, mark: str = AMBER, number: int = 0) -> Json:
    return {"hear": {"id": id_of(number or sequence), "kind": kind, "sequence": sequence,
                     "content": {} if content is None else content, "mark": mark}}  # fmt: skip


def took(number: int, step: str = "acted") -> list[Outcome]:
    return [("effect", id_of(number), ""), (f"receipt {step}", id_of(number), "")]


def held(number: int) -> list[Outcome]:
    return [("held", id_of(number), ""), ("receipt accepted", id_of(number), "")]


def no(number: int, code: str) -> list[Outcome]:
    return [(outcome, id_of(number), code) for outcome in ("refused", "receipt refused")]


def not_said(code: str) -> list[Outcome]:
    return [("not_said", "", code)]


CLOSED: list[Outcome] = [("closed", "", "")]
BEGIN = (say("handover", HANDOVER), [])
BEGUN = (hear(1, "handover", HANDOVER), took(1, "accepted"))
UPDATE = "handover_update"
UNREADABLE = {"hear": hear(1, UPDATE)["hear"] | {"unreadable": "seal_broken"}}

CONVERSATIONS: list[tuple[str, str, str, list[tuple[Json, list[Outcome]]]]] = [
    ("handed over and closed by the other side", "hotline", "hotline", [
        BEGIN, (hear(1, UPDATE), took(1)), (say(UPDATE), []),
        (hear(2, UPDATE, {"closed": True}), took(2) + CLOSED),
        (say(UPDATE), not_said("conversation_closed")), (hear(3, UPDATE), no(3, "conversation_closed"))]),
    ("closed by us while they wrote", "hotline", "hotline", [
        BEGIN, (say(UPDATE, {"closed": True}), CLOSED), (hear(1, UPDATE), took(1)),
        (say("question", {"text": "?"}), not_said("conversation_closed"))]),
    ("a member of tomorrow closes nothing", "hotline", "hotline", [
        (hear(1, "handover", HANDOVER | {"closed": True}), took(1, "accepted")), (hear(2, UPDATE), took(2))]),
    ("turned round", "hotline", "hotline", [
        (hear(3, UPDATE), held(3)), (hear(2, UPDATE), held(2)),
        (hear(1, "handover", HANDOVER), took(1, "accepted") + took(2) + took(3))]),
    ("again and again", "hotline", "hotline", [
        BEGUN, (BEGUN[0], []), (hear(3, UPDATE), held(3)), (hear(3, UPDATE), []), (hear(2, UPDATE),
            took(2) + took(3)),
        (hear(2, UPDATE), []), (hear(3, UPDATE), [])]),
    ("two in one place", "hotline", "hotline", [
        BEGUN, (hear(1, "handover", HANDOVER, number=9), no(9, "sequence_reused")),
        (hear(3, UPDATE), held(3)), (hear(3, UPDATE, number=8), no(8, "sequence_reused"))]),
    ("a refused one fills its place", "hotline", "hotline", [
        BEGIN, (hear(2, UPDATE), held(2)), (UNREADABLE, no(1, "seal_broken") + took(2)), (UNREADABLE, [])]),
    ("a ping in the place of what the inbox refused", "hotline", "hotline", [
        BEGIN, (hear(2, UPDATE), held(2)), (hear(1, "ping"), took(1) + took(2))]),
    ("far ahead", "hotline", "hotline", [
        (hear(256, UPDATE), held(256)), (hear(257, UPDATE), no(257, "too_far_ahead")),
        (hear(1, "handover", HANDOVER), took(1, "accepted")), (hear(257, UPDATE), held(257))]),
    ("a gap", "hotline", "hotline", [
        BEGIN, (hear(3, UPDATE), held(3)), ({"days": 0}, []), ({"days": 1}, [("person", "", "gap")]),
            ({"days": 2}, []),
        ({"days": 46}, [("person", "", "gap_passed_over"), *took(3)]), (hear(2, UPDATE), no(2, "expired")),
        ({"days": 50}, []), (hear(4, UPDATE), took(4))]),
    ("broken content", "hotline", "hotline", [
        BEGIN, (hear(1, UPDATE, {"closed": 1}), no(1, "bad_content")), (hear(2, UPDATE), took(2)),
        (say(UPDATE, {"items": 1}), not_said("bad_content"))]),
    ("marks are tightened and never loosened", "hotline", "hotline", [
        BEGIN, (hear(1, UPDATE, mark=GREEN), no(1, "mark_loosened")), (hear(2, UPDATE, mark=STRICT), took(2)),
        (hear(3, UPDATE), no(3, "mark_loosened")), (say(UPDATE), not_said("mark_loosened")),
        (say(UPDATE, mark=STRICT), [])]),
    ("tightened by us while they wrote", "hotline", "hotline", [
        BEGUN, (say(UPDATE, mark=STRICT), []), (hear(2, UPDATE), took(2)), (hear(3, UPDATE, mark=GREEN),
                                                                          no(3, "mark_loosened"))]),
    ("begun by what begins nothing", "hotline", "hotline", [
        (say(UPDATE), not_said("not_in_this_conversation")), (hear(1, UPDATE), no(1,
            "not_in_this_conversation")),
        (hear(2, "handover", HANDOVER), took(2, "accepted"))]),
    ("begun twice", "hotline", "hotline", [
        BEGUN, (hear(2, "handover", HANDOVER), no(2, "not_in_this_conversation")),
        (say("handover", HANDOVER), not_said("not_in_this_conversation"))]),
    ("nobody replies to themselves", "hotline", "hotline", [
        (say("question", {"text": "?"}), []), (say("reply", {"text": "!"}),
            not_said("not_in_this_conversation")),
        (hear(1, "reply", {"text": "!"}), took(1, "accepted")),
        (hear(2, "reply", {"text": "!!"}), took(2, "accepted"))]),
    ("unknown to us", "hotline", "hotline", [(say("gossip"), not_said("unknown_kind"))]),
    ("roles", "hotline", "police", [
        (say("handover", HANDOVER), not_said("wrong_role")), (hear(1, "handover", HANDOVER), no(1,
            "wrong_role")),
        (say("referral", {"reference": "a", "items": [ADDRESS]}, STRICT), []),
        (hear(2, "outcome", {"outcome": "received", "at": AT}, STRICT), took(2)),
        (hear(3, "outcome", {"outcome": "known_case", "at": AT}, STRICT), took(3)),
        (hear(4, "question", {"text": "?"}, STRICT), took(4, "accepted")), (say("reply", {"text": "!"},
            STRICT), [])]),
    ("a provider answers", "provider", "police", [
        (hear(1, "preservation", of.PRESERVATION, STRICT), took(1, "accepted")),
        (say("answer", of.ANSWER), not_said("mark_loosened")), (say("answer", of.ANSWER, STRICT), []),
        (hear(2, "answer", of.ANSWER, STRICT), no(2, "wrong_role"))]),
    ("a provider is noticed", "hotline", "provider", [
        (say("notice", of.NOTICE), []), (hear(1, "answer", of.ANSWER), took(1)), (hear(2, "answer",
            of.ANSWER), took(2))]),
    ("a list, page by page", "police", "hotline", [
        (hear(1, "hash_delta", of.DELTA), took(1)), (hear(2, "hash_delta", of.DELTA), took(2)),
        (say("hash_feedback", {"list": "a", "entries": [{"entry": "e", "opinion": "confirmed"}]}), []),
        (say("hash_delta", of.DELTA), not_said("not_in_this_conversation"))]),
    ("overlap", "hotline", "provider", [
        (say("overlap_query", of.QUERY, STRICT), []),
        (hear(1, "overlap_answer", {"scope": "addresses", "setup": "AA==", "response": "AA=="}, STRICT),
         took(1) + CLOSED)]),
    ("receipts have no receipts", "relay", "hotline", [
        (hear(1, "receipt", {"receipts": [of.RECEIPT]}), [("effect", id_of(1), "")]),
        (hear(2, "receipt", {}), [("refused", id_of(2), "bad_content")]),
        (hear(3, "ledger_head", {}), no(3, "wrong_role"))]),
]  # fmt: skip


def conversations() -> list[Json]:
    return [
        {"name": name, "ours": ours, "theirs": theirs,
         "steps": [{"event": event, "outcomes": outcomes} for event, outcomes in steps]}
        for name, ours, theirs, steps in CONVERSATIONS
    ]  # fmt: skip


def marks() -> list[Json]:
    ways = ["node", "partner in need", "partner", "anybody"]
    allowed = {"TLP:RED": 0, STRICT: 1, AMBER: 2, GREEN: 3, "TLP:CLEAR": 4}
    return [{"mark": mark, "to": ways[:many], "not_to": ways[many:]} for mark, many in allowed.items()]


def receipts() -> list[Json]:
    order = ["accepted", "refused", "opened", "acted"]
    return [
        {"first": first, "second": second, "counts": order[max(order.index(first), order.index(second))]}
        for first in order for second in order
    ]  # fmt: skip


def batches() -> list[Json]:
    def body(*sizes: int) -> bytes:
        return b"".join(size.to_bytes(4, "big") + bytes([at % 251]) * size for at, size in enumerate(sizes))

    endless = b"\xff\xff\xff\xff" + bytes(9)
    cases: list[tuple[str, bytes, Any]] = [
        ("one", body(3), [3]), ("two", body(3, 1), [3, 1]), ("a hundred", body(*[1] * 100), [1] * 100),
        ("nothing", b"", "broken_batch"), ("an empty one", body(1, 0), "broken_batch"),
        ("half a length", body(1) + b"\0\0", "broken_batch"), ("cut short", body(3)[:-1], "broken_batch"),
        ("a hundred and one", body(*[1] * 101), "too_large"), ("a length without end", endless,
            "broken_batch"),
    ]  # fmt: skip
    found: list[Json] = [
        {"name": name, "body": base64.b64encode(data).decode(),
         **({"refusal": wanted} if isinstance(wanted, str) else {"lengths": wanted})}
        for name, data, wanted in cases
    ]  # fmt: skip
    return [*found, {"name": "too much in all", "zeros": 16_777_217, "refusal": "too_large"}]


def results() -> list[Json]:
    one, two = (hashlib.sha256(data).hexdigest() for data in (b"1", b"2"))

    def said(*pairs: tuple[str, str]) -> str:
        return json.dumps({"results": [{"digest": digest, "code": code} for digest, code in pairs]})

    cases: list[tuple[str, str, Any]] = [
        ("both", said((one, "taken"), (two, "from_the_future")), ["taken", "from_the_future"]),
        ("members of tomorrow", said((one, "replayed"), (two, "taken"))[:-1] + ', "more": 1}', ["replayed",
            "taken"]),
        ("turned round", said((two, "taken"), (one, "taken")), "broken_batch"),
        ("one too few", said((one, "taken")), "broken_batch"), ("no code", said((one, ""), (two, "")),
            "broken_batch"),
        ("no JSON", "<html>", "broken_batch"), ("a list", "[]", "broken_batch"),
        ("deep", "[" * 5000, "broken_batch"),
    ]  # fmt: skip
    return [
        {"name": name, "body": body, "digests": [one, two],
         **({"refusal": wanted} if isinstance(wanted, str) else {"codes": wanted})}
        for name, body, wanted in cases
    ]  # fmt: skip


def descriptions() -> list[Json]:
    keys = node_keys.from_seed(hashlib.sha256(b"tutela vectors: ge-hotline").digest()).public
    key = {"id": keys.key_id, "public": base64.b64encode(keys.raw).decode(), "valid_from": AT}
    least: Json = {
        "node": "ge-hotline",
        "organisation": "Hotline",
        "role": "hotline",
        "versions": [1],
        "keys": [key],
    }
    most = least | {"country": "GE", "url": "https://exchange.example.org", "relay": "eu-relay",
        "more": {"a": 1},
                    "keys": [key | {"valid_until": AT, "more": 1}]}  # fmt: skip
    odd = base64.b64encode(b"\xff" * 3200).decode()
    bad: list[tuple[str, Any]] = [
        ("a list", []), ("no keys", least | {"keys": []}), ("one key twice", least | {"keys": [key, key]}),
        ("another id", least | {"keys": [key | {"id": "0" * 32}]}),
        ("no keys at all", least | {"keys": [key | {"public": odd}]}),
        ("short keys", least | {"keys": [key | {"public": "AAAA"}]}),
        ("over before it begins", least | {"keys": [key | {"valid_until": "2026-03-04T10:14:00.000000Z"}]}),
        ("another role", least | {"role": "newspaper"}), ("without TLS",
            least | {"url": "http://example.org"}),
        ("a name in capitals", least | {"node": "GE"}), ("no versions", least | {"versions": []}),
        ("too long", least | {"more": "a" * 131072}),
    ]  # fmt: skip
    return [
        *(
            {"name": name, "body": json.dumps(value), "read": value}
            for name, value in (("least", least), ("most", most))
        ),
        *({"name": name, "body": json.dumps(value), "refusal": "broken_description"} for name, value in bad),
        {"name": "no JSON", "body": "{", "refusal": "broken_description"},
    ]


def main() -> None:
    waits = [30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 21600, 21600]
    vectors = {
        "version": 1,
        "contents": of.all_cases(),
        "conversations": conversations(),
        "marks": marks(),
        "receipts": receipts(),
        "delivery": [{"failures": at, "longest_wait": wait} for at, wait in enumerate(waits, 1)],
        "batches": batches(),
        "results": results(),
        "descriptions": descriptions(),
    }
    PATH.write_text(json.dumps(vectors, indent=1) + "\n", encoding="ascii")
    print(f"{PATH.name}: {len(of.all_cases())} contents, {len(CONVERSATIONS)} conversations")


if __name__ == "__main__":
    main()
