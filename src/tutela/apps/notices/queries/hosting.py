"""Where items are hosted, and which hosts are still to be looked up."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Subquery

from tutela.apps.notices import rules
from tutela.apps.notices.models import Hosting, NoticeItem, NoticeItemState
from tutela.apps.notices.queries.contacts import ContactSeen, contact_for
from tutela.core.terms.states import AnswerKind

LOOK_UP_AGAIN_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class HostingSeen:
    """The newest facts about an item's host. ``sources`` say of each fact where and when it came from."""

    item_id: uuid.UUID
    host: str
    ip: str
    asn: int | None
    network: str
    network_name: str
    country: str
    provider_name: str
    contact: ContactSeen | None
    sources: tuple[dict[str, Any], ...]
    looked_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class LookupDue:
    """A host that the worker should look up, for an item that waits for it."""

    item_id: uuid.UUID
    host: str
    address: str


def newest_hosting(item_id: uuid.UUID) -> Hosting | None:
    return (
        Hosting.objects.select_related("provider")
        .filter(item_id=item_id)
        .order_by("-looked_at", "-id")
        .first()
    )


def _seen(row: Hosting) -> HostingSeen:
    return HostingSeen(
        item_id=row.item_id,
        host=row.host,
        ip=row.ip or "",
        asn=row.asn,
        network=row.network,
        network_name=row.network_name,
        country=row.country,
        provider_name=row.provider.name if row.provider else "",
        contact=contact_for(row),
        sources=tuple(row.source),
        looked_at=row.looked_at,
        error=row.error,
    )


def hosting_of(item_id: uuid.UUID) -> HostingSeen | None:
    """Return the newest hosting facts of an item, or ``None`` when its host was never looked up."""
    row = newest_hosting(item_id)
    return _seen(row) if row else None


def hosting_history(item_id: uuid.UUID, most: int = 50) -> list[HostingSeen]:
    """Return the hosting facts of an item over time, newest first."""
    rows = Hosting.objects.select_related("provider").filter(item_id=item_id)
    return [_seen(row) for row in rows.order_by("-looked_at", "-id")[:most]]


def lookups_due(now: datetime, most: int = 50) -> list[LookupDue]:
    """Return items whose host is to be looked up: not known yet, or denied by the provider since.

    A failed lookup comes back after 15 minutes.
    """
    due = _denied(most)
    waiting = NoticeItem.objects.filter(state=NoticeItemState.WAITING_HOST).order_by("created_at")
    for row in waiting.exclude(host="")[: most * 4]:
        last = newest_hosting(row.item_id)
        again = last is None or (
            last.error not in rules.PERMANENT and last.looked_at <= now - LOOK_UP_AGAIN_AFTER
        )
        if again:
            due.append(LookupDue(row.item_id, row.host, row.address))
        if len(due) >= most:
            break
    return due


def _denied(most: int) -> list[LookupDue]:
    """Return items of which a provider said that they are not its, and whose host was not looked up since."""
    newest = Hosting.objects.filter(item_id=OuterRef("item_id")).order_by("-looked_at", "-id")
    rows = (
        NoticeItem.objects.filter(state=NoticeItemState.ANSWERED, answer=AnswerKind.NOT_OURS.value)
        .exclude(host="")
        .annotate(looked_at=Subquery(newest.values("looked_at")[:1]))
        .filter(looked_at__lt=F("answered_at"))
    )
    return [LookupDue(row.item_id, row.host, row.address) for row in rows.order_by("answered_at")[:most]]
