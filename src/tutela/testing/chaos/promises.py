"""What must hold when everything is mended, read from both databases past the program.

Each message took effect exactly once or was refused with its reason; nothing took effect that was not said;
the order of a conversation was kept; both ledgers hold and count the same as the tables.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx

from tutela.doors.cli.visitor import PLAIN
from tutela.testing.chaos.director import Director, Said
from tutela.testing.chaos.nodes import ChaosNode

_OUTGOING = """
SELECT o.id, c.shared_id, o.sequence, o.kind, o.state, o.step, o.code, o.digest, o.actor
FROM exchange_outgoing o JOIN exchange_conversation c ON c.id = o.conversation_id
"""
_INCOMING = """
SELECT id, shared_id, sequence, kind, state, code, digest FROM exchange_incoming WHERE kind <> 'receipt'
"""
_LINES = """
SELECT l.kind, c.shared_id, l.facts FROM ledger_line l JOIN exchange_conversation c ON c.id = l.about_id
WHERE l.kind IN ('message_said', 'message_heard') ORDER BY l.sequence
"""
FAIR = frozenset({"conversation_closed"})
"""Why a message of an honest partner may be refused: both sides spoke at the same time, one the last word."""

Place = tuple[str, int, str]
"""Conversation, place in it, and kind: a ping may fill the place of another message that was refused."""


@dataclass(frozen=True, slots=True)
class Out:
    """One message of ours."""

    id: str
    place: Place
    state: str
    step: str
    code: str
    digest: bytes
    actor: str


@dataclass(frozen=True, slots=True)
class In:
    """One envelope of the partner."""

    place: Place
    state: str
    code: str
    digest: bytes

    @property
    def took_effect(self) -> bool:
        return self.state in ("opened", "acted")


def check(director: Director) -> None:
    """Raise an AssertionError that says what does not hold."""
    here, there = director.stage.nodes
    for node, partner in ((here, there), (there, here)):
        said = [one for one in director.said if one.node == node.name]
        _messages(node, partner, said)
        _lines(node)
        _lists(node, partner)
        _refusals(node, director)
        _alive(node)
    _handovers(here, there)
    _words(here, there, director.said)


def _key(value: Any) -> str:
    return str(value).replace("-", "")


def outgoing(node: ChaosNode) -> list[Out]:
    return [
        Out(_key(row), (_key(shared), sequence, kind), state, step, code, bytes(digest or b""), actor)
        for row, shared, sequence, kind, state, step, code, digest, actor in node.rows(_OUTGOING)
    ]


def incoming(node: ChaosNode) -> list[In]:
    return [
        In((_key(shared), sequence, kind), state, code, bytes(digest))
        for _, shared, sequence, kind, state, code, digest in node.rows(_INCOMING)
    ]


def _messages(node: ChaosNode, partner: ChaosNode, said: Iterable[Said]) -> None:
    ours, theirs = outgoing(node), incoming(partner)
    lost = {_key(one.id) for one in said} - {one.id for one in ours}
    assert not lost, f"{node.name} said what is not in its outbox: {lost}"
    effects = Counter(one.place for one in theirs if one.took_effect)
    twice = {place for place, number in effects.items() if number > 1}
    assert not twice, f"took effect twice at {partner.name}: {twice}"
    never_said = set(effects) - {one.place for one in ours}
    assert not never_said, f"{partner.name} heard what {node.name} never said: {never_said}"
    by_digest = {one.digest: one for one in theirs}
    for one in ours:
        _one(one, by_digest.get(one.digest), effects[one.place], node.name)


def _one(one: Out, heard: In | None, effects: int, name: str) -> None:
    where = f"{name}: {one} at its partner {heard}"
    if one.state == "refused":
        assert one.code in FAIR, f"refused for no good reason; {where}"
        assert effects == 0 or _filler(one), f"refused, and took effect; {where}"
        return
    assert one.state == "taken", f"neither arrived nor refused; {where}"
    assert one.step in ("accepted", "opened", "acted"), f"not receipted; {where}"
    assert effects == 1, f"receipted without effect; {where}"
    assert heard is not None, f"receipted under another digest; {where}"
    assert heard.took_effect, f"receipted and refused; {where}"


def _filler(one: Out) -> bool:
    """A ping that was refused at the door has a ping in its place, which may take effect."""
    return one.place[2] == "ping"


def _lines(node: ChaosNode) -> None:
    found: dict[str, list[tuple[str, int, str]]] = {"message_said": [], "message_heard": []}
    for kind, shared, facts in node.rows(_LINES):
        said = json.loads(facts) if isinstance(facts, str) else facts
        found[kind].append((_key(shared), said["place"], said["kind"]))
    heard = found["message_heard"]
    effects = [one.place for one in incoming(node) if one.took_effect]
    assert sorted(heard) == sorted(effects), f"{node.name}'s ledger heard {set(heard) ^ set(effects)}"
    places: dict[str, int] = {}
    for shared, place, _ in heard:
        assert place > places.get(shared, 0), f"{node.name} heard {shared} out of order at {place}"
        places[shared] = place
    fillers = {(one.place[0], one.place[1]) for one in outgoing(node) if one.state == "refused"}
    said_places = [one.place for one in outgoing(node) if not (_filler(one) and one.place[:2] in fillers)]
    said_lines = [one for one in found["message_said"] if not (one[2] == "ping" and one[:2] in fillers)]
    assert sorted(said_lines) == sorted(said_places), f"{node.name}'s ledger said something else"
    verdict = node.do("ledger")
    assert verdict["holds"], f"{node.name}'s ledger does not hold: {verdict}"


def _refusals(node: ChaosNode, director: Director) -> None:
    rows = dict(node.rows("SELECT code, sum(count) FROM exchange_refused GROUP BY code"))
    for (name, code), number in director.stage.refused.items():
        if name == node.name:
            assert rows.get(code, 0) >= number, f"{name} recorded {rows}, and refused {number} as {code}"
    silent = node.rows("SELECT id FROM exchange_incoming WHERE state = 'refused' AND code = ''")
    assert not silent, f"{node.name} refused without a reason: {silent}"


def _alive(node: ChaosNode) -> None:
    answer = httpx.get(f"{node.url('partner')}/health", trust_env=False, verify=PLAIN)
    assert answer.status_code == 200, answer.text
    said = node.processes["partner"].said()
    assert "Traceback" not in said, said[-3000:]


def _handovers(here: ChaosNode, there: ChaosNode) -> None:
    """Each handover is one report with its items there, and both sides know the same of each."""
    asked = "SELECT h.ref, h.said, h.heard FROM exchange_handeditem h JOIN exchange_conversation c"
    asked += " ON c.id = h.conversation_id WHERE c.kind = 'handover' AND c.begun_here = {}"
    for node, partner in ((here, there), (there, here)):
        ours = {_key(ref): heard for ref, _, heard in node.rows(asked.format(_true(node)))}
        theirs = {_key(ref): said for ref, said, _ in partner.rows(asked.format(_false(partner)))}
        assert ours == theirs, f"{node.name} and {partner.name} know different things: {ours} {theirs}"
        reports = partner.rows(
            "SELECT r.receipt_id, count(*) FROM cases_report r JOIN exchange_conversation c"
            " ON c.id = r.receipt_id GROUP BY r.receipt_id HAVING count(*) > 1"
        )
        assert not reports, f"{partner.name} made several reports of one handover: {reports}"


def _true(node: ChaosNode) -> str:
    return "true" if node.database else "1"


def _false(node: ChaosNode) -> str:
    return "false" if node.database else "0"


def _lists(node: ChaosNode, partner: ChaosNode) -> None:
    """Each page of a list that took effect left its three entries, once."""
    pages = sum(one.took_effect and one.place[2] == "hash_delta" for one in incoming(partner))
    rows = partner.rows("SELECT state, count(*) FROM hashbank_entry GROUP BY state")
    expected = {"active": 3 * pages} if pages else {}
    assert dict(rows) == expected, f"{partner.name} has {rows} of {pages} pages"


def _words(here: ChaosNode, there: ChaosNode, said: Iterable[Said]) -> None:
    """What somebody wrote is what somebody reads, once."""
    for node, partner in ((here, there), (there, here)):
        written = [one.text for one in said if one.node == node.name and one.text]
        talks = partner.do("contents", partner=node.name).values()
        read = Counter(words for talk in talks for who, _, words in talk if who == "heard" and words)
        refused = {one.id for one in outgoing(node) if one.state == "refused"}
        lost = [words for words in written if read[words] != 1]
        assert len(lost) <= len(refused), f"{partner.name} does not read once what was written: {lost}"


def plain_on_disk(node: ChaosNode, words: Iterable[bytes]) -> list[bytes]:
    """Return which of these words stand readable in any file of the node's folder or in its database."""
    wanted = list(words)
    found = []
    for path in node.folder.rglob("*"):
        if path.is_file() and "keys" not in path.relative_to(node.folder).parts:
            data = path.read_bytes()
            found += [word for word in wanted if word in data]
    if node.database:
        data = _dumped(node)
        found += [word for word in wanted if word in data or word.hex().encode() in data]
    return found


def _dumped(node: ChaosNode) -> bytes:
    import subprocess

    from tutela.testing.postgres import find_program

    command = [find_program("pg_dump"), "--data-only", node.database]
    return subprocess.run(command, capture_output=True, check=True).stdout
