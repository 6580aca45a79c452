"""Entries as the desk shows them: what a fingerprint is, never its value."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from tutela.apps.hashbank import rules
from tutela.apps.hashbank.models import Entry, Opinion, Print
from tutela.apps.hashbank.rules import EntryState

_ENOUGH = 8


@dataclass(frozen=True, slots=True)
class PrintSeen:
    """A fingerprint by its kind, its beginning (8 of its digits) and its quality."""

    kind: str
    beginning: str
    quality: int | None


@dataclass(frozen=True, slots=True)
class EntrySeen:
    """An entry. ``digest`` is how ledger lines name it, ``index_entry`` how matches do."""

    id: uuid.UUID
    list_id: uuid.UUID
    list_name: str
    source_name: str
    source_kind: str
    digest: str
    index_entry: str
    scheme: str
    classification: str
    state: str
    disputed: bool
    prints: tuple[PrintSeen, ...]
    first_seen_at: datetime
    last_seen_at: datetime
    withdrawn_at: datetime | None
    withdraw_reason: str
    item_id: uuid.UUID | None
    proposed_by: uuid.UUID | None
    decided_by: uuid.UUID | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries, and where the next page begins: ``None`` when this is the last."""

    rows: tuple[EntrySeen, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class OpinionSeen:
    """What this desk said of an entry, and whether its source was told."""

    opinion: str
    reason: str
    by: uuid.UUID
    at: datetime
    state: str
    told_at: datetime | None
    error: str


def entries(
    list_id: uuid.UUID | None = None,
    *,
    state: str = "",
    disputed: bool = False,
    after: str = "",
    most: int = 50,
) -> EntryPage:
    """Return entries, the newest first, after ``after`` (an ``EntryPage.after``)."""
    rows = _rows()
    if list_id:
        rows = rows.filter(list_id=list_id)
    if state:
        rows = rows.filter(state=state)
    if disputed:
        rows = rows.filter(disputed=True)
    # It comes from a web address that people edit: what is no id begins at the top.
    with contextlib.suppress(ValueError):
        rows = rows.filter(id__lt=uuid.UUID(after)) if after else rows
    found = list(rows.order_by("-id")[: most + 1])
    more = len(found) > most
    shown = tuple(_seen(row) for row in found[:most])
    return EntryPage(shown, shown[-1].id.hex if more else None)


def entry(entry_id: uuid.UUID) -> EntrySeen | None:
    """Return one entry."""
    row = _rows().filter(pk=entry_id).first()
    return _seen(row) if row else None


def entries_of_item(item_id: uuid.UUID) -> list[EntrySeen]:
    """Return what was proposed from an item, newest first."""
    return [_seen(row) for row in _rows().filter(item_id=item_id).order_by("-id")]


def proposals_waiting() -> int:
    """Return how many entries wait for a second person."""
    return Entry.objects.filter(state=EntryState.PROPOSED.value).count()


def opinions_of(entry_id: uuid.UUID) -> list[OpinionSeen]:
    """Return what this desk said of an entry, newest first."""
    return [
        OpinionSeen(row.opinion, row.reason, row.by, row.at, row.state, row.told_at, row.error)
        for row in Opinion.objects.filter(entry_id=entry_id).order_by("-at", "-id")
    ]


def _rows() -> QuerySet[Entry]:
    return Entry.objects.select_related("list", "source").prefetch_related("prints").defer("row")


def _seen(row: Entry) -> EntrySeen:
    return EntrySeen(
        id=row.id,
        list_id=row.list_id,
        list_name=row.list.name,
        source_name=row.source_name,
        source_kind=row.source.kind if row.source else "",
        digest=rules.entry_digest(row.list.name, row.source_name, row.entry_id),
        index_entry=rules.index_entry(row.source_name, row.entry_id),
        scheme=row.scheme,
        classification=row.classification,
        state=row.state,
        disputed=row.disputed,
        prints=tuple(sorted((_print_seen(one) for one in row.prints.all()), key=lambda one: one.kind)),
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        withdrawn_at=row.withdrawn_at,
        withdraw_reason=row.withdraw_reason,
        item_id=row.item_id,
        proposed_by=row.proposed_by,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def _print_seen(row: Print) -> PrintSeen:
    return PrintSeen(row.kind, row.value[:_ENOUGH], row.quality)
