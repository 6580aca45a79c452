"""Each kind of trouble as it happens to two real nodes; what is made here is mended by ``director.heal``.

A trouble that must be refused at once (a stranger, a forger, a flood, a false directory) is judged here.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from tutela.core.envelope import node_keys, writing
from tutela.core.envelope.node_keys import NodeKeys, PublicKeys
from tutela.core.envelope.trust import KnownKey, OwnNode
from tutela.core.kernel import ids
from tutela.core.protocol import batches
from tutela.core.protocol.kinds import KINDS
from tutela.doors.cli.visitor import PLAIN
from tutela.testing.chaos import keepers
from tutela.testing.chaos.keepers import Keepers
from tutela.testing.chaos.nodes import ChaosNode, Died, Failed
from tutela.testing.chaos.wire import INBOX, alter

STRANGER = "stranger.example.net"
FLOOD = 100
"""Envelopes in one request of a flood; the door stops after three of them."""


@dataclass
class Stage:
    """What troubles are made of. ``fill`` fills a node's disk and returns what makes room again."""

    nodes: tuple[ChaosNode, ChaosNode]
    keepers: Keepers
    fill: Callable[[ChaosNode, random.Random], Callable[[], None]]
    base: timedelta = timedelta()
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What nodes answered to strangers and forgers: node and code → how often."""
    full: list[Callable[[], None]] = field(default_factory=list)
    dies: dict[str, int] = field(default_factory=dict)
    """Process → the statement before which it is killed in the next round."""
    met: Counter[str] = field(default_factory=Counter)

    def side(self, number: int) -> ChaosNode:
        return self.nodes[number]

    def other(self, node: ChaosNode) -> ChaosNode:
        return self.nodes[1 - self.nodes.index(node)]

    def go_on(self, time: timedelta) -> None:
        """Let time pass on both nodes; each stays as wrong as it is."""
        self.base += time
        for node in self.nodes:
            node.set_clock(node.offset + time)


ON_THE_WIRE = frozenset({"kill_door", "down", "repeat", "reorder", "delay", "cut"})
"""Troubles that wait for a request to the node that they strike."""


def happen(stage: Stage, trouble: str, node: ChaosNode, chance: random.Random) -> None:
    """Let one trouble strike this node."""
    if trouble in ON_THE_WIRE:
        stage.other(node).do("say", partner=node.name, kind="ping", content={})
    globals()[f"_{trouble}"](stage, node, chance)
    stage.met[trouble] += 1


def _kill_worker(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    stage.dies[node.name] = chance.choice((chance.randint(1, 60), chance.randint(1, 400)))


def _kill_desk(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    """Somebody says something, and the process dies at it: it was said whole, or not at all."""
    content = {"text": f"Half a sentence {uuid.UUID(int=chance.getrandbits(128))}"}
    partner = stage.other(node).name
    try:
        node.do("say", partner=partner, kind="question", content=content, die_after=chance.randint(1, 14))
    except (Died, Failed):
        return


def _kill_door(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    mood = chance.choice(("killed_before", "killed_meanwhile", "killed_meanwhile", "killed_after"))
    node.wire.moods.append(mood)


def _down(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    node.wire.down = True


def _repeat(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    node.wire.moods += chance.choices(("twice", "at_once", "unanswered"), k=3)


def _reorder(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    """Many at once, so that there is something to put into another order."""
    partner, text = stage.other(node), "Seen before?"
    said = partner.do("say", partner=node.name, kind="question", content={"text": text})
    for _ in range(chance.randint(3, 12)):
        partner.do("say", partner=node.name, kind="ping", content={}, conversation=said[1])
    node.wire.moods += ["shuffled_and_cut", chance.choice(("shuffled", "shuffled_and_cut")), "shuffled"]


def _delay(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    node.wire.moods += chance.choices(("late", "slow"), k=3)


def _cut(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    node.wire.moods += chance.choices(("cut_request", "cut_answer", "lost", "altered"), k=3)


def _clock(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    node.set_clock(stage.base + chance.choice((-1, 1)) * timedelta(minutes=chance.randint(30, 60)))


def _full_disk(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    stage.full.append(stage.fill(node, chance))


def _stale(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    _lie(stage, node, "stale")


def _rolled_back(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    stage.keepers.put_something(node.now())
    _fresh_round(node)
    _lie(stage, node, "rolled_back")


def _forked(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    stage.keepers.put_something(node.now())
    _fresh_round(node)
    _lie(stage, node, "forked")


def _lie(stage: Stage, node: ChaosNode, kind: str) -> None:
    stage.keepers.lie(node, kind, node.now())
    done = _fresh_round(node)
    judged = keepers.judged(node)
    assert judged == keepers.LIES[kind], f"{node.name} thinks of a {kind} directory: {judged!r} {done}"


def _fresh_round(node: ChaosNode) -> Any:
    """Let a worker that was just started do everything once; it asks for the directory as well."""
    node.drop("looking")
    done = node.do("work", by="looking")
    node.drop("looking")
    return done


def _rotate(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    _under_way(stage, node)
    node.do("rotate")


def _revoke(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    """The newest keys were stolen: they count no more, and the directory says so to everybody."""
    _under_way(stage, node)
    node.do("revoke")
    stage.keepers.publish(node.now(), [node])
    if chance.random() < 0.5:
        # The partner hears of it before its receipts reach us: what was taken is handed over once more.
        node.wire.down = True
        _fresh_round(stage.other(node))
        stage.go_on(timedelta(hours=1))


def _under_way(stage: Stage, node: ChaosNode) -> None:
    """Let something be said and arrive, and its sender not hear that it arrived."""
    partner = stage.other(node)
    for _ in range(2):
        node.do("say", partner=partner.name, kind="ping", content={})
    partner.wire.moods.appendleft("unanswered")
    _fresh_round(node)


def _stranger(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    keys = _some_keys(chance)
    codes = hand_in(node, [_forged(node, STRANGER, keys) for _ in range(2)], chance)
    _judge(stage, node, codes, {"unknown_sender"})


def _forger(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    """A partner's name with other keys; with its keys' name as well; and what it said, altered."""
    partner, keys = stage.other(node), _some_keys(chance)
    names = [keys, _Renamed(keys, _newest_known(node, partner))]
    forged = [_forged(node, partner.name, name) for name in names]
    codes = hand_in(node, forged, chance)
    _judge(stage, node, codes[:1], {"unknown_sender_key"})
    _judge(stage, node, codes[1:], {"bad_signature_ed25519", "revoked_key", "key_not_valid"})
    if node.wire.kept:
        was = batches.split(chance.choice(node.wire.kept).body)[0]
        _judge(stage, node, hand_in(node, [alter(was, chance)], chance), set())


def _newest_known(node: ChaosNode, partner: ChaosNode) -> str:
    """Return the partner's newest keys that this node knows: of its newest of all it may not have heard."""
    known = {
        one for (one,) in node.rows("SELECT key_id FROM exchange_partnerkey WHERE trusted_at IS NOT NULL")
    }
    return str(next(one["id"] for one in partner.do("keys") if one["id"] in known))


