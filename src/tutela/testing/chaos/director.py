"""Lets a plan happen: trouble strikes, both sides talk while their workers work, and then all is mended."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tutela.testing.chaos import troubles
from tutela.testing.chaos.nodes import ChaosNode, Died, Failed
from tutela.testing.chaos.plan import Beat, Plan
from tutela.testing.chaos.troubles import Stage
from tutela.testing.chaos.wire import MOODS

AND_THE_WIRE = 0.4
"""How often something happens to a request besides the trouble of the moment."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (0, 1, 4, 10, 30, 60, 120, 240, 360, 360, 360, 360))
"""What passes before each round after everything is mended: what is tried least often is tried by then."""

OPEN = (
    "SELECT 'to be written', count(*) FROM exchange_outgoing WHERE state = 'waiting'",
    "SELECT 'to be delivered', count(*) FROM exchange_outgoing WHERE state = 'sealed'",
    "SELECT 'without a receipt', count(*) FROM exchange_outgoing"
    " WHERE state = 'taken' AND step = '' AND conversation_id IS NOT NULL",
    "SELECT 'to be opened', count(*) FROM exchange_incoming WHERE state = 'taken'",
    "SELECT 'held', count(*) FROM exchange_incoming WHERE state = 'held'",
    "SELECT 'to be receipted', count(*) FROM exchange_incoming WHERE receipt_due",
    "SELECT 'rotations to believe', count(*) FROM exchange_rotationheard WHERE settled_at IS NULL",
)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said, and was told that it stands in the outbox."""

    node: str
    id: str
    conversation: str
    sequence: int
    kind: str
    text: str = ""


@dataclass
class Director:
    """One pair of nodes; what was said in all runs on it."""

    stage: Stage
    said: list[Said] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """What happened, for whoever reads a failure."""
    _asked: dict[str, list[str]] = field(default_factory=dict)
    _lists: dict[str, tuple[str, str, int]] = field(default_factory=dict)

    def run(self, plan: Plan) -> None:
        """Let everything of a plan happen, then mend everything."""
        self.told.append(str(plan))
        chance = random.Random(plan.beats[0].chance)
        for node in self.stage.nodes:
            node.wire.random.seed(plan.beats[0].chance)
        for beat in plan.beats:
            self._beat(beat, chance)
        self.heal()

    def _beat(self, beat: Beat, chance: random.Random) -> None:
        node, own = self.stage.side(beat.side), random.Random(beat.chance)
        self._ready_doors()
        if chance.random() < AND_THE_WIRE:
            self.stage.side(chance.randrange(2)).wire.moods.append(chance.choice(MOODS))
        met = node.wire.met.total()
        troubles.happen(self.stage, beat.trouble, node, own)
        self._round(beat, chance)
        self.stage.go_on(timedelta(seconds=chance.choice((1, 40, 200, 900))))
        self._round(None, chance)
        if beat.trouble in troubles.ON_THE_WIRE:
            self._insist(node, met)
        node.wire.down = False
        self._make_room()

    def _insist(self, node: ChaosNode, met: int) -> None:
        """Wait until what lies in wait for a request on the wire has met one."""
        for _ in range(4):
            if node.wire.met.total() > met:
                return
            self.stage.go_on(timedelta(hours=6))
            self._ready_doors()
            self._round(None, random.Random(0))
        raise AssertionError(f"nothing went to {node.name}, so nothing happened to it")

    def _ready_doors(self) -> None:
        dead = [node for node in self.stage.nodes if not node.door_runs()]
        for node in dead:
            node.start_door()
        for node in dead:
            node.await_door()

    def _round(self, beat: Beat | None, chance: random.Random) -> None:
        """Both workers work; meanwhile people talk, and the network repeats itself."""
        dying = set(self.stage.dies)
        for node in self.stage.nodes:
            node.hand("worker").ask("work", die_after=self.stage.dies.pop(node.name, 0))
        for side, kind in beat.said if beat else ():
            self._say(self.stage.side(side), kind, chance)
        for node in self.stage.nodes:
            if chance.random() < 0.2:
                self._again(node)
            self._done(node)
            if node.name in dying:
                # Where the round was shorter than that, it dies between two rounds.
                node.drop("worker")

    def _again(self, node: ChaosNode) -> None:
        try:
            node.wire.again()
        except OSError:
            self.told.append(f"{node.name}'s door does not answer")

    def _done(self, node: ChaosNode) -> dict[str, int]:
        try:
            done: dict[str, int] = node.hear("worker")
        except Died:
            self.told.append(f"{node.name}'s worker was killed")
            return {}
        self.told.append(f"{node.name}: { {name: count for name, count in done.items() if count} }")
        return done

    def _say(self, node: ChaosNode, kind: str, chance: random.Random) -> None:
        try:
            getattr(self, f"_say_{kind}")(node, chance)
        except Failed as failed:
            # What a full disk did not take was not said, and whoever said it read that.
            if not self.stage.full:
                raise
            self.told.append(f"{node.name} could not say a {kind}: {failed}"[:200])

    def _say_ping(self, node: ChaosNode, chance: random.Random) -> None:
        self._do(node, "say", "ping", content={}, kind="ping")

    def _say_question(self, node: ChaosNode, chance: random.Random) -> None:
        text = f"Paper boats {chance.getrandbits(64):016x}?"
        known = self._asked.setdefault(node.name, [])
        conversation = chance.choice(known[-3:]) if known and chance.random() < 0.6 else ""
        asked = {"content": {"text": text}, "kind": "question", "conversation": conversation}
        said = self._do(node, "say", "question", text, **asked)
        known.append(said.conversation)

    def _say_reply(self, node: ChaosNode, chance: random.Random) -> None:
        text = f"A blue one {chance.getrandbits(64):016x}."
        self._do(node, "reply", "reply", text, text=text)

    def _say_handover(self, node: ChaosNode, chance: random.Random) -> None:
        address = f"https://files.example.org/{chance.getrandbits(64):016x}"
        self._do(node, "hand_over", "handover", address=address)

    def _say_go_on(self, node: ChaosNode, chance: random.Random) -> None:
        node.do("go_on", partner=self.stage.other(node).name)

    def _say_list(self, node: ChaosNode, chance: random.Random) -> None:
        """One more page of the same list: a handful of fingerprints each."""
        conversation, name, upto = self._lists.get(node.name, ("", f"{chance.getrandbits(64):016x}", 0))
        rows = [
            {"entry": f"{name}-{upto + number}", "kind": "sha256", "value": f"{chance.getrandbits(256):064x}"}
            for number in range(1, 4)
        ]
        content = {
            "list": {"id": name, "name": name, "origin": node.name, "legal_basis": "Agreement 7"},
            "after": upto, "upto": upto + 3, "last": True, "upserts": rows, "withdrawn": [],
        }  # fmt: skip
        said = self._do(
            node, "say", "hash_delta", content=content, kind="hash_delta", conversation=conversation
        )
        self._lists[node.name] = (said.conversation, name, upto + 3)

    def _do(self, node: ChaosNode, deed: str, what: str, words: str = "", **details: Any) -> Said:
        found = node.do(deed, partner=self.stage.other(node).name, **details)
        if found is None:
            return Said(node.name, "", "", 0, what)
        said = Said(node.name, found[0], found[1], found[2], what, words)
        self.said.append(said)
        return said

    def _make_room(self) -> None:
        while self.stage.full:
            self.stage.full.pop()()

    def heal(self) -> None:
        """Mend everything, and let time pass until nothing is under way any more.

        Raises:
            AssertionError: something still is after more than a day.
        """
        self._make_room()
        self.stage.dies.clear()
        self._ready_doors()
        for node in self.stage.nodes:
            node.wire.heal()
            node.set_clock(self.stage.base)
            node.drop("worker")
        self.stage.keepers.publish(self.stage.nodes[0].now(), self.stage.nodes)
        for wait in WAITS:
            self.stage.go_on(wait)
            self._round(None, random.Random(0))
            self._round(None, random.Random(0))
            if not (left := self.open()):
                return
        raise AssertionError(f"still under way after all is mended: {left}")

    def what_happened(self) -> str:
        """Return how much was said so far, and what the wires did."""
        met = sum((node.wire.met for node in self.stage.nodes), Counter[str]())
        done = ", ".join(f"{what} {number}" for what, number in sorted(met.items()))
        return f"{len(self.said)} things said on this pair; on the wires: {done}"

    def open(self) -> list[str]:
        """Return what is not settled yet."""
        found = []
        for node in self.stage.nodes:
            rows = node.rows(" UNION ALL ".join(OPEN))
            found += [f"{node.name}: {count} {what}" for what, count in rows if count]
        return found
