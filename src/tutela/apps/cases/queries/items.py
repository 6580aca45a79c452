"""One item and what is known about it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from tutela.apps.cases import rules
from tutela.apps.cases.errors import NoSuchItem
from tutela.apps.cases.models import Assessment, Decision, Item, Sighting
from tutela.core.kernel import clock
from tutela.core.terms import assessment
from tutela.core.terms.states import CloseReason, DecisionKind, ItemState

MOST_KNOWN = 20


@dataclass(frozen=True, slots=True)
class ItemSeen:
    """An item as the desk shows it. ``category`` and ``reality`` are of the settled assessment only."""

    id: uuid.UUID
    kind: str
    canonical: str
    scheme: str
    host: str
    registered_domain: str
    is_onion: bool
    service: str
    account: str
    state: str
    pending: str
    outcome: str
    look: str
    version: int
    received_at: datetime
    closed_at: datetime | None
    noticed_at: datetime | None
    assessed_at: datetime | None
    seen_again_at: datetime | None
    forgotten: bool
    age_days: int
    reasons: tuple[str, ...]
    rank: int
    sightings: int
    known: bool
    danger_now: bool
    self_report: bool
    returned: bool
    hosting_country: str
    hosted_here: bool
    round: int
    category: str
    reality: str
    claimed_by: uuid.UUID | None
    claimed_until: datetime | None
    decisions_offered: tuple[DecisionKind, ...]
    close_reasons_offered: tuple[CloseReason, ...]
    to_assess: bool


@dataclass(frozen=True, slots=True)
class ItemForNotice:
    """What a notice needs of an item; ``notify`` says that the decision still stands."""

    id: uuid.UUID
    kind: str
    canonical: str
    host: str
    registered_domain: str
    scheme: str
    is_onion: bool
    service: str
    account: str
    state: str
    outcome: str
    notify: bool
    category: str
    reality: str
    received_at: datetime
    assessed_at: datetime | None
    noticed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SightingSeen:
    """One report of the item."""

    report_id: uuid.UUID
    original: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class KnownItem:
    """Something already here that says something about this item. ``relation``: same_address, same_account,
    same_host or same_domain."""

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


def item(item_id: uuid.UUID) -> ItemSeen:
    """Return the item.

    Raises:
        NoSuchItem: there is none.
    """
    return _seen(_row(item_id), clock.now())


def item_for_notice(item_id: uuid.UUID) -> ItemForNotice:
    """Return what a notice says about the item; ask again just before the notice leaves.

    Raises:
        NoSuchItem: there is none.
    """
    row = _row(item_id)
    return ItemForNotice(
        id=row.id,
        kind=row.kind,
        canonical=row.canonical,
        host=row.host,
        registered_domain=row.registered_domain,
        scheme=row.scheme,
        is_onion=row.is_onion,
        service=row.service,
        account=row.account,
        state=row.state,
        outcome=row.outcome,
        notify=row.state == ItemState.DECIDING and row.pending == DecisionKind.NOTIFY,
        category=row.category,
        reality=row.settled.reality if row.settled else "",
        received_at=row.received_at,
        assessed_at=row.assessed_at,
        noticed_at=row.noticed_at,
    )


def sightings(item_id: uuid.UUID, *, most: int = 100) -> list[SightingSeen]:
    """Return who reported it in which spelling, newest first."""
    rows = Sighting.objects.filter(item_id=item_id).order_by("-seen_at", "-id")[:most]
    return [SightingSeen(row.report_id, row.original, row.seen_at) for row in rows]


def known_before(item_id: uuid.UUID) -> list[KnownItem]:
    """Return what is known already: the item itself if it came before, others of account, host, domain."""
    row = _row(item_id)
    found = [_known(row, "same_address")] if row.known or row.assessed_at else []
    others = Item.objects.exclude(pk=row.pk).select_related("settled").order_by("-id")
    if row.service:
        same = others.filter(service=row.service, account=row.account)
        found += [_known(other, "same_account") for other in same[:MOST_KNOWN]]
    if row.host:
        found += [_known(other, "same_host") for other in others.filter(host=row.host)[:MOST_KNOWN]]
    if row.registered_domain:
        same = others.filter(registered_domain=row.registered_domain).exclude(host=row.host)
        found += [_known(other, "same_domain") for other in same[:MOST_KNOWN]]
    return found


def assessments(item_id: uuid.UUID, *, seen_by: uuid.UUID | None = None) -> list[AssessmentSeen]:
    """Return the assessments, oldest first, as ``seen_by`` may see them.

    While an item waits for a second look, the first person's codes are shown to that person alone;
    without ``seen_by`` to nobody.
    """
    row = _row(item_id)
    hidden = row.round if row.state == ItemState.SECOND_LOOK or _second_pending(row) else 0
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
        for one in Assessment.objects.filter(item_id=item_id).order_by("round", "place")
    ]


def decisions(item_id: uuid.UUID) -> list[DecisionSeen]:
    """Return the decisions, newest first."""
    return [
        DecisionSeen(
            id=row.id,
            kind=row.kind,
            reason=row.reason,
            by=row.by,
            at=row.at,
            undone_at=row.undone_at,
            undo_until=None if row.undone_at else row.at + rules.UNDO_WITHIN,
        )
        for row in Decision.objects.filter(item_id=item_id).order_by("-at", "-id")
    ]


def items_of_report(report_id: uuid.UUID) -> list[ItemSeen]:
    """Return the report's items, the most pressing first."""
    rows = (
        Item.objects.filter(sightings__report_id=report_id).select_related("settled").order_by("rank", "id")
    )
    now = clock.now()
    return [_seen(row, now) for row in rows]


