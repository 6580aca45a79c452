"""An item as the queue and its own page show it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tutela.apps.accounts import queries as account_queries
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases import rules as case_rules
from tutela.core.kernel import clock
from tutela.core.record import addresses
from tutela.core.terms.states import DecisionKind
from tutela.doors.desk import labels
from tutela.doors.desk.shown.words import Chip, duration, place_of, reason_chips

Seen = case_queries.QueueRow | case_queries.ItemSeen


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue."""

    id: uuid.UUID
    place: str
    reasons: tuple[Chip, ...]
    country: str
    age: str
    state: str
    holder: str
    mine: bool
    free: bool
    marked: bool = False
    selectable: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """The head of an item's page: what every page about it says first."""

    id: uuid.UUID
    reference: str
    kind: str
    place: str
    host: str
    is_onion: bool
    state: str
    outcome: str
    preparing: bool
    reasons: tuple[Chip, ...]
    hosted_here: bool
    received_at: datetime
    version: int
    holder: str
    mine: bool
    claimed_until: datetime | None
    free: bool


def rows(seen: Iterable[Seen], *, viewer: uuid.UUID) -> list[Row]:
    """Return the lines of a list of items, with the names of those who have them."""
    found = list(seen)
    names = account_queries.names_of(row.claimed_by for row in found if row.claimed_by)
    return [row_of(one, viewer=viewer, names=names) for one in found]


def row_of(seen: Seen, *, viewer: uuid.UUID, names: Mapping[uuid.UUID, str]) -> Row:
    """Return one line."""
    return Row(
        id=seen.id,
        place=place_of(kind=seen.kind, canonical=seen.canonical, service=seen.service, account=seen.account),
        reasons=reason_chips(seen.reasons, seen.age_days, seen.recognised_by),
        country=seen.hosting_country,
        age=duration((clock.now() - seen.received_at).total_seconds()),
        state=seen.state,
        holder=names.get(seen.claimed_by, "") if seen.claimed_by else "",
        mine=seen.claimed_by == viewer,
        free=seen.claimed_by is None and seen.state in case_rules.CLAIMABLE,
    )


def item(seen: case_queries.ItemSeen, *, viewer: uuid.UUID) -> Item:
    """Return the head of the item's page."""
    return Item(
        id=seen.id,
        reference=reference_of(seen.id),
        kind=seen.kind,
        place=place_of(kind=seen.kind, canonical=seen.canonical, service=seen.service, account=seen.account),
        host=addresses.defang(seen.host),
        is_onion=seen.is_onion,
        state=seen.state,
        outcome=labels.term("close_reason", seen.outcome) if seen.outcome else "",
        preparing=seen.pending == DecisionKind.NOTIFY,
        reasons=reason_chips(seen.reasons, seen.age_days, seen.recognised_by),
        hosted_here=seen.hosted_here,
        received_at=seen.received_at,
        version=seen.version,
        holder=account_queries.name_of(seen.claimed_by),
        mine=seen.claimed_by == viewer,
        claimed_until=seen.claimed_until,
        free=seen.claimed_by is None and seen.state in case_rules.CLAIMABLE,
    )


def reference_of(item_id: uuid.UUID) -> str:
    """Return the short name of an item in talk: the random end of its id."""
    return item_id.hex[-8:]
