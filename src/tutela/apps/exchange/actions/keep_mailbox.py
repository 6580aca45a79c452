"""The mailbox of a relay: put by a partner for another one, fetched and taken out by its owner.

What lies here is sealed once more, so this node sees sizes, times and names, and nothing else.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum

from tutela.apps.exchange.errors import MailboxFull, PartnerNotActive, PartnerUnknown
from tutela.apps.exchange.models import Boxed
from tutela.apps.exchange.queries.believing import believed
from tutela.apps.exchange.rules import PartnerState
from tutela.apps.ledger import actions as ledger
from tutela.core.envelope import frame
from tutela.core.kernel import clock, ids

KEPT_DAYS = timedelta(days=45)
"""As long as an envelope can live; after that its reader would refuse it."""
MOST_SIZE = frame.MOST_BYTES + (1 << 20)
"""Padding and the seal around it add to the largest envelope."""


@dataclass(frozen=True, slots=True)
class Put:
    """Where it lies; ``already`` when these very bytes did before."""

    id: uuid.UUID
    already: bool = False


@dataclass(frozen=True, slots=True)
class BoxedSeen:
    """One of a mailbox, as its owner fetches it."""

    id: uuid.UUID
    sealed: bytes


def put_in_mailbox(*, node: str, put_by: str, sealed: bytes, now: datetime | None = None) -> Put:
    """Keep ``sealed`` for ``node``.

    Raises:
        PartnerUnknown, PartnerNotActive: this relay keeps nothing for that node.
        MailboxFull: the node has fetched nothing for too long.
    """
    owner = believed().partners.get(node)
    if owner is None:
        raise PartnerUnknown(node)
    if owner.state != PartnerState.ACTIVE:
        raise PartnerNotActive(node)
    at, digest = now or clock.now(), hashlib.sha256(sealed).digest()
    with transaction.atomic():
        before = Boxed.objects.filter(node=node, digest=digest).values_list("pk", flat=True).first()
        if before is not None:
            return Put(before, already=True)
        _check_room(node, len(sealed))
        row = Boxed(
            id=ids.new_id(),
            node=node,
            put_by=put_by,
            digest=digest,
            sealed=sealed,
            size=len(sealed),
            put_at=at,
        )
        Boxed.objects.bulk_create([row], ignore_conflicts=True)
        facts = {"size": len(sealed)}
        ledger.write_line(
            "mailbox_put", actor=f"partner:{put_by}", about=("partner", owner.id), facts=facts, at=at
        )
    return Put(row.id)


def _check_room(node: str, size: int) -> None:
    kept = Boxed.objects.filter(node=node).aggregate(count=Count("pk"), size=Sum("size"))
    limits = settings.TUTELA.exchange
    full = kept["count"] >= limits.mailbox_envelopes
    if full or (kept["size"] or 0) + size > limits.mailbox_bytes:
        raise MailboxFull(node)


def in_mailbox(
    node: str, *, after: uuid.UUID | None = None, most: int = 50, most_bytes: int = 16 << 20
) -> list[BoxedSeen]:
    """Return what lies here for ``node`` behind ``after``, the oldest first: as much as fits one answer."""
    rows = Boxed.objects.filter(node=node).order_by("id")
    if after is not None:
        rows = rows.filter(id__gt=after)
    found: list[BoxedSeen] = []
    size = 0
    for row in rows[:most]:
        size += row.size
        if found and size > most_bytes:
            break
        found.append(BoxedSeen(row.id, bytes(row.sealed)))
    return found


def take_out(*, node: str, boxed_id: uuid.UUID) -> bool:
    """Remove one that its owner has; returns whether it was there."""
    with transaction.atomic():
        gone, _ = Boxed.objects.filter(node=node, pk=boxed_id).delete()
        if gone:
            owner = believed().partners.get(node)
            about = ("partner", owner.id) if owner else None
            ledger.write_line("mailbox_fetched", actor=f"partner:{node}", about=about, facts={"count": gone})
    return gone > 0


def empty_mailboxes(now: datetime) -> int:
    """Remove what nobody fetched for as long as an envelope lives; returns how many."""
    with transaction.atomic():
        gone, _ = Boxed.objects.filter(put_at__lt=now - KEPT_DAYS).delete()
        if gone:
            ledger.write_line("mailbox_emptied", actor="worker", facts={"count": gone}, at=now)
    return gone
