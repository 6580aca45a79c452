"""What another report of an address does that the desk already has: the least exposure that is safe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tutela.core.terms.assessment import ILLEGAL
from tutela.core.terms.states import CloseReason, ItemState

NOT_ILLEGAL_HOLDS = timedelta(days=30)
"""How long "not illegal" is believed of an address: what lies there can be another thing next month."""


class Effect(StrEnum):
    """What happens to the item."""

    COUNT = "count"
    LOOK_AGAIN = "look_again"
    DECIDE = "decide"
    ASSESS = "assess"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about the item when it is reported again."""

    state: str
    outcome: str
    category: str
    closed_at: datetime | None


def effect_of_sighting(
    standing: Standing, *, for_a_person: bool, machine_looks: bool, now: datetime
) -> Effect:
    """Return what the new sighting does.

    Args:
        for_a_person: the reporter says that a child is in danger now, writes about themselves, or wrote
            words: somebody reads them, without anybody looking at the material again.
        machine_looks: the worker checks whether addresses are reachable.
    """
    if standing.state != ItemState.CLOSED:
        return Effect.COUNT
    again = Effect.DECIDE if standing.category in ILLEGAL else Effect.ASSESS
    if for_a_person:
        return again
    if standing.outcome in (CloseReason.FORWARDED, CloseReason.HANDED_TO_POLICE, CloseReason.DUPLICATE):
        return Effect.COUNT
    if standing.outcome == CloseReason.REMOVED:
        return Effect.LOOK_AGAIN if machine_looks else again
    if standing.outcome in (CloseReason.NOT_ILLEGAL, CloseReason.OUTSIDE_SCOPE):
        fresh = standing.closed_at is not None and now - standing.closed_at <= NOT_ILLEGAL_HOLDS
        return Effect.COUNT if fresh else Effect.ASSESS
    return again
