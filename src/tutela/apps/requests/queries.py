"""Requests as a provider's people and police see them. What was asked is unlocked here: it takes the key."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet

from tutela.apps.exchange import queries as exchange_queries
from tutela.apps.exchange.queries.waiting import unread_in
from tutela.apps.requests import rules
from tutela.apps.requests.errors import NotAProvider, RequestUnknown
from tutela.apps.requests.models import Request
from tutela.core.kernel import clock
from tutela.core.law import preserving
from tutela.core.law.preserving import Period
from tutela.core.protocol.contents.asking import Notice, NoticedItem, Preservation
from tutela.core.protocol.contents.items import SentItem
from tutela.core.terms.nodes import NodeRole


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One line of a list; ``waiting`` are items without an answer."""

    id: uuid.UUID
    ours: bool
    kind: str
    partner: str
    reference: str
    mark: str
    items: int
    waiting: int
    asks: tuple[str, ...]
    due_at: datetime | None
    begun_at: datetime
    opened_at: datetime | None
    answered: bool
    unread: int
    conversation_id: uuid.UUID
    message_id: uuid.UUID
    referral_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class ItemAsked:
    """One item with the last answer about it."""

    sent: SentItem | NoticedItem
    answer: str
    answered_at: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """One request with what it says and everything that was said about it, oldest first.

    ``said`` is ``None`` once that is no longer kept.
    """

    row: RequestRow
    said: Notice | Preservation | None
    organisation: str
    items: tuple[ItemAsked, ...]
    conversation: exchange_queries.ConversationSeen


def requests(*, ours: bool, answered: bool = False, skip: int = 0, most: int = 50) -> list[RequestRow]:
    """Return requests that wait for answers, those due first, then the oldest; answered ones latest first."""
    rows = _counted().filter(ours=ours, answered=answered)
    order = ["-answered_at", "-id"] if answered else [F("due_at").asc(nulls_last=True), "begun_at", "id"]
    found = list(rows.order_by(*order)[skip : skip + most])
    return _rows(found)


def of_referral(referral_id: uuid.UUID) -> list[RequestRow]:
    """Return what was asked about a referral, the oldest first."""
    return _rows(list(_counted().filter(referral_id=referral_id).order_by("id")))


def counts(*, ours: bool) -> tuple[int, int]:
    """Return how many wait for answers, and how many have them all."""
    rows = Request.objects.filter(ours=ours)
    return rows.filter(answered=False).count(), rows.filter(answered=True).count()


def request(request_id: uuid.UUID) -> RequestSeen:
    """Return one request with everything about it.

    Raises:
        RequestUnknown: there is none.
    """
    row = _counted().filter(pk=request_id).first()
    if row is None:
        raise RequestUnknown(str(request_id))
    conversation = exchange_queries.conversation(row.conversation_id)
    content = next(one.content for one in conversation.messages if one.id == row.message_id)
    said = _said(row.kind, content)
    by_ref = {one.ref: one for one in row.items.all()}
    items = tuple(
        ItemAsked(one, by_ref[one.ref].answer, by_ref[one.ref].answered_at, by_ref[one.ref].until)
        for one in (said.items if said else ())
    )
    organisation = exchange_queries.partner(row.partner).organisation
    return RequestSeen(_rows([row])[0], said, organisation, items, conversation)


def _said(kind: str, content: Mapping[str, Any]) -> Notice | Preservation | None:
    if not content:
        return None
    return Notice.from_json(content) if kind == rules.NOTICE else Preservation.from_json(content)


def providers() -> list[exchange_queries.PartnerSeen]:
    """Return the partners that can be asked to preserve."""
    return [one for one in exchange_queries.partners() if one.role == NodeRole.PROVIDER and one.believed]


def period_for(partner: str) -> Period:
    """Return for how long this provider can be asked, by the law of its country, else of this node's.

    Raises:
        PartnerUnknown, NotAProvider: it cannot be asked at all.
    """
    found = exchange_queries.partner(partner)
    if found.role != NodeRole.PROVIDER:
        raise NotAProvider(partner)
    return preserving.period_in(found.country or settings.TUTELA.country, clock.now().date())


def open_conversations(now: datetime) -> set[uuid.UUID]:
    """Return the conversations of requests without all answers, or with something that is kept still."""
    rows = Request.objects.filter(Q(answered=False) | Q(items__until__gt=now))
    return set(rows.values_list("conversation_id", flat=True))


def _counted() -> QuerySet[Request]:
    return Request.objects.annotate(number=Count("items"), waiting=Count("items", filter=Q(items__answer="")))


def _rows(found: list[Request]) -> list[RequestRow]:
    unread = unread_in([row.conversation_id for row in found])
    return [
        RequestRow(
            id=row.id,
            ours=row.ours,
            kind=row.kind,
            partner=row.partner,
            reference=row.reference,
            mark=row.mark,
            items=getattr(row, "number", 0),
            waiting=getattr(row, "waiting", 0),
            asks=tuple(row.asks),
            due_at=row.due_at,
            begun_at=row.begun_at,
            opened_at=row.opened_at,
            answered=row.answered,
            unread=len(unread.get(row.conversation_id, ())),
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            referral_id=row.referral_id,
        )
        for row in found
    ]
