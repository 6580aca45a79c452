"""The contents of ``spec/vectors/protocol.json``: each kind at its least and most, one fault at a time."""

from __future__ import annotations

import copy
from typing import Any

Json = dict[str, Any]
AT = "2026-03-04T10:15:00.000000Z"
REF, OTHER = "019cb862-1e40-7000-8000-0000000000f1", "019cb862-1e40-7000-8000-0000000000f2"
DIGEST = "5e" * 32
ADDRESS = {"ref": REF, "kind": "address", "address": "https://files.example.org/a?b=1"}
ACCOUNT = {"ref": OTHER, "kind": "account", "service": "chat.example.com", "account": "სახელი"}
ITEM: Json = ADDRESS | {
    "service": "example.org",
    "account": "a",
    "fingerprints": [
        {"kind": "sha256", "value": DIGEST},
        {"kind": "pdq", "value": "a7" * 32},
        {"kind": "of_tomorrow", "value": "0a"},
    ],
    "received_at": AT,
    "seen_at": AT,
    "danger_now": False,
    "known": True,
    "hosting": {"country": "NL", "ip": "2001:db8::1", "asn": 64500, "network": "EXAMPLE-NET"},
    "assessment": {"reality": "unclear", "age_band": "unclear", "category": "national", "livestream": "no"},
    "findings": [
        {"country": "NL", "outcome": "depends", "grounds": [{"criterion": "D-VIRTUAL", "source": "§ 1"}]}
    ],
}
HANDOVER = {"reference": "TUT-2026-000001", "items": [ADDRESS]}
LIST = {"id": "ge.confirmed", "name": "Confirmed", "origin": "ge-hotline", "legal_basis": "Agreement 1"}
DELTA: Json = {"list": LIST, "after": 0, "upto": 2, "last": True}
REFERRAL: Json = {"reference": "TUT/1", "items": [ITEM, ACCOUNT]}
NOTICE: Json = {
    "reference": "N 1",
    "items": [{"ref": REF, "address": "http://192.0.2.1/"}],
    "asks": ["remove"],
}
PRESERVATION: Json = {
    "reference": "P:1", "items": [ACCOUNT], "period_days": 90, "law": {"country": "GE", "source": "§ 2"},
    "until": AT, "keep_secret": True,
}  # fmt: skip
RECEIPT: Json = {"digest": DIGEST, "id": REF, "step": "accepted", "at": AT}
ANSWER: Json = {"items": [{"ref": REF, "answer": "preserved"}], "at": AT}
OUTCOME: Json = {"outcome": "victim_safeguarded", "at": AT}
QUERY: Json = {"scope": "addresses", "count": 1, "request": "AAE="}
UPDATE: Json = {"ref": REF, "state": "gone", "at": AT}

