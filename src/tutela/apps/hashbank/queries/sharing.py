"""What sharing a list with partners needs: its changes in order, and what is said of entries both ways."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tutela.apps.hashbank import rules
from tutela.apps.hashbank.models import Entry, Feedback, HashList, Opinion
from tutela.apps.hashbank.queries.indexing import fingerprint_of
from tutela.apps.hashbank.rules import EntryState, ListState
from tutela.core.matching.fingerprints import Fingerprint
from tutela.core.matching.sources import Opinion as Verdict


@dataclass(frozen=True, slots=True)
class ListForSharing:
    """What a partner is told of a list, what decides whether it may be, and its last change."""

    id: uuid.UUID
    name: str
    title: str
    origin: str
    legal_basis: str
    handling: str
    scheme: str
    negative: bool
    active: bool
    change: int


@dataclass(frozen=True, slots=True)
class EntryForSharing:
    """An entry and the kind of its source (``desk`` for people here). Without fingerprints: withdrawn."""

    id: uuid.UUID
    source_kind: str
    scheme: str
    classification: str
    item_id: uuid.UUID | None
    change: int
    fingerprints: tuple[Fingerprint, ...]


@dataclass(frozen=True, slots=True)
class ListChanges:
    """Entries that changed, in order, and whether there are ``more``."""

    entries: tuple[EntryForSharing, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class FeedbackSeen:
    """What a partner says of an entry of ours."""

    partner: str
    opinion: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RefutedSeen:
    """An entry of ours of which a partner says that it is wrong."""

    entry_id: uuid.UUID
    partner: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OpinionForPartner:
    """What this desk says of a partner's entry, on its way there."""

    id: uuid.UUID
    source_id: uuid.UUID
    key: str
    opinion: str


def list_for_sharing(*, list_id: uuid.UUID | None = None, name: str = "") -> ListForSharing | None:
    """Return one list, by its id or its name."""
    row = HashList.objects.filter(Q(pk=list_id) if list_id else Q(name=name)).first()
    if row is None:
        return None
    return ListForSharing(
        row.id, row.name, row.title, row.origin, row.legal_basis, row.handling, row.scheme, row.negative,
        row.state == ListState.ACTIVE, row.change,
    )  # fmt: skip


def kinds_in_force(list_id: uuid.UUID) -> frozenset[str]:
    """Return the kinds of the sources from which a list has entries in force."""
    rows = Entry.objects.filter(list_id=list_id, state=EntryState.ACTIVE.value).order_by()
    return frozenset(kind or rules.DESK for kind in rows.values_list("source__kind", flat=True).distinct())


def changes_of_list(
    list_id: uuid.UUID, change: int, last: uuid.UUID | None = None, *, most: int
) -> ListChanges:
    """Return up to ``most`` entries, in force or withdrawn, that changed after ``change`` (and ``last``)."""
    later = Q(change__gt=change)
    if last is not None:
        later |= Q(change=change, id__gt=last)
    states = [EntryState.ACTIVE.value, EntryState.WITHDRAWN.value]
    rows = Entry.objects.filter(later, list_id=list_id, state__in=states).order_by("change", "id")
    found = list(rows.select_related("source").prefetch_related("prints").defer("row")[: most + 1])
    return ListChanges(tuple(map(_for_sharing, found[:most])), len(found) > most)


def _for_sharing(row: Entry) -> EntryForSharing:
    live = row.state == EntryState.ACTIVE
    return EntryForSharing(
        row.id, row.source.kind if row.source else rules.DESK, row.scheme, row.classification, row.item_id,
        row.change, tuple(fingerprint_of(one) for one in row.prints.all()) if live else (),
    )  # fmt: skip


def feedback_of(entry_id: uuid.UUID) -> list[FeedbackSeen]:
    """Return what partners say of an entry of ours, newest first."""
    rows = Feedback.objects.filter(entry_id=entry_id).order_by("-at", "partner")
    return [FeedbackSeen(row.partner, row.opinion, row.at) for row in rows]


def refuted_by_partners(list_id: uuid.UUID, *, most: int = 20) -> list[RefutedSeen]:
    """Return entries of a list, in force, that partners say are wrong, the latest first."""
    rows = Feedback.objects.filter(
        entry__list_id=list_id, entry__state=EntryState.ACTIVE.value, opinion=Verdict.REFUTED.value
    )
    return [RefutedSeen(row.entry_id, row.partner, row.at) for row in rows.order_by("-at", "id")[:most]]


def opinions_for_partners(*, most: int = 5000) -> list[OpinionForPartner]:
    """Return what is to be told to partners about entries of theirs, oldest first."""
    rows = Opinion.objects.filter(state="waiting", entry__source__kind=rules.PARTNER)
    return [
        OpinionForPartner(row.id, row.entry.source_id, row.entry.entry_id, row.opinion)
        for row in rows.select_related("entry").order_by("at", "id")[:most]
        if row.entry.source_id is not None
    ]
