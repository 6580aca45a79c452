"""What happened to an item before: who reported, found and decided what, and what lies near it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from tutela.apps.cases import rules
from tutela.apps.cases.models import Assessment, Decision, Item, ItemPrint, Sighting
from tutela.apps.cases.queries.items import item_row
from tutela.core.terms import assessment
from tutela.core.terms.states import DecisionKind

MOST_KNOWN = 20
NEAR = 1_000
"""Items of a domain among which those on other hosts are looked for, the newest first."""


@dataclass(frozen=True, slots=True)
class SightingSeen:
    """One report of the item."""

    report_id: uuid.UUID
    original: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class KnownItem:
    """Something already here that says something about this item. ``relation``: same_address, same_account,
    same_fingerprint, same_host or same_domain."""

    item_id: uuid.UUID
    relation: str
    canonical: str
    host: str
    state: str
    outcome: str
    category: str
    received_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AssessmentSeen:
    """One assessment; ``codes`` is ``None`` while the second person must not see it."""

    id: uuid.UUID
    round: int
    place: int
    by: uuid.UUID
    at: datetime
    codes: assessment.Assessed | None
    settles: bool


@dataclass(frozen=True, slots=True)
class DecisionSeen:
    """One decision and whether it was taken back."""

    id: uuid.UUID
    kind: str
    reason: str
    by: uuid.UUID
    at: datetime
    undone_at: datetime | None
    undo_until: datetime | None


def sightings(item_id: uuid.UUID, *, most: int = 100) -> list[SightingSeen]:
    """Return who reported it in which spelling, newest first."""
    rows = Sighting.objects.filter(item_id=item_id).order_by("-seen_at", "-id")[:most]
    return [SightingSeen(row.report_id, row.original, row.seen_at) for row in rows]


def known_before(item_id: uuid.UUID) -> list[KnownItem]:
    """Return what is known already: the item itself if it came before, others that share something."""
    row = item_row(item_id)
    found = [_known(row, "same_address")] if row.known else []
    others = Item.objects.exclude(pk=row.pk).select_related("settled").order_by("-id")
    if row.service:
        same = others.filter(service=row.service, account=row.account)
        found += [_known(other, "same_account") for other in same[:MOST_KNOWN]]
    if prints := list(row.prints.values_list("value", flat=True)):
        alike = ItemPrint.objects.filter(value__in=prints).exclude(item_id=row.pk).order_by("-seen_at")
        served = set(alike.values_list("item_id", flat=True)[:NEAR])
        same = others.filter(pk__in=served)[:MOST_KNOWN]
        found += [_known(other, "same_fingerprint") for other in same]
    if row.host:
        found += [_known(other, "same_host") for other in others.filter(host=row.host)[:MOST_KNOWN]]
    if row.registered_domain:
        # Of the newest only: where one host has nearly all of a domain, finding the few others takes long.
        near = others.filter(registered_domain=row.registered_domain).values_list("pk", "host")[:NEAR]
        elsewhere = [pk for pk, host in near if host != row.host][:MOST_KNOWN]
        found += [_known(other, "same_domain") for other in others.filter(pk__in=elsewhere)]
    return found


def assessments(item_id: uuid.UUID, *, seen_by: uuid.UUID | None = None) -> list[AssessmentSeen]:
    """Return the assessments, oldest first, as ``seen_by`` may see them.

    Until somebody else looked, the first person's codes are shown to that person alone; without ``seen_by``
    to nobody. This follows from the looks and not from the state: an item that was held or closed meanwhile
    can come back to its second look.
    """
    row = item_row(item_id)
    found = list(Assessment.objects.filter(item_id=item_id).order_by("round", "place"))
    alone = row.settled_id is None and sum(one.round == row.round for one in found) == 1
    hidden = row.round if alone else 0
    return [
        AssessmentSeen(
            id=one.id,
            round=one.round,
            place=one.place,
            by=one.by,
            at=one.at,
            codes=None if one.round == hidden and one.by != seen_by else one.assessed,
            settles=one.id == row.settled_id,
        )
        for one in found
    ]


def decisions(item_id: uuid.UUID) -> list[DecisionSeen]:
    """Return the decisions, newest first; ``undo_until`` only where undoing is still possible at all."""
    row_of_item = item_row(item_id)
    return [
        DecisionSeen(
            id=row.id,
            kind=row.kind,
            reason=row.reason,
            by=row.by,
            at=row.at,
            undone_at=row.undone_at,
            undo_until=_undo_until(row, row_of_item),
        )
        for row in Decision.objects.filter(item_id=item_id).order_by("-at", "-id")
    ]


def _undo_until(row: Decision, item: Item) -> datetime | None:
    gone_on = row.undone_at is not None or row.version != item.version
    sent = row.kind in (DecisionKind.ASK_REPORTER, DecisionKind.HANDOVER, DecisionKind.REFER)
    return None if gone_on or sent else row.at + rules.UNDO_WITHIN


def _known(row: Item, relation: str) -> KnownItem:
    return KnownItem(
        item_id=row.id,
        relation=relation,
        canonical=row.canonical,
        host=row.host,
        state=row.state,
        outcome=row.outcome,
        category=row.category,
        received_at=row.received_at,
        closed_at=row.closed_at,
    )
