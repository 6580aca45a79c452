"""Claim the next look that is due."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from tutela.apps.notices.models import Watch
from tutela.apps.notices.rules.watching import CLAIM_LASTS

_MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class WatchToLook:
    """One look to make. ``mode`` is ``head`` or ``hash``."""

    item_id: uuid.UUID
    address: str
    host: str
    mode: str


def take_due_watch(now: datetime) -> WatchToLook | None:
    """Return a claimed look, or ``None``; always ``None`` in mode ``off``, when people look by hand."""
    mode = settings.TUTELA.checks.mode
    if mode == "off":
        return None
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    due = Watch.objects.filter(free, state="active", by_hand=False, next_look_at__lte=now)
    for row in due.order_by("next_look_at", "item_id")[:_MOST_TRIES]:
        mine = Watch.objects.filter(
            pk=row.pk, next_look_at=row.next_look_at, claimed_until=row.claimed_until
        ).update(claimed_until=now + CLAIM_LASTS)
        if mine:
            return WatchToLook(row.item_id, row.address, row.host, mode)
    return None
