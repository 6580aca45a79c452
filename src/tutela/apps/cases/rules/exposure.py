"""The exposure clock: minutes are the union of the spans in which a person had anything open.

Two tabs do not count double. A tab that stopped beating counts until its last beat and one minute
more. A span over midnight is cut at the day's boundary in the desk's own time zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ABANDONED_AFTER = timedelta(seconds=60)
BREAK_LASTS = timedelta(minutes=10)
"""A pause this long is a break; the count towards the next one starts again."""


@dataclass(frozen=True, slots=True)
class Span:
    """One item open: from, last beat, and closed when the person closed it."""

    opened_at: datetime
    seen_at: datetime
    closed_at: datetime | None

    def ends_at(self, now: datetime) -> datetime:
        """Return where the span ends for the count, never after ``now``."""
        until = self.seen_at + ABANDONED_AFTER
        if self.closed_at is not None:
            until = min(until, self.closed_at)
        return max(self.opened_at, min(until, now))


@dataclass(frozen=True, slots=True)
class Day:
    """A person's day: full minutes so far, the limit, and what follows from them."""

    minutes: int
    limit: int
    minutes_since_break: int
    break_due: bool
    stopped: bool


def day_of(moment: datetime, zone: str) -> date:
    """Return the date of ``moment`` on the desk's clock."""
    return moment.astimezone(ZoneInfo(zone)).date()


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return beginning and end of ``day`` in UTC; 23 or 25 hours apart when the clocks change."""
    local = ZoneInfo(zone)
    starts = datetime.combine(day, time(), local)
    ends = datetime.combine(day + timedelta(days=1), time(), local)
    return starts.astimezone(UTC), ends.astimezone(UTC)


def union(stretches: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return the stretches merged where they touch or overlap, in order; empty ones are dropped."""
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(stretches):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def minutes_between(stretches: Sequence[tuple[datetime, datetime]]) -> int:
    """Return the full minutes in stretches that do not overlap."""
    return int(sum((end - start for start, end in stretches), timedelta()) / timedelta(minutes=1))


def overview(
    spans: Iterable[Span], *, day: date, zone: str, now: datetime, limit: int, break_after: int
) -> Day:
    """Return one person's ``day``; ``limit`` and ``break_after`` in minutes."""
    starts, ends = day_bounds(day, zone)
    stretches = union((max(span.opened_at, starts), min(span.ends_at(now), ends)) for span in spans)
    minutes = minutes_between(stretches)
    since_break = minutes_between(_since_break(stretches, min(now, ends)))
    return Day(
        minutes=minutes,
        limit=limit,
        minutes_since_break=since_break,
        break_due=since_break >= break_after,
        stopped=minutes >= limit,
    )


def _since_break(
    stretches: Sequence[tuple[datetime, datetime]], now: datetime
) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    later = now
    for start, end in reversed(stretches):
        if later - end >= BREAK_LASTS:
            break
        found.insert(0, (start, end))
        later = start
    return found
