"""Lists and sources as the desk and the command line show them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from tutela.apps.hashbank import rules
from tutela.apps.hashbank.models import Entry, HashList, QuarantinedPage, Source
from tutela.apps.hashbank.rules import EntryState, ListFields, SourceState
from tutela.core.matching.sources import Checkpoint


@dataclass(frozen=True, slots=True)
class ListSeen:
    """A list with the number of its entries by state."""

    id: uuid.UUID
    fields: ListFields
    state: str
    made_at: datetime
    active: int
    proposed: int
    withdrawn: int
    disputed: int

    @property
    def name(self) -> str:
        return self.fields.name


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """A source, when it was fetched last, and what a person should look at."""

    id: uuid.UUID
    name: str
    kind: str
    list_name: str
    state: str
    every_minutes: int
    fetched_at: datetime | None
    next_at: datetime
    error: str
    failures: int
    refetching: bool
    entries: int
    usual_volume: int | None
    held_reason: str
    held_found: int | None
    held_usual: int | None
    quarantined: int
    checkpoint: Checkpoint | None


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page that could not be read and that nobody has settled."""

    id: uuid.UUID
    source_name: str
    at: datetime
    reason: str
    page_digest: str


def hash_lists() -> list[ListSeen]:
    """Return every list by name."""
    counted = _counted(Entry.objects.all())
    return [_list_seen(row, counted) for row in HashList.objects.order_by("name")]


def hash_list(list_id: uuid.UUID) -> ListSeen | None:
    """Return one list."""
    row = HashList.objects.filter(pk=list_id).first()
    return _list_seen(row, _counted(Entry.objects.filter(list=row))) if row else None


def hash_list_named(name: str) -> ListSeen | None:
    """Return one list."""
    row = HashList.objects.filter(name=name).first()
    return hash_list(row.pk) if row else None


def sources(list_id: uuid.UUID | None = None) -> list[SourceSeen]:
    """Return every source by name, those that need a person first."""
    rows = _sources()
    if list_id:
        rows = rows.filter(list_id=list_id)
    return sorted((_source_seen(row) for row in rows), key=lambda one: (one.state != "held", one.name))


def source(source_id: uuid.UUID) -> SourceSeen | None:
    """Return one source."""
    row = _sources().filter(pk=source_id).first()
    return _source_seen(row) if row else None


def source_named(name: str) -> SourceSeen | None:
    """Return one source."""
    row = _sources().filter(name=name).first()
    return _source_seen(row) if row else None


def kinds_due(now: datetime) -> set[str]:
    """Return the kinds of the sources that are to be fetched now."""
    due = Source.objects.filter(state=SourceState.ACTIVE.value, next_at__lte=now)
    return set(due.values_list("kind", flat=True))


def quarantined_pages(most: int = 100) -> list[PageSeen]:
    """Return the pages that nobody has settled, newest first."""
    rows = QuarantinedPage.objects.filter(settled_at__isnull=True).select_related("source")
    return [
        PageSeen(row.id, row.source.name, row.at, row.reason, row.page_digest)
        for row in rows.order_by("-at", "-id")[:most]
    ]


def _counted(rows: QuerySet[Entry]) -> dict[tuple[uuid.UUID, str], int]:
    found: dict[tuple[uuid.UUID, str], int] = {}
    groups = rows.values("list_id", "state").annotate(n=Count("id"))
    for row in groups:
        found[row["list_id"], row["state"]] = row["n"]
    disputed = rows.filter(disputed=True).values("list_id").annotate(n=Count("id"))
    for one in disputed:
        found[one["list_id"], "disputed"] = one["n"]
    return found


def _list_seen(row: HashList, counted: dict[tuple[uuid.UUID, str], int]) -> ListSeen:
    return ListSeen(
        id=row.id,
        fields=rules.ListFields(
            name=row.name, title=row.title, origin=row.origin, legal_basis=row.legal_basis,
            handling=row.handling, scheme=row.scheme, country=row.country, radius=row.radius,
            minimum_quality=row.minimum_quality, negative=row.negative,
        ),
        state=row.state,
        made_at=row.made_at,
        active=counted.get((row.id, EntryState.ACTIVE.value), 0),
        proposed=counted.get((row.id, EntryState.PROPOSED.value), 0),
        withdrawn=counted.get((row.id, EntryState.WITHDRAWN.value), 0),
        disputed=counted.get((row.id, "disputed"), 0),
    )  # fmt: skip


def _sources() -> QuerySet[Source]:
    open_pages = Count("quarantined", filter=Q(quarantined__settled_at__isnull=True), distinct=True)
    return Source.objects.select_related("list").annotate(open_pages=open_pages)


def _source_seen(row: Source) -> SourceSeen:
    return SourceSeen(
        id=row.id,
        name=row.name,
        kind=row.kind,
        list_name=row.list.name,
        state=row.state,
        every_minutes=row.every_minutes,
        fetched_at=row.fetched_at,
        next_at=row.next_at,
        error=row.error,
        failures=row.failures,
        refetching=row.refetching,
        entries=Entry.objects.filter(source=row, state=EntryState.ACTIVE.value).count(),
        usual_volume=row.usual_volume,
        held_reason=row.held_reason,
        held_found=row.held_found,
        held_usual=row.held_usual,
        quarantined=row.open_pages,  # type: ignore[attr-defined]
        checkpoint=rules.checkpoint_of(row.checkpoint),
    )