GOOD: list[tuple[str, str, Json]] = [
    ("nothing", "ping", {}),
    ("members of tomorrow", "ping", {"a": [1, {"b": None}], "closed": True}),
    ("one", "receipt", {"receipts": [RECEIPT]}),
    ("refused", "receipt", {"receipts": [RECEIPT | {"step": "refused", "code": "bad_content",
        "member": "a[0].b"}]}),
    ("least", "handover", HANDOVER),
    ("most", "handover", {"reference": "a", "items": [ITEM | {"x": 1}, ACCOUNT], "note": "ორი\n\tხაზი",
        "y": []}),
    ("fingerprint", "handover", {"reference": "a", "items": [
        {"ref": REF, "kind": "fingerprint", "fingerprints": [{"kind": "md5", "value": "0f" * 16}]}]}),
    ("service alone", "handover", {"reference": "a", "items": [
        {"ref": REF, "kind": "account", "service": "example.net"}]}),
    ("least", "handover_update", {}),
    ("empty lists", "handover", HANDOVER | {"items": [ADDRESS | {"fingerprints": [], "findings": []}]}),
    ("most", "handover_update", {"items": [UPDATE | {"reason": "removed"}], "note": "a", "closed": True}),
    ("least", "referral", {"reference": "a", "items": [ADDRESS]}),
    ("most", "referral", REFERRAL | {"danger_now": True, "evaluation": {"source": "X", "information": 4},
                                     "handling": ["H0", "H3"], "note": "only for this unit"}),
    ("least", "outcome", OUTCOME),
    ("most", "outcome", OUTCOME | {"items": [REF, OTHER], "note": "a"}),
    ("least", "notice", NOTICE),
    ("most", "notice", {"reference": "a", "items": [
        {"ref": REF, "address": "https://a.example.net/", "ip": "192.0.2.1", "category": "baseline",
            "seen_at": AT}],
        "legal_basis": "§ 3", "asks": ["remove", "preserve"], "respond_by": AT}),
    ("least", "preservation", PRESERVATION),
    ("most", "preservation", PRESERVATION | {"law": {"country": "GE", "criterion": "R-PRESERVEDAYS",
        "source": "§"},
                                             "note": "a"}),
    ("least", "answer", ANSWER),
    ("most", "answer", ANSWER | {"until": AT, "note": "a"}),
    ("words", "question", {"text": "რა?"}),
    ("words", "reply", {"text": "ეს."}),
    ("least", "hash_delta", DELTA),
    ("most", "hash_delta", DELTA | {"list": LIST | {"scheme": "own"}, "upserts": [
        {"entry": "e 1", "kind": "sha1", "value": "00" * 20, "classification": "A", "scheme": "own",
            "quality": 100}],
        "withdrawn": ["e 2"]}),
    ("one", "hash_feedback", {"list": "ge.confirmed", "entries": [{"entry": "e 1", "opinion": "refuted"}]}),
    ("query", "overlap_query", QUERY),
    ("answer", "overlap_answer", {"scope": "fingerprints", "setup": "AA==", "response": "////"}),
    ("head", "ledger_head", {"number": 9007199254740991, "hash": DIGEST, "at": AT}),
]  # fmt: skip


def with_item(**members: Any) -> Json:
    """A handover of one item with members replaced; a name ending in ``_`` is taken out."""
    item = copy.deepcopy(ITEM) | {name: one for name, one in members.items() if not name.endswith("_")}
    return HANDOVER | {"items": [{name: one for name, one in item.items() if f"{name}_" not in members}]}


def without(content: Json, name: str) -> Json:
    return {one: value for one, value in content.items() if one != name}


