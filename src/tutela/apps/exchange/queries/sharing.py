"""Which lists partners have from us and we from them, for people who share them and take them back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from tutela.apps.exchange.models import HeardList, Share
from tutela.apps.hashbank import queries as bank_queries


@dataclass(frozen=True, slots=True)
class ShareSeen:
    """A list of ours and a partner. ``entries``: how many it has; ``code``: why it was stopped."""

    list_id: uuid.UUID
    list_name: str
    partner: str
    state: str
    mark: str
    actor: str
    begun_at: datetime
    ended_at: datetime | None
    entries: int
    code: str
    conversation_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class HeardListSeen:
    """A partner's list that stands here; ``remote`` is its name there."""

    list_id: uuid.UUID
    list_name: str
    partner: str
    remote: str
    heard_at: datetime
    conversation_id: uuid.UUID


def shares(*, list_id: uuid.UUID | None = None, partner: str = "") -> list[ShareSeen]:
    """Return which lists are or were shared with whom, by partner."""
    rows = Share.objects.select_related("partner").annotate(has=Count("entries"))
    rows = rows.filter(list_id=list_id) if list_id else rows
    rows = rows.filter(partner__name=partner) if partner else rows
    return [
        ShareSeen(
            row.list_id, _name(row.list_id), row.partner.name, row.state, row.mark, row.actor, row.begun_at,
            row.ended_at, row.has, row.code, row.conversation_id,
        )
        for row in rows.order_by("partner__name", "begun_at", "id")
    ]  # fmt: skip


def lists_heard(*, partner: str = "") -> list[HeardListSeen]:
    """Return the lists that partners share with this node."""
    rows = HeardList.objects.select_related("partner").order_by("partner__name", "remote")
    rows = rows.filter(partner__name=partner) if partner else rows
    return [
        HeardListSeen(
            row.list_id, _name(row.list_id), row.partner.name, row.remote, row.heard_at, row.conversation_id
        )
        for row in rows
    ]


def _name(list_id: uuid.UUID) -> str:
    kept = bank_queries.list_for_sharing(list_id=list_id)
    return kept.name if kept else ""
