"""What this desk says of an entry goes back to its source: confirmed, refuted, not seen."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.hashbank import rules
from tutela.apps.hashbank.actions._changing import digest_of
from tutela.apps.hashbank.actions.fetch_source import IMPORT
from tutela.apps.hashbank.errors import EntryUnknown, NoSource
from tutela.apps.hashbank.models import Entry, Opinion
from tutela.apps.hashbank.rules import EntryState
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock
from tutela.core.matching.sources import Opinion as OpinionKind

CLAIM_LASTS = timedelta(minutes=5)
MOST_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class OpinionToTell:
    """An opinion on its way, with the row that it is about."""

    id: uuid.UUID
    source_name: str
    kind: str
    settings: dict[str, str]
    key: str
    row: dict[str, Any]
    opinion: OpinionKind
    reason: str


def give_opinion(*, by: Actor, entry_id: uuid.UUID, opinion: OpinionKind, reason: str) -> uuid.UUID:
    """Note what a person says of an entry; the worker tells its source.

    Raises:
        NoSource: nobody delivered it who could be told, or it is not in force any more.
        ValueError: the reason is none of ``rules.OPINION_REASONS``.
    """
    require(by, "propose_entry")
    if reason not in rules.OPINION_REASONS:
        raise ValueError(reason)
    with transaction.atomic():
        entry = Entry.objects.select_related("list", "source").filter(pk=entry_id).first()
        if entry is None:
            raise EntryUnknown
        if entry.source is None or entry.source.kind == IMPORT or entry.state != EntryState.ACTIVE:
            raise NoSource
        now = clock.now()
        row = Opinion.objects.create(
            entry=entry, opinion=opinion.value, reason=reason, by=by.id, at=now, next_at=now
        )
        _line("hash_opinion_given", row, by.label)
    return row.id


def take_due_opinion(now: datetime) -> OpinionToTell | None:
    """Claim the opinion that has waited longest, ``None`` when none is due."""
    due = Opinion.objects.filter(state="waiting", next_at__lte=now).order_by("next_at", "id")
    # Partners hear theirs through the exchange.
    for row in due.exclude(entry__source__kind=rules.PARTNER).select_related("entry__source"):
        claimed = Opinion.objects.filter(pk=row.pk, state="waiting", next_at=row.next_at)
        if not claimed.update(next_at=now + CLAIM_LASTS):
            continue
        entry, source = row.entry, row.entry.source
        if source is None or not entry.row:
            record_opinion(opinion_id=row.pk, state="failed", error="withdrawn", now=now)
            continue
        return OpinionToTell(
            row.pk, source.name, source.kind, dict(source.settings),
            entry.entry_id, entry.row, OpinionKind(row.opinion), row.reason,
        )  # fmt: skip
    return None


def record_opinion(*, opinion_id: uuid.UUID, state: str, now: datetime, error: str = "") -> None:
    """Note how telling went: ``told``, ``not_supported``, ``failed``, or ``waiting`` to try again."""
    with transaction.atomic():
        row = Opinion.objects.select_for_update().get(pk=opinion_id)
        row.attempts += 1
        row.state = "failed" if state == "waiting" and row.attempts >= MOST_ATTEMPTS else state
        row.error, row.next_at = error[:32], now + timedelta(minutes=10) * 2**row.attempts
        row.told_at = now if state == "told" else None
        row.save()
        if row.state != "waiting":
            row = Opinion.objects.select_related("entry__list").get(pk=opinion_id)
            _line("hash_opinion_told", row, "worker")


def _line(kind: str, row: Opinion, actor: str) -> None:
    name = row.entry.list.name
    ledger.write_line(
        kind,
        actor=actor,
        about=("hash_entry", row.entry_id),
        facts={
            "list": name,
            "entry": digest_of(row.entry, name),
            "opinion": row.opinion,
            "reason": row.reason,
            "state": row.state,
        },
    )
