"""The queue: pages of items in the order of their reasons, however many wait.

A page begins after the last row of the one before (keyset), so page 10,000 costs what page 1 costs.
Several states are several walks along the same index, merged here, because no index sorts two states
into one order. Counts stop counting at a cap: nobody needs to know whether 12,480 or 12,481 wait.
"""

from __future__ import annotations

import heapq
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from tutela.apps.cases import rules
from tutela.apps.cases.models import Item
from tutela.core.kernel import clock, texts
from tutela.core.record import addresses
from tutela.core.terms.states import CheckOutcome, ItemState

COUNT_AT_MOST = 10_000
MOST_FOUND = 200
"""Accounts of one name that a search shows."""


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """Which items; what is left empty does not matter.

    ``state`` goes before ``states``; with neither it is every state but closed.
    """

    state: str = ItemState.WAITING.value
    states: tuple[str, ...] = ()
    reason: str = ""
    kind: str = ""
    host: str = ""
    domain: str = ""
    country: str = ""
    claimed_by: uuid.UUID | None = None
    unclaimed: bool = False
    undecided: bool = False
    unclear: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One item in the queue, with the reasons for its place, the gravest first."""

    id: uuid.UUID
    kind: str
    canonical: str
    host: str
    registered_domain: str
    is_onion: bool
    service: str
    account: str
    state: str
    pending: str
    look: str
    outcome: str
    version: int
    received_at: datetime
    age_days: int
    reasons: tuple[str, ...]
    sightings: int
    known: bool
    recognised_by: str
    hosting_country: str
    claimed_by: uuid.UUID | None
    claimed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and where the next page begins: ``None`` when this is the last."""

    rows: tuple[QueueRow, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """``number``, and whether there are more than were counted."""

    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items stand where: by state, and by reason among those that wait."""

    by_state: Mapping[str, Count]
    by_reason: Mapping[str, Count]
    mine: Count | None


def queue(filters: QueueFilters | None = None, after: str | None = None, most: int = 50) -> Page:
    """Return up to ``most`` rows after ``after`` (a ``Page.after``), the most pressing first.

    An ``after`` that is none of ours begins at the top: it comes from a web address that people edit.
    """
    filters, now = _plain(filters or QueueFilters()), clock.now()
    states = [filters.state] if filters.state else filters.states or [state.value for state in rules.OPEN]
    if filters.reason == "new":
        states = [state for state in states if state not in rules.NEVER_NEW]
    chosen = _chosen(filters, now)
    begin = _cursor(after)
    walks = [_walk(chosen, state, begin, most + 1) for state in states]
    places = list(islice(heapq.merge(*walks), most + 1))
    # Each state walks further than the page needs, so whole rows are read only of what is on it.
    found = Item.objects.in_bulk([item_id for _rank, item_id in places[:most]])
    rank, last = places[most - 1] if len(places) > most else (0, None)
    return Page(
        rows=tuple(seen_in_queue(found[item_id], now) for _, item_id in places[:most] if item_id in found),
        after=f"{rank}.{last.hex}" if last else None,
    )


def counts(
    *,
    person_id: uuid.UUID | None = None,
    states: Iterable[ItemState] = ItemState,
    reasons: Iterable[str] = rules.CLASS_REASONS,
    most: int = COUNT_AT_MOST,
) -> Counts:
    """Return counts up to ``most`` for these states, and for reasons of items that wait.

    With ``person_id`` also how many items that person has claimed.
    """
    now = clock.now()
    waiting = ItemState.WAITING.value
    return Counts(
        by_state=_by_state([state.value for state in states], most),
        by_reason={
            reason: _count(Item.objects.filter(_has_reason(reason), state=waiting), most)
            for reason in reasons
        },
        mine=_count(_claimed(person_id, now), most) if person_id else None,
    )


def rows_of(item_ids: Collection[uuid.UUID]) -> list[QueueRow]:
    """Return these items as the queue shows them, the most pressing first, closed ones last."""
    now = clock.now()
    found = Item.objects.filter(pk__in=item_ids).order_by("rank", "id")
    return [seen_in_queue(row, now) for row in sorted(found, key=lambda row: row.state == ItemState.CLOSED)]


def seen_in_queue(row: Item, now: datetime) -> QueueRow:
    """Return what the queue shows of an item."""
    _, reasons = rules.rank(row.rank_facts, now)
    live = row.claimed_until is not None and row.claimed_until > now
    return QueueRow(
        id=row.id,
        kind=row.kind,
        canonical=row.canonical,
        host=row.host,
        registered_domain=row.registered_domain,
        is_onion=row.is_onion,
        service=row.service,
        account=row.account,
        state=row.state,
        pending=row.pending,
        look=row.look,
        outcome=row.outcome,
        version=row.version,
        received_at=row.received_at,
        age_days=(now - row.received_at).days,
        reasons=reasons,
        sightings=row.sightings_count,
        known=row.known,
        recognised_by=row.recognised_by,
        hosting_country=row.hosting_country,
        claimed_by=row.claimed_by if live else None,
        claimed_until=row.claimed_until if live else None,
    )


def _plain(filters: QueueFilters) -> QueueFilters:
    """Return the filters without what no database takes: they come from a web address that people edit."""
    plain: dict[str, Any] = {
        entry.name: texts.storable(getattr(filters, entry.name))
        for entry in fields(filters)
        if isinstance(getattr(filters, entry.name), str)
    }
    return replace(filters, **plain)


def _walk(
    chosen: QuerySet[Item], state: str, begin: tuple[int, uuid.UUID] | None, most: int
) -> Iterator[tuple[int, uuid.UUID]]:
    walk = chosen.filter(state=state).order_by("rank", "id").values_list("rank", "id")
    if begin is not None:
        rank, last = begin
        # Written so that the index bound (rank >= ...) is plain to both databases.
        walk = walk.filter(Q(rank__gte=rank) & (Q(rank__gt=rank) | Q(id__gt=last)))
    return iter(walk[:most])


def _cursor(after: str | None) -> tuple[int, uuid.UUID] | None:
    rank, _, last = (after or "").partition(".")
    try:
        begin = int(rank), uuid.UUID(last)
    except ValueError:
        return None
    return begin if 0 <= begin[0] < 2**63 else None


def _chosen(filters: QueueFilters, now: datetime) -> QuerySet[Item]:
    chosen = Item.objects.all()
    if filters.claimed_by is not None:
        chosen = _claimed(filters.claimed_by, now)
    if filters.unclaimed:
        chosen = chosen.filter(Q(claimed_by__isnull=True) | Q(claimed_until__lte=now))
    if filters.undecided:
        chosen = chosen.filter(pending="")
    if filters.unclear:
        chosen = chosen.filter(look=CheckOutcome.UNCLEAR)
    if filters.reason:
        chosen = chosen.filter(_has_reason(filters.reason))
    for name, value in (("kind", filters.kind), ("host", filters.host), ("hosting_country", filters.country)):
        if value:
            chosen = chosen.filter(**{name: value})
    if filters.domain:
        chosen = chosen.filter(registered_domain=filters.domain)
    if filters.text.strip():
        chosen = chosen.filter(_matches(filters.text.strip()))
    return chosen


def _claimed(person_id: uuid.UUID, now: datetime) -> QuerySet[Item]:
    return Item.objects.filter(claimed_by=person_id, claimed_until__gt=now)


_REASON = {
    "danger_now": Q(danger_now=True),
    "self_report": Q(self_report=True),
    "new": Q(assessed_at__isnull=True, recognised_by=""),
    "recognised": ~Q(recognised_by=""),
    "hosted_here": Q(hosted_here=True),
    "came_back": Q(returned=True),
    "assessed_before": Q(assessed_at__isnull=False),
}


def _has_reason(reason: str) -> Q:
    return _REASON.get(reason, Q(pk__in=[]))


def _matches(text: str) -> Q:
    """Return what finds ``text``: an id, an address in any spelling, a domain, a host or an account.

    Which of them it is is asked first, so that the walk has one condition with an index of its own.
    """
    try:
        return Q(pk=uuid.UUID(text))
    except ValueError:
        pass
    found = addresses.parse_places(text).addresses[:20]
    same = list(Item.objects.filter(key__in=[one.key for one in found]).values_list("pk", flat=True))
    # An address without a path was meant as a host as often as not.
    bare = [one.host for one in found if one.canonical.endswith(f"//{one.host}/")]
    if found and not bare:
        return Q(pk__in=same)
    for name in bare or [text.lower()]:
        for column in ("registered_domain", "host"):
            if Item.objects.filter(**{column: name}).exists():
                return Q(**{column: name})
    accounts = Item.objects.filter(account=text.casefold().removeprefix("@"), service__gt="")
    return Q(pk__in=[*same, *accounts.values_list("pk", flat=True)[:MOST_FOUND]])


def _count(chosen: QuerySet[Item], most: int) -> Count:
    return _capped(chosen.order_by()[: most + 1].count(), most)


def _capped(number: int, most: int) -> Count:
    return Count(min(number, most), number > most)


def _by_state(states: Sequence[str], most: int) -> dict[str, Count]:
    """Count all of them in one question: every page of the queue asks it."""
    if not states:
        return {}
    table = Item._meta.db_table
    one = f"(SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE state = %s LIMIT %s) AS counted)"  # noqa: S608
    with connection.cursor() as cursor:
        asked = [value for state in states for value in (state, most + 1)]
        cursor.execute(f"SELECT {', '.join([one] * len(states))}", asked)
        return {state: _capped(number, most) for state, number in zip(states, cursor.fetchone(), strict=True)}
