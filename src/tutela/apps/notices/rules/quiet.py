"""When a letter may leave: bundling, quiet hours and working days, in the time of whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    """When a contact does not want mail. Without quiet hours and with all days, that is never."""

    time_zone: str = "UTC"
    quiet_from: time | None = None
    quiet_to: time | None = None
    working_days_only: bool = False


ANY_TIME = Hours()
_SATURDAY = 5
_LONGEST_WAIT = timedelta(days=8)


def is_allowed(moment: datetime, hours: Hours) -> bool:
    """Return whether a letter may leave at ``moment``."""
    local = moment.astimezone(ZoneInfo(hours.time_zone))
    if hours.working_days_only and local.weekday() >= _SATURDAY:
        return False
    return not _is_quiet(local.time(), hours)


def _is_quiet(clock_time: time, hours: Hours) -> bool:
    start, end = hours.quiet_from, hours.quiet_to
    if start is None or end is None or start == end:
        return False
    if start < end:
        return start <= clock_time < end
    return clock_time >= start or clock_time < end


def next_allowed(moment: datetime, hours: Hours) -> datetime:
    """Return the first moment from ``moment`` on at which a letter may leave, in UTC.

    Steps from one local border (midnight, end of the quiet hours) to the next instead of adding hours, so
    that a day with a clock change has its own length.
    """
    zone = ZoneInfo(hours.time_zone)
    candidate = moment.astimezone(UTC)
    limit = candidate + _LONGEST_WAIT
    while not is_allowed(candidate, hours) and candidate < limit:
        local = candidate.astimezone(zone)
        candidate = min(_borders_after(local, hours, zone))
    return candidate


def _borders_after(local: datetime, hours: Hours, zone: ZoneInfo) -> list[datetime]:
    borders = []
    for days in (0, 1):
        day = local.date() + timedelta(days=days)
        for border in (time(0), hours.quiet_to or time(0)):
            moment = datetime.combine(day, border, zone).astimezone(UTC)
            if moment > local.astimezone(UTC):
                borders.append(moment)
    return borders


def due_at(first_item_at: datetime, bundle_minutes: int, hours: Hours) -> datetime:
    """Return when a notice whose first item came at ``first_item_at`` leaves."""
    return next_allowed(first_item_at + timedelta(minutes=bundle_minutes), hours)
