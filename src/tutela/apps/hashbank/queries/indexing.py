"""What an index needs: every entry in force, and what has changed since a number."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from tutela.apps.hashbank import rules
from tutela.apps.hashbank.models import Entry, HashList, Numbering, Print
from tutela.apps.hashbank.rules import EntryState, ListState
from tutela.core.matching import lists
from tutela.core.matching.fingerprints import Fingerprint, Kind

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class ListForIndex:
    """A list as an index carries it, and the number of its last change."""

    list: lists.HashList
    change: int


@dataclass(frozen=True, slots=True)
class EntryForIndex:
    """An entry by its name in an index. Without fingerprints it is no longer in force."""

    list: str
    entry: str
    classification: str
    fingerprints: tuple[Fingerprint, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed, in order. ``through`` and ``last`` say where to go on while there is ``more``."""

    entries: tuple[EntryForIndex, ...]
    through: int
    last: uuid.UUID | None
    more: bool


def lists_for_index() -> list[ListForIndex]:
    """Return every list, paused ones as not active."""
    return [ListForIndex(_index_list(row), row.change) for row in HashList.objects.order_by("name")]


def head_change() -> int:
    """Return the number of the last change."""
    return Numbering.objects.filter(pk=1).values_list("last", flat=True).first() or 0


def entries_for_index() -> Iterator[EntryForIndex]:
    """Yield every entry in force, a few thousand in memory at a time."""
    after: uuid.UUID | None = None
    while True:
        rows = Entry.objects.filter(state=EntryState.ACTIVE.value)
        if after:
            rows = rows.filter(id__gt=after)
        found = list(_light(rows).order_by("id")[:_AT_ONCE])
        yield from (_for_index(row) for row in found)
        if len(found) < _AT_ONCE:
            return
        after = found[-1].id


def changes_after(change: int, last: uuid.UUID | None = None, *, most: int = _AT_ONCE) -> Changes:
    """Return up to ``most`` entries that changed after ``change`` (and after ``last`` of the same change)."""
    later = Q(change__gt=change)
    if last is not None:
        later |= Q(change=change, id__gt=last)
    found = list(_light(Entry.objects.filter(later)).order_by("change", "id")[: most + 1])
    more = len(found) > most
    shown = found[:most]
    if more:
        return Changes(tuple(map(_for_index, shown)), shown[-1].change, shown[-1].id, more=True)
    through = max([change, *(row.change for row in shown)])
    return Changes(tuple(map(_for_index, shown)), through, None, more=False)


def _light(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    return rows.select_related("list").prefetch_related("prints").defer("row")


def _for_index(row: Entry) -> EntryForIndex:
    live = row.state == EntryState.ACTIVE
    return EntryForIndex(
        row.list.name,
        rules.index_entry(row.source_name, row.entry_id),
        row.classification,
        tuple(fingerprint_of(one) for one in row.prints.all()) if live else (),
    )


def fingerprint_of(row: Print) -> Fingerprint:
    """Return the fingerprint of a row."""
    return Fingerprint(Kind(row.kind), bytes.fromhex(row.value), row.quality)


def _index_list(row: HashList) -> lists.HashList:
    return lists.HashList(
        name=row.name,
        title=row.title,
        origin=row.origin,
        legal_basis=row.legal_basis,
        handling=row.handling,
        scheme=row.scheme,
        radius=row.radius,
        minimum_quality=row.minimum_quality,
        negative=row.negative,
        active=row.state == ListState.ACTIVE,
    )
