"""A second reader of spec/protocol.md, written from that page alone; it shares no line with the node's own.

Contents are written here as the page writes them and read by a small grammar of that notation.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import socket
from datetime import datetime
from typing import Any

CODES = {
    "item_kind": "address account fingerprint",
    "reality": "photo_video generated drawn text unclear",
    "age": "0_2 3_6 7_10 11_13 14_15 16_17 adult unclear",
    "category": "baseline national not_illegal outside_scope not_reachable",
    "yes_no": "yes no unclear",
    "law": "illegal not_illegal depends unknown",
    "step": "accepted refused opened acted",
    "handed": "received assessed noticed gone returned closed",
    "reason": "removed not_illegal outside_scope not_reachable duplicate no_address forwarded "
    "handed_to_police other",
    "grade": "A B C X",
    "handling": "H0 H1 H2 H3",
    "outcome": "received investigating victim_safeguarded known_case not_ours more_needed",
    "ask": "remove preserve",
    "answer": "removed already_gone not_ours need_more objection preserved nothing_held refused",
    "opinion": "confirmed refuted not_seen",
    "scope": "addresses accounts fingerprints",
    "role": "hotline police provider relay",
}
MATCHES = {
    "uuid": (36, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    "address": (8192, "[a-z][a-z0-9+.-]{0,31}://[!-~]+"),
    "name": (64, "[a-z][a-z0-9_]{0,63}"),
    "reference": (64, "[A-Za-z0-9][A-Za-z0-9 ._/:#-]{0,63}"),
    "criterion": (32, "[A-Z][A-Z0-9-]{0,31}"),
    "country": (2, "[A-Z]{2}"),
    "digest": (64, "[0-9a-f]{64}"),
    "list_id": (64, "[a-z0-9][a-z0-9._-]{0,63}"),
    "hex": (1024, "([0-9a-f]{2})+"),
    "ip": (45, "[0-9a-f:.]+"),
    "node": (64, "[a-z0-9][a-z0-9._-]{0,63}"),
    "key_id": (32, "[0-9a-f]{32}"),
    "url": (2000, "https://[!-~]+"),
}
DIGITS = {"sha256": 64, "pdq": 64, "sha1": 40, "md5": 32}
# One object a line: members with their forms. "a-b*form" is a list; a capital letter begins another object.
OBJECTS = {
    "Fingerprint": "kind name, value hex",
    "Hosting": "country? country, ip? ip, asn? 0..4294967295, network? line.200",
    "Assessment": "reality code.reality, age_band code.age, category code.category, "
    "series_known? code.yes_no, self_generated? code.yes_no, "
    "livestream? code.yes_no, commercial? code.yes_no",
    "Ground": "criterion criterion, source? line.500",
    "Finding": "country country, outcome code.law, grounds? 0-50*Ground",
    "Item": "ref uuid, kind code.item_kind, address? address, service? line.512, account? line.512, "
    "fingerprints? 0-100*Fingerprint, received_at? time, seen_at? time, danger_now? flag, known? flag, "
    "hosting? Hosting, assessment? Assessment, findings? 0-250*Finding",
    "Receipt": "digest digest, id uuid, step code.step, code? name, member? line.200, at time",
    "Update": "ref uuid, state code.handed, reason? code.reason, at time",
    "Evaluation": "source code.grade, information 1..4",
    "Noticed": "ref uuid, address address, ip? ip, category? code.category, seen_at? time",
    "Law": "country country, criterion? criterion, source line.500",
    "Answered": "ref uuid, answer code.answer",
    "List": "id list_id, name line.300, origin line.300, legal_basis line.300, scheme? line.64",
    "Upsert": "entry line.255, kind name, value hex, classification? line.64, scheme? line.64, "
    "quality? 0..100",
    "Opinion": "entry line.255, opinion code.opinion",
    "Result": "digest digest, code name",
    "Key": "id key_id, public bytes.3200.3200, valid_from time, valid_until? time",
    "ping": "",
    "receipt": "receipts 1-500*Receipt",
    "handover": "reference reference, items 1-500*Item, note? words.4000",
    "handover_update": "items? 0-500*Update, note? words.4000, closed? flag",
    "referral": "reference reference, items 1-500*Item, danger_now? flag, evaluation? Evaluation, "
    "handling? 0-4*code.handling, note? words.4000",
    "outcome": "outcome code.outcome, items? 0-500*uuid, note? words.4000, at time",
    "notice": "reference reference, items 1-500*Noticed, legal_basis? line.500, asks 1-2*code.ask, "
    "respond_by? time",
    "preservation": "reference reference, items 1-500*Item, period_days 1..3660, law Law, until time, "
    "keep_secret flag, note? words.4000",
    "answer": "items 1-500*Answered, until? time, note? words.4000, at time",
    "question": "text words.8000",
    "reply": "text words.8000",
    "hash_delta": "list List, after 0.., upto 0.., last flag, upserts? 0-5000*Upsert, "
    "withdrawn? 0-5000*line.255",
    "hash_feedback": "list list_id, entries 1-5000*Opinion",
    "overlap_query": "scope code.scope, count 1..20000, request bytes.1.5242880",
    "overlap_answer": "scope code.scope, setup bytes.1.5242880, response bytes.1.5242880",
    "ledger_head": "number 0.., hash digest, at time",
    "results": "results 1-100*Result",
    "description": "node node, organisation line.200, role code.role, country? country, url? url, "
    "relay? node, versions 1-16*1.., keys 1-16*Key",
}


class Refused(Exception):
    """One of the names in the specification; for a content with its reason and member."""

    def __init__(self, code: str, reason: str = "", member: str = "") -> None:
        super().__init__(code)
        self.code, self.reason, self.member = code, reason, member


def need(holds: Any, reason: str, member: str) -> None:
    if not holds:
        raise Refused("bad_content", reason, member)


# Contents --------------------------------------------------------------------------------------------------


def read(kind: str, value: Any) -> None:
    """Take a content of ``kind``, or refuse it."""
    read_object(kind, value, "")


def read_object(name: str, value: Any, at: str) -> None:
    need(isinstance(value, dict), "wrong_type", at)
    below = f"{at}." if at else ""
    for line in filter(None, OBJECTS[name].split(", ")):
        member, form = line.split(" ")
        plain = member.rstrip("?")
        if plain in value:
            read_form(form, value[plain], below + plain)
        else:
            need(member.endswith("?"), "missing", below + plain)
    check_together(name, value, below)


def read_form(form: str, value: Any, at: str) -> None:
    if "*" in form:
        size, _, inner = form.partition("*")
        least, _, most = size.partition("-")
        need(isinstance(value, list), "wrong_type", at)
        need(len(value) <= int(most), "too_many", at)
        need(len(value) >= int(least), "too_few", at)
        for position, one in enumerate(value):
            read_form(inner, one, f"{at}[{position}]")
    elif ".." in form:
        low, _, high = form.partition("..")
        need(isinstance(value, int) and not isinstance(value, bool), "wrong_type", at)
        need(int(low) <= value <= int(high or 2**53 - 1), "out_of_range", at)
    elif form[0].isupper():
        read_object(form, value, at)
    elif form == "flag":
        need(value is True or value is False, "wrong_type", at)
    else:
        need(isinstance(value, str), "wrong_type", at)
        read_text(form, value, at)


def read_text(form: str, text: str, at: str) -> None:
    name, *limits = form.split(".")
    if name == "code":
        need(text in CODES[limits[0]].split(), "unknown_code", at)
    elif name == "time":
        need(is_time(text), "wrong_form", at)
    elif name == "bytes":
        least, most = map(int, limits)
        need(len(text) <= -(-most // 3) * 4, "too_long", at)
        need(least <= len(decoded(text)) <= most, "wrong_form", at)
    elif name in ("line", "words"):
        need(len(text) <= int(limits[0]), "too_long", at)
        allowed = "\n\t\u2028\u2029" if name == "words" else ""
        need(text and all(one in allowed or prints(one) for one in text), "wrong_form", at)
    else:
        longest, expression = MATCHES[name]
        need(len(text) <= longest, "too_long", at)
        need(re.fullmatch(expression, text), "wrong_form", at)
        need(name != "ip" or is_ip(text), "wrong_form", at)


def prints(one: str) -> bool:
    number = ord(one)
    control = number < 32 or 127 <= number <= 159
    return not control and one not in "\u2028\u2029" and not 0xD800 <= number < 0xE000


def is_time(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z", text):
        return False
    try:
        return text >= "1000" and text[11:13] <= "23" and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def is_ip(text: str) -> bool:
    try:
        return bool(socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text))
    except OSError:
        return False


def decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if base64.b64encode(data).decode() == text else b""


def once(value: dict[str, Any], name: str, below: str, by: str = "") -> None:
    found = [one[by] if by else one for one in value.get(name, [])]
    need(len(found) == len(set(found)), "twice", below + name)


ONCE = {
    "handover": [("items", "ref")], "handover_update": [("items", "ref")], "answer": [("items", "ref")],
    "referral": [("items", "ref"), ("handling", "")], "outcome": [("items", "")],
    "notice": [("items", "ref"), ("asks", "")], "preservation": [("items", "ref")],
    "hash_delta": [("withdrawn", "")], "hash_feedback": [("entries", "entry")], "description": [("keys",
        "id")],
}  # fmt: skip


def check_together(name: str, value: dict[str, Any], below: str) -> None:
    """Apply the rules in italics."""
    for member, by in ONCE.get(name, []):
        once(value, member, below, by)
    if name == "Item":
        wanted = {"address": "address", "account": "account service", "fingerprint": "fingerprints"}[
            value["kind"]
        ]
        need(any(value.get(one) for one in wanted.split()), "missing", below + wanted.split()[0])
    if name in ("Fingerprint", "Upsert"):
        digits = DIGITS.get(value["kind"])
        need(digits in (None, len(value["value"])), "wrong_form", f"{below}value")
    if name == "Receipt":
        need(("code" in value) == (value["step"] == "refused"), "contradicts", f"{below}code")
    if name == "referral" and "H3" in value.get("handling", []):
        need("note" in value, "missing", f"{below}note")
    if name == "hash_delta":
        need(value["upto"] >= value["after"], "contradicts", f"{below}upto")
        changed = {one["entry"] for one in value.get("upserts", [])}
        need(not changed & set(value.get("withdrawn", [])), "contradicts", f"{below}withdrawn")
    if name == "Key":
        check_key(value, below)


def check_key(key: dict[str, Any], below: str) -> None:
    public = base64.b64decode(key["public"])
    # Coefficients of an ML-KEM key are 12 bits each, below 3329 (FIPS 203, section 7.2).
    packed = int.from_bytes(public[:1152], "little")
    need(all((packed >> 12 * at) & 4095 < 3329 for at in range(768)), "wrong_form", f"{below}public")
    named = hashlib.sha256(b"tutela/node-keys/1\x00" + public).hexdigest()[:32]
    need(named == key["id"], "contradicts", f"{below}id")
    need(key.get("valid_until", "9") >= key["valid_from"], "contradicts", f"{below}valid_until")


# Conversations ---------------------------------------------------------------------------------------------

TALK = "hotline police provider"
EVERYBODY = f"{TALK} relay"
CASE = "handover handover_update referral outcome notice preservation answer question reply"
EVERYTHING = f"{CASE} ping hash_delta hash_feedback overlap_query overlap_answer ledger_head"
# kind: from, to, begins, answers, follows, for people
TABLE: dict[str, tuple[str, str, bool, str, str, bool]] = {
    "ping": (EVERYBODY, EVERYBODY, True, EVERYTHING, EVERYTHING, False),
    "receipt": (EVERYBODY, EVERYBODY, True, "", "", False),
    "handover": ("hotline", "hotline", True, "", "", True),
    "handover_update": (
        "hotline",
        "hotline",
        False,
        "handover handover_update",
        "handover handover_update",
        False,
    ),
    "referral": (TALK, "police", True, "", "", True),
    "outcome": ("police", TALK, False, "referral", "", False),
    "notice": ("hotline police", "provider", True, "", "", True),
    "preservation": ("police", "provider", True, "", "", True),
    "answer": ("provider", "hotline police", False, "notice preservation", "", False),
    "question": (TALK, TALK, True, CASE, CASE, True),
    "reply": (TALK, TALK, False, "question", "", True),
    "hash_delta": (TALK, TALK, True, "", "hash_delta", False),
    "hash_feedback": (TALK, TALK, False, "hash_delta", "", False),
    "overlap_query": (TALK, TALK, True, "", "", False),
    "overlap_answer": (TALK, TALK, False, "overlap_query", "", False),
    "ledger_head": (TALK, TALK, True, "", "", False),
}
MARKS = ["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"]


class Conversation:
    """What one side keeps: every message of the other by its place, and what was said."""

    def __init__(self, ours: str, theirs: str) -> None:
        self.ours, self.theirs = ours, theirs
        self.places: dict[int, dict[str, Any] | None] = {}
        self.turn = 1
        self.said: list[dict[str, Any]] = []
        self.effects: list[dict[str, Any]] = []
        self.told = False
        self.first_mark = ""

    def play(self, event: dict[str, Any]) -> list[list[str]]:
        ((name, about),) = event.items()
        return {"say": self.say, "hear": self.hear, "days": self.wait}[name](about)

    def say(self, message: dict[str, Any]) -> list[list[str]]:
        try:
            kind = message["kind"]
            if kind not in TABLE:
                raise Refused("unknown_kind")
            if self.ours not in TABLE[kind][0].split() or self.theirs not in TABLE[kind][1].split():
                raise Refused("wrong_role")
            read(kind, message["content"])
            if any(is_last(one) for one in self.said + self.effects):
                raise Refused("conversation_closed")
            if not self.fits(kind, mine=self.said, other=self.effects):
                raise Refused("not_in_this_conversation")
            if any(looser(message["mark"], one["mark"]) for one in self.said + self.effects):
                raise Refused("mark_loosened")
        except Refused as refusal:
            return [["not_said", "", refusal.code]]
        self.first_mark = self.first_mark or message["mark"]
        self.said.append(message)
        return [["closed", "", ""]] if is_last(message) else []

    def fits(self, kind: str, mine: list[dict[str, Any]], other: list[dict[str, Any]]) -> bool:
        _, _, begins, answers, follows, _ = TABLE[kind]
        if not mine and not other:
            return begins
        return any(one["kind"] in answers.split() for one in other) or any(
            one["kind"] in follows.split() for one in mine
        )

    def hear(self, message: dict[str, Any]) -> list[list[str]]:
        place = message["sequence"]
        if place in self.places:
            before = self.places[place]
            if before is not None and before["id"] == message["id"]:
                return []
            return refused(message, "sequence_reused" if before else "expired")
        if place > self.turn - 1 + 256:
            return refused(message, "too_far_ahead")
        self.places[place] = message
        out = self.judge_alone(message)
        message["silent"] = bool(out)
        turn = self.take_turns()
        if place >= self.turn and not out:
            out = [["held", message["id"], ""], *receipt(message, "accepted")]
        return out + turn

    def judge_alone(self, message: dict[str, Any]) -> list[list[str]]:
        if "unreadable" in message:
            return refused(message, message["unreadable"])
        froms, tos, *_ = TABLE[message["kind"]]
        if self.theirs not in froms.split() or self.ours not in tos.split():
            return refused(message, "wrong_role")
        try:
            read(message["kind"], message["content"])
        except Refused as refusal:
            return refused(message, refusal.code)
        return []

    def take_turns(self) -> list[list[str]]:
        out = []
        while self.turn in self.places:
            message = self.places[self.turn]
            self.turn += 1
            if message is not None and not message["silent"]:
                out += self.take_turn(message)
        return out

    def take_turn(self, message: dict[str, Any]) -> list[list[str]]:
        if any(is_last(one) for one in self.effects):
            return refused(message, "conversation_closed")
        if not self.fits(message["kind"], mine=self.effects, other=self.said):
            return refused(message, "not_in_this_conversation")
        before = [self.first_mark, *(one["mark"] for one in self.effects)]
        if any(looser(message["mark"], one) for one in before if one):
            return refused(message, "mark_loosened")
        self.first_mark = self.first_mark or message["mark"]
        self.effects.append(message)
        done = "accepted" if TABLE[message["kind"]][5] else "acted"
        last = [["closed", "", ""]] if is_last(message) else []
        return [["effect", message["id"], ""], *receipt(message, done), *last]

    def wait(self, days: int) -> list[list[str]]:
        waiting = [place for place in self.places if place >= self.turn]
        if not waiting or days < 1:
            return []
        if days < 46:
            told, self.told = self.told, True
            return [] if told else [["person", "", "gap"]]
        for place in range(self.turn, min(waiting)):
            self.places[place] = None
        return [["person", "", "gap_passed_over"], *self.take_turns()]


def is_last(message: dict[str, Any]) -> bool:
    closing = message["kind"] == "handover_update" and message["content"].get("closed", False)
    return bool(closing) or message["kind"] == "overlap_answer"


def looser(mark: str, than: str) -> bool:
    return MARKS.index(mark) > MARKS.index(than)


def refused(message: dict[str, Any], code: str) -> list[list[str]]:
    return [["refused", message["id"], code], *receipt(message, "refused", code)]


def receipt(message: dict[str, Any], step: str, code: str = "") -> list[list[str]]:
    return [] if message["kind"] == "receipt" else [[f"receipt {step}", message["id"], code]]


# Marks, receipts, delivery, HTTP ---------------------------------------------------------------------------


def may_pass_on(mark: str, to: str) -> bool:
    """``to``: node, partner in need, partner, anybody."""
    allowed = {
        "TLP:RED": "", "TLP:AMBER+STRICT": "node", "TLP:AMBER": "node/partner in need",
        "TLP:GREEN": "node/partner in need/partner", "TLP:CLEAR": "node/partner in need/partner/anybody",
    }  # fmt: skip
    return to in allowed[mark].split("/")


def later(first: str, second: str) -> str:
    order = ["accepted", "refused", "opened", "acted"]
    return max(first, second, key=order.index)


def longest_wait(failures: int) -> int:
    return min(6 * 3600, 30 * 2 ** (failures - 1))


def split(body: bytes) -> list[bytes]:
    if len(body) > 16777216:
        raise Refused("too_large")
    found = []
    while body:
        size = int.from_bytes(body[:4], "big")
        if len(body) < 4 or size == 0:
            raise Refused("broken_batch")
        if len(found) == 100:
            raise Refused("too_large")
        if len(body) < 4 + size:
            raise Refused("broken_batch")
        found.append(body[4 : 4 + size])
        body = body[4 + size :]
    if not found:
        raise Refused("broken_batch")
    return found


def read_results(body: bytes, digests: list[str]) -> list[str]:
    try:
        value = json.loads(body.decode())
        read("results", value)
    except (ValueError, RecursionError, Refused):
        raise Refused("broken_batch") from None
    if [one["digest"] for one in value["results"]] != digests:
        raise Refused("broken_batch")
    return [one["code"] for one in value["results"]]


def read_description(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body.decode())
        if len(body) > 131072:
            raise Refused("broken_description")
        read("description", value)
    except (ValueError, RecursionError, Refused):
        raise Refused("broken_description") from None
    return dict(value)
