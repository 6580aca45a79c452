"""Partners as people see them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from tutela.apps.exchange.errors import PartnerUnknown
from tutela.apps.exchange.models import Partner, PartnerKey
from tutela.apps.exchange.rules import key_words


@dataclass(frozen=True, slots=True)
class PartnerKeySeen:
    """One key of a partner; ``trusted`` once people or the directory vouched for it."""

    key_id: str
    words: str
    source: str
    valid_from: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    trusted: bool


@dataclass(frozen=True, slots=True)
class PartnerSeen:
    """A partner with its keys, the newest first."""

    id: uuid.UUID
    name: str
    organisation: str
    role: str
    country: str
    url: str
    relay: str
    state: str
    source: str
    pinned: bool
    added_at: datetime
    overlap_agreed_at: datetime | None
    keys: tuple[PartnerKeySeen, ...]

    @property
    def believed(self) -> bool:
        """Whether anything from it would be taken."""
        return any(key.trusted and key.revoked_at is None for key in self.keys)


def partners() -> list[PartnerSeen]:
    """Return all partners by name."""
    return [_seen(row) for row in Partner.objects.prefetch_related("keys").order_by("name")]


def partner(name: str) -> PartnerSeen:
    """Return one partner.

    Raises:
        PartnerUnknown: nobody has this name.
    """
    row = Partner.objects.prefetch_related("keys").filter(name=name).first()
    if row is None:
        raise PartnerUnknown(name)
    return _seen(row)


def _seen(row: Partner) -> PartnerSeen:
    keys = sorted(row.keys.all(), key=lambda key: (key.valid_from, key.added_at), reverse=True)
    return PartnerSeen(
        id=row.id,
        name=row.name,
        organisation=row.organisation,
        role=row.role,
        country=row.country,
        url=row.url,
        relay=row.relay,
        state=row.state,
        source=row.source,
        pinned=row.pinned_at is not None,
        added_at=row.added_at,
        overlap_agreed_at=row.overlap_agreed_at,
        keys=tuple(_key(key) for key in keys),
    )


def _key(row: PartnerKey) -> PartnerKeySeen:
    return PartnerKeySeen(
        row.key_id,
        key_words(bytes(row.public_key)),
        row.source,
        row.valid_from,
        row.valid_until,
        row.revoked_at,
        row.trusted_at is not None,
    )
