"""Where an item is hosted and who could be written to, each fact with where and when it came from."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tutela.apps.notices import queries as notice_queries
from tutela.core.kernel import clock
from tutela.doors.desk import labels


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact came from, in words, and when."""

    label: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Proof:
    """One reason to believe that a contact is the right one."""

    label: str
    source: Source


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact with its proofs."""

    id: uuid.UUID
    email: str
    provider_id: uuid.UUID | None
    provider: str
    source: str
    state: str
    state_label: str
    tone: str
    proofs: tuple[Proof, ...]
    proposed_at: datetime
    bounced_at: datetime | None
    usable: bool
    may_approve: bool
    may_refuse: bool
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Hosting:
    """The newest facts about an item's host."""

    ip: str
    ip_source: Source | None
    network: str
    network_source: Source | None
    country: str
    country_source: Source | None
    provider: str
    contact: Contact | None
    looked_at: datetime
    error: str


def node_of(contact: Contact) -> str:
    """Return the name of the node of the contact's provider; empty when it is written to by mail."""
    provider = notice_queries.provider(contact.provider_id) if contact.provider_id else None
    return provider.partner if provider else ""


def hosting_of(item_id: uuid.UUID) -> Hosting | None:
    """Return where the item is hosted, or ``None`` when nobody looked."""
    seen = notice_queries.hosting_of(item_id)
    if seen is None:
        return None
    number = f"AS{seen.asn}" if seen.asn is not None else ""
    return Hosting(
        ip=seen.ip,
        ip_source=_source(seen.sources, "ip"),
        network=" · ".join(part for part in (number, seen.network_name, seen.network) if part),
        network_source=_source(seen.sources, "asn", "network", "network_name"),
        country=seen.country,
        country_source=_source(seen.sources, "country"),
        provider=seen.provider_name,
        contact=contact(seen.contact) if seen.contact else None,
        looked_at=seen.looked_at,
        error=str(labels.LOOKUP_ERRORS.get(seen.error, seen.error)),
    )


def contact(seen: notice_queries.ContactSeen, waiting: int = 0) -> Contact:
    """Return a contact as it is shown."""
    state = "bounced" if seen.bounced_at else seen.state
    label, tone = labels.CONTACT_STATES.get(state, (state, "plain"))
    return Contact(
        id=seen.id,
        email=seen.email,
        provider_id=seen.provider_id,
        provider=seen.provider_name,
        source=str(labels.SOURCES.get(seen.source, seen.source)),
        state=state,
        state_label=str(label),
        tone=tone,
        proofs=tuple(_proof(one) for one in seen.proof),
        proposed_at=seen.proposed_at,
        bounced_at=seen.bounced_at,
        usable=seen.usable,
        may_approve=not seen.usable,
        may_refuse=seen.state != "refused",
        waiting=waiting,
    )


def _proof(one: Mapping[str, Any]) -> Proof:
    fact = str(one.get("fact", ""))
    return Proof(str(labels.FACTS.get(fact, fact)), _as_source(one))


def _source(sources: tuple[Mapping[str, Any], ...], *facts: str) -> Source | None:
    found = next((one for one in sources if one.get("fact") in facts), None)
    return None if found is None else _as_source(found)


def _as_source(one: Mapping[str, Any]) -> Source:
    name = str(one.get("source", ""))
    words = str(labels.SOURCES.get(name, name))
    detail = str(one.get("detail", ""))
    at = one.get("at")
    moment = clock.from_text(at) if isinstance(at, str) and at else at
    return Source(f"{words}: {detail}" if detail else words, moment if isinstance(moment, datetime) else None)
