"""The exposure clock: a page with an open item opens, beats and closes; at the limit it stops the person."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.cases import rules
from tutela.apps.cases.errors import ExposureStop, NoSuchItem
from tutela.apps.cases.models import Exposure, ExposureStopped, Item
from tutela.apps.cases.queries.exposure import ExposureDay, exposure_of
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock


def open_exposure(*, by: Actor, item_id: uuid.UUID) -> ExposureDay:
    """Start counting; a second tab on the same item counts with the first.

    Raises:
        ExposureStop: the day's minutes are used up.
        NoSuchItem: there is none.
    """
    require(by, "see_queue")
    refuse_when_stopped(by)
    if not Item.objects.filter(pk=item_id).exists():
        raise NoSuchItem(str(item_id))
    _see(by, item_id)
    return exposure_of(by.id, clock.now())


def beat_exposure(*, by: Actor, item_id: uuid.UUID) -> ExposureDay:
    """Say that the item is still open; at the limit counting ends and the answer says ``stopped``."""
    require(by, "see_queue")
    day = exposure_of(by.id, clock.now())
    if day.stopped:
        close_exposure(by=by, item_id=item_id)
        _write_stop(by)
        return day
    _see(by, item_id)
    return exposure_of(by.id, clock.now())


def close_exposure(*, by: Actor, item_id: uuid.UUID) -> ExposureDay:
    """Stop counting for this item."""
    now = clock.now()
    with transaction.atomic():
        for span in _open_spans(by, item_id):
            span.closed_at = min(now, span.seen_at + rules.ABANDONED_AFTER)
            span.save(update_fields=["closed_at"])
    return exposure_of(by.id, now)


def refuse_when_stopped(by: Actor) -> None:
    """Refuse a person whose minutes are used up. Call it before the transaction: its line must stay.

    Raises:
        ExposureStop: says how many of how many.
    """
    day = exposure_of(by.id, clock.now())
    if day.stopped:
        _write_stop(by)
        raise ExposureStop(day.minutes, day.limit)


def _see(by: Actor, item_id: uuid.UUID) -> None:
    now = clock.now()
    with transaction.atomic():
        alive = False
        for span in _open_spans(by, item_id):
            if now - span.seen_at <= rules.ABANDONED_AFTER:
                span.seen_at, alive = max(now, span.seen_at), True
            else:
                # The gap was nobody's: the tab slept, and what comes now is a new span.
                span.closed_at = span.seen_at + rules.ABANDONED_AFTER
            span.save(update_fields=["seen_at", "closed_at"])
        if not alive and Item.objects.filter(pk=item_id).exists():
            day = rules.day_of(now, settings.TUTELA.time_zone)
            Exposure.objects.create(person_id=by.id, item_id=item_id, day=day, opened_at=now, seen_at=now)


def _open_spans(by: Actor, item_id: uuid.UUID) -> list[Exposure]:
    rows = Exposure.objects.filter(person_id=by.id, item_id=item_id, closed_at__isnull=True)
    return list(rows.select_for_update().order_by("id"))


def _write_stop(by: Actor) -> None:
    day = rules.day_of(clock.now(), settings.TUTELA.time_zone)
    with transaction.atomic():
        _, first = ExposureStopped.objects.get_or_create(person_id=by.id, day=day)
        if first:
            ledger.write_line("exposure_stopped", actor="node", about=("person", by.id))
