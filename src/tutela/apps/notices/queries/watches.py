"""Looks: what they found, and which a person has to do by hand."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from tutela.apps.notices.models import Check, Watch


@dataclass(frozen=True, slots=True)
class CheckSeen:
    """One look. ``by`` is ``worker`` or ``person:<id>``; ``detail`` a code that says why."""

    at: datetime
    outcome: str
    detail: str
    status: int | None
    mode: str
    by: str


@dataclass(frozen=True, slots=True)
class WatchSeen:
    """The watch over one item. ``by_hand``: the worker does not look, a person has to."""

    item_id: uuid.UUID
    address: str
    host: str
    by_hand: bool
    started_at: datetime
    next_look_at: datetime | None
    step: int
    misses: int
    gone: bool
    unclear: bool
    said_gone: bool
    active: bool


def checks_of(item_id: uuid.UUID, most: int = 200) -> list[CheckSeen]:
    """Return the looks at an item, newest first."""
    rows = Check.objects.filter(item_id=item_id).order_by("-at", "-id")[:most]
    return [CheckSeen(row.at, row.outcome, row.detail, row.status, row.mode, row.by) for row in rows]


def _seen(row: Watch) -> WatchSeen:
    return WatchSeen(
        item_id=row.item_id,
        address=row.address,
        host=row.host,
        by_hand=row.by_hand or settings.TUTELA.checks.mode == "off",
        started_at=row.started_at,
        next_look_at=row.next_look_at,
        step=row.step,
        misses=row.misses,
        gone=row.gone,
        unclear=row.unclear,
        said_gone=row.said_gone,
        active=row.state == "active",
    )


def watch_of(item_id: uuid.UUID) -> WatchSeen | None:
    """Return the watch over an item, or ``None`` when nobody was told about it yet."""
    row = Watch.objects.filter(pk=item_id).first()
    return _seen(row) if row else None


def manual_checks_due(now: datetime, most: int = 100) -> list[WatchSeen]:
    """Return what a person should look at: unclear looks, and all that is due and not for the worker."""
    due = Q(next_look_at__lte=now)
    if settings.TUTELA.checks.mode != "off":
        due &= Q(by_hand=True)
    rows = Watch.objects.filter(state="active").filter(due | Q(unclear=True))
    return [_seen(row) for row in rows.order_by("next_look_at")[:most]]