def _flood(stage: Stage, node: ChaosNode, chance: random.Random) -> None:
    """Somebody sends as fast as possible what nobody can use, from one network."""
    network = _network(chance)
    rubbish = batches.join([chance.randbytes(64) for _ in range(FLOOD)])
    with _client(network) as client:
        for _ in range(20):
            answer = _post(client, node, rubbish)
            if answer.status_code == 429:
                break
        assert answer.status_code == 429, f"{node.name} takes a flood: {answer.status_code}"
        assert int(answer.headers["Retry-After"]) > 0
    with _client(_network(chance)) as client:
        assert client.get(f"{node.url('partner')}/.well-known/tutela").status_code == 200


def hand_in(node: ChaosNode, envelopes: Iterable[bytes], chance: random.Random) -> list[str]:
    """Hand envelopes to a node's door past the wire, from somewhere; returns its answers."""
    with _client(_network(chance)) as client:
        answer = _post(client, node, batches.join(list(envelopes)))
    assert answer.status_code == 200, answer.text
    return [str(one["code"]) for one in answer.json()["results"]]


def _judge(stage: Stage, node: ChaosNode, codes: Iterable[str], expected: set[str]) -> None:
    for code in codes:
        assert code not in ("taken", "replayed"), f"{node.name} took what was forged"
        assert not expected or code in expected, f"{node.name} refused with {code}, not {expected}"
        stage.refused[node.name, code] += 1


def _post(client: httpx.Client, node: ChaosNode, body: bytes) -> httpx.Response:
    headers = {"Content-Type": batches.MEDIA_TYPE}
    return client.post(f"{node.url('partner')}{INBOX}", content=body, headers=headers)


def _client(network: str) -> httpx.Client:
    way = httpx.HTTPTransport(local_address=network, verify=PLAIN)
    return httpx.Client(transport=way, timeout=30, trust_env=False)


def _network(chance: random.Random) -> str:
    """Return an address of this machine in a network that nothing else comes from."""
    return f"127.{chance.randint(2, 250)}.{chance.randint(1, 250)}.{chance.randint(2, 250)}"


def _some_keys(chance: random.Random) -> NodeKeys:
    return node_keys.from_seed(chance.randbytes(32))


class _Named:
    """Public keys that claim another id."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id


class _Renamed:
    """Somebody's keys under the name of another's."""

    def __init__(self, keys: NodeKeys, key_id: str) -> None:
        self._keys, self.public = keys, _Named(key_id)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._keys, name)


def _forged(node: ChaosNode, name: str, keys: Any) -> bytes:
    newest = node.do("keys")[0]
    to = KnownKey(node.name, PublicKeys(bytes.fromhex(newest["public"])), node.now())
    letter = writing.Letter(
        id=ids.new_id(), kind="question", conversation=ids.new_id(), sequence=1, sent_at=node.now(),
        mark=KINDS["question"].mark, content={"text": "Believe me."},
    )  # fmt: skip
    return writing.write(letter, sender=OwnNode(name, (keys,)), to=[to])