# name, kind, content, reason, member
BAD: list[tuple[str, str, Any, str, str]] = [
    ("no object", "ping", [], "wrong_type", ""),
    ("nothing", "handover", {}, "missing", "reference"),
    ("null", "handover", HANDOVER | {"note": None}, "wrong_type", "note"),
    ("the first fault counts", "handover", {"reference": 1, "items": 1}, "wrong_type", "reference"),
    ("a line of two", "hash_delta", DELTA | {"list": LIST | {"name": "a\nb"}}, "wrong_form", "list.name"),
    ("an empty line", "hash_delta", DELTA | {"list": LIST | {"origin": ""}}, "wrong_form", "list.origin"),
    ("a bell", "question", {"text": "\x07"}, "wrong_form", "text"),
    ("a carriage return", "question", {"text": "a\r\n"}, "wrong_form", "text"),
    ("no text", "question", {"text": ""}, "wrong_form", "text"),
    ("a reference with a space first", "handover", HANDOVER | {"reference": " a"}, "wrong_form", "reference"),
    ("a long reference", "handover", HANDOVER | {"reference": "a" * 65}, "too_long", "reference"),
    ("no items", "handover", HANDOVER | {"items": []}, "too_few", "items"),
    ("an item that is none", "handover", HANDOVER | {"items": [ADDRESS, 1]}, "wrong_type", "items[1]"),
    ("one item twice", "handover", HANDOVER | {"items": [ADDRESS, ADDRESS]}, "twice", "items"),
    ("no ref", "handover", with_item(ref_=1), "missing", "items[0].ref"),
    ("a ref in capitals", "handover", with_item(ref=REF.upper()), "wrong_form", "items[0].ref"),
    ("another kind", "handover", with_item(kind="no_address"), "unknown_code", "items[0].kind"),
    ("no address", "handover", with_item(address_=1), "missing", "items[0].address"),
    ("no account", "handover", HANDOVER | {"items": [{"ref": REF, "kind": "account"}]}, "missing",
     "items[0].account"),
    ("no fingerprint", "handover", with_item(kind="fingerprint", fingerprints=[]), "missing",
     "items[0].fingerprints"),
    ("an address with a space", "handover", with_item(address="https://a b"), "wrong_form",
        "items[0].address"),
    ("no address at all", "handover", with_item(address="files.example.org"), "wrong_form",
        "items[0].address"),
    ("a short fingerprint", "handover", with_item(fingerprints=[{"kind": "sha1", "value": "00"}]),
        "wrong_form",
     "items[0].fingerprints[0].value"),
    ("half a byte", "handover", with_item(fingerprints=[{"kind": "new", "value": "000"}]), "wrong_form",
     "items[0].fingerprints[0].value"),
    ("no time", "handover", with_item(seen_at="2026-03-04T10:15:00Z"), "wrong_form", "items[0].seen_at"),
    ("a day that does not exist", "handover", with_item(seen_at="2026-02-30T10:15:00.000000Z"), "wrong_form",
     "items[0].seen_at"),
    ("a number as flag", "handover", with_item(known=1), "wrong_type", "items[0].known"),
    ("a flag as number", "handover", with_item(hosting={"asn": True}), "wrong_type", "items[0].hosting.asn"),
    ("a large number", "handover", with_item(hosting={"asn": 2**32}), "out_of_range", "items[0].hosting.asn"),
    ("a leading zero", "handover", with_item(hosting={"ip": "192.0.02.1"}), "wrong_form",
        "items[0].hosting.ip"),
    ("an address of nothing", "handover", with_item(hosting={"ip": "1::2::3"}), "wrong_form",
     "items[0].hosting.ip"),
    ("a zone", "handover", with_item(hosting={"ip": "fe80::1%1"}), "wrong_form", "items[0].hosting.ip"),
    ("a small country", "handover", with_item(hosting={"country": "nl"}), "wrong_form",
     "items[0].hosting.country"),
    ("half an assessment", "handover", with_item(assessment={"reality": "text"}), "missing",
     "items[0].assessment.age_band"),
    ("another reality", "handover",
     with_item(assessment={"reality": "virtual", "age_band": "0_2", "category": "baseline"}), "unknown_code",
     "items[0].assessment.reality"),
    ("a criterion in small letters", "handover",
     with_item(findings=[{"country": "NL", "outcome": "illegal", "grounds": [{"criterion": "d-age"}]}]),
     "wrong_form", "items[0].findings[0].grounds[0].criterion"),
    ("an update twice", "handover_update", {"items": [UPDATE, UPDATE]}, "twice", "items"),
    ("closed by a word", "handover_update", {"closed": "yes"}, "wrong_type", "closed"),
    ("another state", "handover_update", {"items": [UPDATE | {"state": "waiting"}]}, "unknown_code",
     "items[0].state"),
    ("H3 without words", "referral", REFERRAL | {"handling": ["H3"]}, "missing", "note"),
    ("H1 twice", "referral", REFERRAL | {"handling": ["H1", "H1"]}, "twice", "handling"),
    ("H4", "referral", REFERRAL | {"handling": ["H4"]}, "unknown_code", "handling[0]"),
    ("five codes", "referral", REFERRAL | {"handling": ["H0"] * 5}, "too_many", "handling"),
    ("a grade of another scheme", "referral", REFERRAL | {"evaluation": {"source": "E", "information": 1}},
     "unknown_code", "evaluation.source"),
    ("information 5", "referral", REFERRAL | {"evaluation": {"source": "A", "information": 5}},
        "out_of_range",
     "evaluation.information"),
    ("no outcome", "outcome", {"at": AT}, "missing", "outcome"),
    ("one ref twice", "outcome", OUTCOME | {"items": [REF, REF]}, "twice", "items"),
    ("nothing asked", "notice", NOTICE | {"asks": []}, "too_few", "asks"),
    ("asked twice", "notice", NOTICE | {"asks": ["remove", "remove"]}, "twice", "asks"),
    ("noticed twice", "notice", NOTICE | {"items": NOTICE["items"] * 2}, "twice", "items"),
    ("no period", "preservation", PRESERVATION | {"period_days": 0}, "out_of_range", "period_days"),
    ("no law", "preservation", without(PRESERVATION, "law"), "missing", "law"),
    ("a law without source", "preservation", PRESERVATION | {"law": {"country": "GE"}}, "missing",
        "law.source"),
    ("preserved twice", "preservation", PRESERVATION | {"items": [ACCOUNT, ACCOUNT]}, "twice", "items"),
    ("another answer", "answer", ANSWER | {"items": [{"ref": REF, "answer": "maybe"}]}, "unknown_code",
     "items[0].answer"),
    ("answered twice", "answer", ANSWER | {"items": ANSWER["items"] * 2}, "twice", "items"),
    ("accepted by code", "receipt", {"receipts": [RECEIPT | {"code": "expired"}]}, "contradicts",
     "receipts[0].code"),
    ("refused without code", "receipt", {"receipts": [RECEIPT | {"step": "refused"}]}, "contradicts",
     "receipts[0].code"),
    ("a digest in capitals", "receipt", {"receipts": [RECEIPT | {"digest": DIGEST.upper()}]}, "wrong_form",
     "receipts[0].digest"),
    ("backwards", "hash_delta", DELTA | {"after": 3}, "contradicts", "upto"),
    ("withdrawn twice", "hash_delta", DELTA | {"withdrawn": ["e", "e"]}, "twice", "withdrawn"),
    ("put and withdrawn", "hash_delta",
     DELTA | {"upserts": [{"entry": "e", "kind": "md5", "value": "0f" * 16}], "withdrawn": ["e"]},
         "contradicts",
     "withdrawn"),
    ("a list with a slash", "hash_delta", DELTA | {"list": LIST | {"id": "a/b"}}, "wrong_form", "list.id"),
    ("a short md5", "hash_delta", DELTA | {"upserts": [{"entry": "e", "kind": "md5", "value": "0f"}]},
     "wrong_form", "upserts[0].value"),
    ("an opinion twice", "hash_feedback",
     {"list": "a", "entries": [{"entry": "e", "opinion": "confirmed"}, {"entry": "e", "opinion": "refuted"}]},
     "twice", "entries"),
    ("base64 with a break", "overlap_query", QUERY | {"request": "AA\n=="}, "wrong_form", "request"),
    ("base64 with odd bits", "overlap_query", QUERY | {"request": "AB=="}, "wrong_form", "request"),
    ("no bytes", "overlap_query", QUERY | {"request": ""}, "wrong_form", "request"),
    ("letters of elsewhere", "overlap_query", QUERY | {"request": "აა=="}, "wrong_form", "request"),
    ("none asked", "overlap_query", QUERY | {"count": 0}, "out_of_range", "count"),
    ("a number too large", "ledger_head", {"number": 2**53, "hash": DIGEST, "at": AT}, "out_of_range",
        "number"),
]  # fmt: skip

