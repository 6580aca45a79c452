"""Items that went to partners or came from them, with the last word of each side."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tutela.apps.exchange.models import HandedItem, Marked
from tutela.core.terms.marks import HandlingMark, tightest


@dataclass(frozen=True, slots=True)
class HandedSeen:
    """One item in one conversation. ``heard`` is what the partner said last, ``said`` what we did."""

    conversation_id: uuid.UUID
    partner: str
    kind: str
    begun_here: bool
    item_id: uuid.UUID
    ref: uuid.UUID
    said: str
    said_at: datetime | None
    heard: str
    heard_reason: str
    heard_at: datetime | None
    facts: Mapping[str, Any]


def handed_of_item(item_id: uuid.UUID) -> list[HandedSeen]:
    """Return where an item was handed over or referred, or from where it came, the newest first."""
    rows = HandedItem.objects.select_related("conversation__partner").filter(item_id=item_id)
    return [_seen(row) for row in rows.order_by("-id")]


def handed_in(conversation_id: uuid.UUID) -> list[HandedSeen]:
    """Return the items of a conversation."""
    rows = HandedItem.objects.select_related("conversation__partner").filter(conversation_id=conversation_id)
    return [_seen(row) for row in rows.order_by("id")]


def mark_of_items(item_ids: Iterable[uuid.UUID]) -> HandlingMark | None:
    """Return the tightest mark under which these items came from partners; none when none did."""
    rows = Marked.objects.filter(about_kind="item", about_id__in=list(item_ids))
    found = [HandlingMark(mark) for mark in rows.values_list("mark", flat=True).distinct()]
    return tightest(*found) if found else None


def _seen(row: HandedItem) -> HandedSeen:
    talk = row.conversation
    return HandedSeen(
        talk.id, talk.partner.name, talk.kind, talk.begun_here, row.item_id, row.ref, row.said, row.said_at,
        row.heard, row.heard_reason, row.heard_at, row.facts,
    )  # fmt: skip