def items_on_host(host: str, *, most: int = 200) -> list[ItemSeen]:
    """Return the open items on ``host``, the most pressing first."""
    now, found = clock.now(), []
    for state in rules.OPEN:
        rows = Item.objects.filter(state=state.value, host=host).select_related("settled")
        found += [_seen(row, now) for row in rows.order_by("rank", "id")[:most]]
    return sorted(found, key=lambda seen: (seen.rank, seen.id))[:most]


def _row(item_id: uuid.UUID) -> Item:
    row = Item.objects.select_related("settled").filter(pk=item_id).first()
    if row is None:
        raise NoSuchItem(str(item_id))
    return row


def _second_pending(row: Item) -> bool:
    """Whether the item was put aside (held) while a second look was still to come."""
    return row.state == ItemState.HELD and row.state_before == ItemState.SECOND_LOOK


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


def _seen(row: Item, now: datetime) -> ItemSeen:
    rank, reasons = rules.rank(row.rank_facts, now)
    live = row.claimed_until is not None and row.claimed_until > now
    view = settings.TUTELA.desk.view
    return ItemSeen(
        id=row.id,
        kind=row.kind,
        canonical=row.canonical,
        scheme=row.scheme,
        host=row.host,
        registered_domain=row.registered_domain,
        is_onion=row.is_onion,
        service=row.service,
        account=row.account,
        state=row.state,
        pending=row.pending,
        outcome=row.outcome,
        look=row.look,
        version=row.version,
        received_at=row.received_at,
        closed_at=row.closed_at,
        noticed_at=row.noticed_at,
        assessed_at=row.assessed_at,
        seen_again_at=row.seen_again_at,
        forgotten=row.forgotten_at is not None,
        age_days=(now - row.received_at).days,
        reasons=reasons,
        rank=rank,
        sightings=row.sightings_count,
        known=row.known,
        danger_now=row.danger_now,
        self_report=row.self_report,
        returned=row.returned,
        hosting_country=row.hosting_country,
        hosted_here=row.hosted_here,
        round=row.round,
        category=row.category,
        reality=row.settled.reality if row.settled else "",
        claimed_by=row.claimed_by if live else None,
        claimed_until=row.claimed_until if live else None,
        decisions_offered=rules.decisions_offered(
            state=row.state, category=row.category, kind=row.kind, view=view
        ),
        close_reasons_offered=rules.close_reasons_offered(category=row.category),
        to_assess=view and row.state in rules.TO_ASSESS,
    )
