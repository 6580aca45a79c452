"""What happens in one run, drawn from its seed: the same seed is the same plan, on every machine.

Seeds are dealt like cards: each hand of :data:`DECK` seeds in a row meets every kind of trouble, in an order
of its own. What stays to chance in a replay is how fast the machine is when a process is killed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

TROUBLES = (
    "kill_worker", "kill_door", "kill_desk", "down", "repeat", "reorder", "delay", "cut", "clock",
    "full_disk", "stale", "rolled_back", "forked", "rotate", "revoke", "stranger", "forger", "flood",
)  # fmt: skip
"""Everything that may go wrong, once or more in a run that drew it."""

EACH = 6
"""Kinds of trouble that meet in one run."""

DECK = 3
"""Seeds in a row that meet everything together: 3 × 6 are as many as there are kinds."""

SIDES = 2
TALK = ("ping", "question", "reply", "handover", "go_on", "list")


@dataclass(frozen=True, slots=True)
class Beat:
    """``trouble`` comes first, with the side that it strikes; then this is said while both workers work."""

    trouble: str
    side: int
    said: tuple[tuple[int, str], ...]
    chance: int
    """From which whoever makes the trouble draws the rest."""


@dataclass(frozen=True, slots=True)
class Plan:
    seed: int
    beats: tuple[Beat, ...]

    @property
    def troubles(self) -> tuple[str, ...]:
        return tuple(beat.trouble for beat in self.beats)

    def __str__(self) -> str:
        beats = ", ".join(f"{beat.trouble}@{'here' if beat.side == 0 else 'there'}" for beat in self.beats)
        return f"seed {self.seed}: {beats}"


def plan(seed: int) -> Plan:
    """Return what happens under this seed."""
    chance = random.Random(f"tutela {seed}")
    beats = tuple(
        Beat(trouble, chance.randrange(SIDES), _talk(chance), chance.getrandbits(48))
        for trouble in _troubles(seed)
    )
    return Plan(seed, beats)


def _troubles(seed: int) -> tuple[str, ...]:
    deck = list(TROUBLES)
    dealt = random.Random(f"tutela deck {seed // DECK}")
    dealt.shuffle(deck)
    deck += dealt.sample(TROUBLES, DECK * EACH - len(TROUBLES))
    begin = seed % DECK * EACH
    return tuple(deck[begin : begin + EACH])


def _talk(chance: random.Random) -> tuple[tuple[int, str], ...]:
    weights = (4, 6, 5, 1, 2, 3)
    return tuple(
        (chance.randrange(SIDES), kind)
        for kind in chance.choices(TALK, weights=weights, k=chance.randint(3, 9))
    )
