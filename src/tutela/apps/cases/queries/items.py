"""One item as the desk, a notice, a report or a host shows it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from tutela.apps.cases import rules
from tutela.apps.cases.errors import NoSuchItem
from tutela.apps.cases.models import Item
from tutela.apps.cases.queries.viewing import viewing
from tutela.core.kernel import clock
from tutela.core.terms.states import CloseReason, DecisionKind, ItemState


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
    recognised_by: str
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


def item(item_id: uuid.UUID) -> ItemSeen:
    """Return the item.

    Raises:
        NoSuchItem: there is none.
    """
    return _seen(item_row(item_id), clock.now())


def item_for_notice(item_id: uuid.UUID) -> ItemForNotice:
    """Return what a notice says about the item; ask again just before the notice leaves.

    Raises:
        NoSuchItem: there is none.
    """
    row = item_row(item_id)
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


def not_forgotten(item_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return which of these items are still here with their address."""
    return set(Item.objects.filter(pk__in=item_ids, forgotten_at__isnull=True).values_list("pk", flat=True))


def item_row(item_id: uuid.UUID) -> Item:
    """Return the row, for this room's other queries.

    Raises:
        NoSuchItem: there is none.
    """
    row = Item.objects.select_related("settled").filter(pk=item_id).first()
    if row is None:
        raise NoSuchItem(str(item_id))
    return row


def _seen(row: Item, now: datetime) -> ItemSeen:
    rank, reasons = rules.rank(row.rank_facts, now)
    live = row.claimed_until is not None and row.claimed_until > now
    law = viewing()
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
        recognised_by=row.recognised_by,
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
            state=row.state,
            category=row.category,
            kind=row.kind,
            view=law.allowed,
            forward=law.may_forward,
        ),
        close_reasons_offered=rules.close_reasons_offered(category=row.category),
        to_assess=law.allowed and row.state in rules.TO_ASSESS,
    )
