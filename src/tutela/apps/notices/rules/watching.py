"""When an item is looked at again, and when it counts as gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tutela.core.terms.states import CheckOutcome

_DAY = 24
SCHEDULE_HOURS: tuple[int, ...] = (
    1,
    6,
    *range(_DAY, 14 * _DAY + 1, _DAY),
    *range(21 * _DAY, 84 * _DAY + 1, 7 * _DAY),
    90 * _DAY,
)
"""Hours after the notice left: 1, 6, 24, then daily to day 14, weekly, and a last look on day 90."""
MISSES_UNTIL_GONE = 3
CLAIM_LASTS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Watching:
    """Where the watch over one item stands. ``said_gone``: the provider answered that it is not there."""

    started_at: datetime
    misses: int = 0
    gone: bool = False
    unclear: bool = False
    said_gone: bool = False
    asked: bool = False
    """Somebody reported it again after it was gone, and waits to be told."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What follows from a look.

    ``event`` is empty, ``gone``, ``returned`` or ``unclear`` (a person must look); ``next_look_at`` is
    ``None`` when the watch has come to its end.
    """

    watching: Watching
    event: str
    next_look_at: datetime | None


def next_scheduled(started_at: datetime, now: datetime) -> datetime | None:
    """Return the first look of the schedule after ``now``; looks that were slept through are not made up."""
    for hours in SCHEDULE_HOURS:
        moment = started_at + timedelta(hours=hours)
        if moment > now:
            return moment
    return None


def step_of(started_at: datetime, now: datetime) -> int:
    """Return how many looks of the schedule lie behind ``now``."""
    return sum(started_at + timedelta(hours=hours) <= now for hours in SCHEDULE_HOURS)


def after_look(
    before: Watching,
    outcome: CheckOutcome,
    now: datetime,
    *,
    minutes_between_misses: int,
    by_person: bool = False,
) -> NextStep:
    """Return what a look with ``outcome`` changes.

    Three misses in a row make an item gone; a person who looked is believed at once. An unclear look
    breaks the row, and calls a person once, not at each later look with the same result. What was asked
    about again is told again, whatever is found.
    """
    scheduled = next_scheduled(before.started_at, now)
    if outcome is CheckOutcome.MISSING:
        return _after_miss(before, now, scheduled, minutes_between_misses, by_person)
    if outcome is CheckOutcome.REACHABLE:
        event = "returned" if before.gone else "unclear" if before.said_gone and not by_person else ""
        return NextStep(Watching(before.started_at), event, scheduled)
    if outcome is CheckOutcome.UNCLEAR and before.asked:
        return NextStep(replace(before, asked=False), "unclear", scheduled)
    if outcome is CheckOutcome.UNCLEAR and not before.gone:
        event = "" if before.unclear else "unclear"
        return NextStep(replace(before, misses=0, unclear=True), event, scheduled)
    return NextStep(before, "", scheduled)


def _after_miss(
    before: Watching, now: datetime, scheduled: datetime | None, minutes_between_misses: int, by_person: bool
) -> NextStep:
    if before.gone:
        return NextStep(replace(before, asked=False), "gone" if before.asked else "", scheduled)
    misses = MISSES_UNTIL_GONE if by_person else before.misses + 1
    after = replace(before, misses=misses, unclear=False, gone=misses >= MISSES_UNTIL_GONE)
    if after.gone:
        return NextStep(replace(after, said_gone=False), "gone", scheduled)
    return NextStep(after, "", now + timedelta(minutes=minutes_between_misses))
