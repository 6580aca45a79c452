"""The exposure clock, for the person whose it is and the welfare lead, and for nobody else."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.cases import rules
from tutela.apps.cases.models import Exposure
from tutela.core.kernel import clock

ExposureDay = rules.Day
"""minutes, limit, minutes_since_break, break_due, stopped."""


@dataclass(frozen=True, slots=True)
class ExposureOfPerson:
    """One person's day as the welfare lead sees it."""

    person_id: uuid.UUID
    day: ExposureDay


def exposure_today(person_id: uuid.UUID, *, by: Actor) -> ExposureDay:
    """Return how much of today's minutes ``person_id`` has used.

    Raises:
        NotPermitted: ``by`` is neither that person nor the welfare lead.
    """
    if by.id != person_id:
        require(by, "see_exposure_of_others")
    return exposure_of(person_id, clock.now())


def exposure_of_all(day: date, *, by: Actor) -> list[ExposureOfPerson]:
    """Return everybody's ``day``, the longest first; for the welfare lead."""
    require(by, "see_exposure_of_others")
    spans: dict[uuid.UUID, list[rules.Span]] = defaultdict(list)
    for row in Exposure.objects.filter(day__in=_days_that_reach(day)):
        spans[row.person_id].append(_span(row))
    now = clock.now()
    days = [ExposureOfPerson(person, _overview(found, day, now)) for person, found in spans.items()]
    return sorted((one for one in days if one.day.minutes), key=lambda one: (-one.day.minutes, one.person_id))


def exposure_of(person_id: uuid.UUID, now: datetime) -> ExposureDay:
    """Return the person's day; for the room's own actions, which stop the person at the limit."""
    day = rules.day_of(now, settings.TUTELA.time_zone)
    rows = Exposure.objects.filter(person_id=person_id, day__in=_days_that_reach(day))
    return _overview([_span(row) for row in rows], day, now)


def _days_that_reach(day: date) -> tuple[date, date]:
    # A span that began before midnight reaches into the day; none lasts longer than one.
    return day - timedelta(days=1), day


def _span(row: Exposure) -> rules.Span:
    return rules.Span(row.opened_at, row.seen_at, row.closed_at)


def _overview(spans: list[rules.Span], day: date, now: datetime) -> ExposureDay:
    desk = settings.TUTELA.desk
    return rules.overview(
        spans,
        day=day,
        zone=settings.TUTELA.time_zone,
        now=now,
        limit=desk.exposure_minutes_a_day,
        break_after=desk.exposure_break_after_minutes,
    )
