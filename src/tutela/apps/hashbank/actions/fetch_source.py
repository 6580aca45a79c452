"""Claim a source that is due, and note when it did not answer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tutela.apps.hashbank import rules
from tutela.apps.hashbank.models import Source
from tutela.apps.hashbank.rules import SourceState
from tutela.core.matching.sources import Checkpoint

CLAIM_LASTS = timedelta(minutes=30)
IMPORT = "import"
"""The kind of a source that nobody fetches: files that people import."""
NOT_FETCHED = (IMPORT, rules.PARTNER)

_LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SourceToFetch:
    """A claimed source. ``checkpoint`` is None when everything is to be fetched."""

    id: uuid.UUID
    name: str
    kind: str
    settings: dict[str, str]
    checkpoint: Checkpoint | None


def take_due_source(now: datetime, *, stale_after_days: dict[str, int | None]) -> SourceToFetch | None:
    """Claim the source that has waited longest, ``None`` when none is due.

    Args:
        stale_after_days: by kind, after how long without a fetch everything must be fetched again. Sources
            of other kinds are not taken: this process cannot open them.
    """
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    due = Source.objects.filter(
        free, state=SourceState.ACTIVE.value, next_at__lte=now, kind__in=[*stale_after_days]
    ).order_by("next_at", "id")
    for row in due:
        with transaction.atomic():
            claimed = Source.objects.filter(free, pk=row.pk, state=SourceState.ACTIVE.value)
            if not claimed.update(claimed_until=now + CLAIM_LASTS):
                continue
            row = Source.objects.select_for_update().get(pk=row.pk)
            checkpoint = rules.checkpoint_of(row.checkpoint)
            if rules.is_stale(checkpoint, stale_after_days[row.kind], int(now.timestamp())):
                begin_again(row)
                checkpoint = None
            row.volume = row.volume if checkpoint and checkpoint.inside else 0
            row.save()
        return SourceToFetch(row.id, row.name, row.kind, dict(row.settings), checkpoint)
    return None


def begin_again(row: Source) -> None:
    """Let the next fetch begin at nothing (not stored yet)."""
    row.checkpoint, row.refetching, row.unread, row.volume = None, True, False, 0
    row.generation += 1


def give_back(*, source_id: uuid.UUID) -> None:
    """The worker stops in the middle; what was taken stays, and the rest is taken next time."""
    Source.objects.filter(pk=source_id).update(claimed_until=None)


def fail_fetch(*, source_id: uuid.UUID, reason: str, now: datetime) -> None:
    """Note that the source did not answer; it is asked again later and later, once a day at last."""
    with transaction.atomic():
        row = Source.objects.select_for_update().get(pk=source_id)
        row.failures += 1
        wait = timedelta(minutes=max(row.every_minutes, 1)) * 2 ** min(row.failures - 1, 12)
        row.error, row.claimed_until = reason[:32], None
        row.next_at = now + min(wait, max(_LONGEST_WAIT, timedelta(minutes=row.every_minutes)))
        row.save(update_fields=["failures", "error", "claimed_until", "next_at"])
