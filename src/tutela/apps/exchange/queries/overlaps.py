"""What was asked about overlap, by us and by partners, and what came back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tutela.apps.exchange.models import Incoming, Outgoing, OverlapAsked, OverlapHeard, OverlapItem


@dataclass(frozen=True, slots=True)
class OverlapSeen:
    """One question of ours. ``found`` is how many items the partner has too; ``code`` why nothing came."""

    conversation_id: uuid.UUID
    partner: str
    scope: str
    count: int
    asked_by: str
    asked_at: datetime
    answered_at: datetime | None
    found: int
    code: str


@dataclass(frozen=True, slots=True)
class OverlapOfItem:
    """One question in which an item was; ``has_it`` is ``None`` until the answer came."""

    asked: OverlapSeen
    has_it: bool | None


@dataclass(frozen=True, slots=True)
class OverlapAnswered:
    """One question of a partner."""

    conversation_id: uuid.UUID
    scope: str
    count: int
    heard_at: datetime
    state: str
    code: str


def overlaps_of_item(item_id: uuid.UUID) -> list[OverlapOfItem]:
    """Return what partners were asked about an item, the newest first."""
    rows = OverlapItem.objects.filter(item_id=item_id).values_list("asked_id", "found")
    has: dict[uuid.UUID, bool | None] = {}
    for asked_id, found in rows:
        has[asked_id] = found if asked_id not in has else (has[asked_id] or found)
    asked = OverlapAsked.objects.filter(pk__in=has)
    return [OverlapOfItem(one, has[pk]) for pk, one in _seen(asked.order_by("-asked_at", "-id"))]


def overlaps_with(partner: str, *, most: int = 20) -> list[OverlapSeen]:
    """Return what a partner was asked, the newest first."""
    rows = OverlapAsked.objects.filter(partner__name=partner).order_by("-asked_at", "-id")
    return [one for _, one in _seen(rows[:most])]


def overlap_of(conversation_id: uuid.UUID) -> tuple[OverlapSeen, list[uuid.UUID]] | None:
    """Return the question of a conversation, and the items that the partner has too."""
    for pk, one in _seen(OverlapAsked.objects.filter(conversation_id=conversation_id)):
        found = OverlapItem.objects.filter(asked_id=pk, found=True)
        return one, sorted(set(found.values_list("item_id", flat=True)))
    return None


def overlaps_asked_by(partner: str, *, most: int = 20) -> list[OverlapAnswered]:
    """Return what a partner asked here, the newest first."""
    rows = OverlapHeard.objects.filter(partner__name=partner).order_by("-heard_at", "-id")
    return [
        OverlapAnswered(row.conversation_id, row.scope, row.count, row.heard_at, row.state, row.code)
        for row in rows.defer("request_locked")[:most]
    ]


def _seen(rows: Iterable[OverlapAsked]) -> list[tuple[uuid.UUID, OverlapSeen]]:
    found = list(rows)
    names = {row.id: row.partner.name for row in found}
    codes = _codes([row.conversation_id for row in found])
    return [
        (
            row.id,
            OverlapSeen(
                row.conversation_id, names[row.id], row.scope, row.count, row.asked_by, row.asked_at,
                row.answered_at, row.found, codes.get(row.conversation_id, ""),
            ),
        )
        for row in found
    ]  # fmt: skip


def _codes(conversations: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return why a question brings nothing: it was refused there, or its answer was here."""
    codes: dict[uuid.UUID, str] = {}
    for table in (Outgoing, Incoming):
        rows = table.objects.filter(conversation_id__in=conversations, state="refused").exclude(kind="ping")
        codes |= {talk: code for talk, code in rows.values_list("conversation_id", "code") if talk}
    return codes