# name, kind, content, member whose text or elements are repeated, times, reason or None
LONG: list[tuple[str, str, Json, str, int, str | None]] = [
    ("a long text", "question", {"text": "a"}, "text", 8000, None),
    ("too long a text", "question", {"text": "a"}, "text", 8001, "too_long"),
    ("too many receipts", "receipt", {"receipts": [RECEIPT]}, "receipts", 501, "too_many"),
    ("too many items", "handover", HANDOVER, "items", 501, "too_many"),
    ("too many entries", "hash_delta", DELTA | {"withdrawn": ["e"]}, "withdrawn", 5001, "too_many"),
    ("too many bytes", "overlap_query", QUERY | {"request": "AAAA"}, "request", 1747628, "too_long"),
    ("a byte too many", "overlap_query", QUERY | {"request": "AAAA"}, "request", 1747627, "wrong_form"),
]


def all_cases() -> list[Json]:
    """Return the cases as the vectors hold them."""
    good: list[Json] = [
        {"name": f"{kind}: {name}", "kind": kind, "content": content, "refusal": None}
        for name, kind, content in GOOD
    ]
    bad: list[Json] = [
        {
            "name": f"{kind}: {name}",
            "kind": kind,
            "content": content,
            "refusal": {"reason": reason, "member": member},
        }
        for name, kind, content, reason, member in BAD
    ]
    long: list[Json] = [
        {"name": f"{kind}: {name}", "kind": kind, "content": content, "repeat": {"member": member,
            "times": times},
         "refusal": reason and {"reason": reason, "member": member}}
        for name, kind, content, member, times, reason in LONG
    ]  # fmt: skip
    return good + bad + long
