"""Whom a notice would go to, and which contacts wait for a person's approval."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Count, F, Q

from tutela.apps.notices import rules
from tutela.apps.notices.models import (
    Contact,
    ContactState,
    Hosting,
    NoticeItem,
    NoticeItemState,
    NoticeState,
    Provider,
)


@dataclass(frozen=True, slots=True)
class ContactSeen:
    """A contact with its proof: a tuple of {fact, source, detail, at}, codes and times only."""

    id: uuid.UUID
    email: str
    source: str
    state: str
    provider_id: uuid.UUID | None
    provider_name: str
    proof: tuple[dict[str, Any], ...]
    proposed_at: datetime
    approved_by: uuid.UUID | None
    approved_at: datetime | None
    bounced_at: datetime | None

    @property
    def usable(self) -> bool:
        """A letter may leave to it now."""
        return self.state == ContactState.APPROVED and self.bounced_at is None


@dataclass(frozen=True, slots=True)
class ContactWaiting:
    """A contact that holds items up, and how many."""

    contact: ContactSeen
    items: int


@dataclass(frozen=True, slots=True)
class ItemWithoutContact:
    """An item that cannot be sent: ``reason`` is no_contact, contact_bounced or a lookup error."""

    item_id: uuid.UUID
    host: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ProviderSeen:
    """The node's own record of a provider."""

    id: uuid.UUID
    name: str
    country: str
    language: str
    domains: tuple[str, ...]
    networks: tuple[str, ...]
    time_zone: str
    quiet_from: time | None
    quiet_to: time | None
    working_days_only: bool
    emails: tuple[str, ...]
    saved_at: datetime
    partner: str = ""


def contact_seen(row: Contact) -> ContactSeen:
    return ContactSeen(
        id=row.id,
        email=row.email,
        source=row.source,
        state=row.state,
        provider_id=row.provider_id,
        provider_name=row.provider.name if row.provider else "",
        proof=tuple(row.proof),
        proposed_at=row.proposed_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        bounced_at=row.bounced_at,
    )


def contact(contact_id: uuid.UUID) -> ContactSeen | None:
    """Return one contact."""
    row = Contact.objects.select_related("provider").filter(pk=contact_id).first()
    return contact_seen(row) if row else None


def contacts() -> list[ContactSeen]:
    """Return every contact by address."""
    return [contact_seen(row) for row in Contact.objects.select_related("provider").order_by("email")]


def contacts_waiting() -> list[ContactWaiting]:
    """Return the contacts that a person must approve (or approve again after a bounce), most items first."""
    held = Q(notices__items__state=NoticeItemState.INCLUDED) & Q(
        notices__state__in=[NoticeState.WAITING_CONTACT, NoticeState.FAILED]
    )
    rows = (
        Contact.objects.select_related("provider")
        .filter(Q(state=ContactState.PROPOSED) | Q(state=ContactState.APPROVED, bounced_at__isnull=False))
        .annotate(held=Count("notices__items", filter=held, distinct=True))
        .order_by("-held", "proposed_at")
    )
    return [ContactWaiting(contact_seen(row), row.held) for row in rows]


def items_without_contact(most: int = 200) -> list[ItemWithoutContact]:
    """Return items to be notified for which nobody knows where to write, oldest first."""
    rows = NoticeItem.objects.filter(
        state__in=[NoticeItemState.WAITING_CONTACT, NoticeItemState.WAITING_HOST]
    ).order_by("created_at")[:most]
    return [ItemWithoutContact(row.item_id, row.host, row.reason, row.changed_at) for row in rows]


def providers() -> list[ProviderSeen]:
    """Return the provider records by name."""
    return [provider_seen(row) for row in Provider.objects.prefetch_related("contacts").order_by("name")]


def provider(provider_id: uuid.UUID) -> ProviderSeen | None:
    """Return one provider record."""
    row = Provider.objects.filter(pk=provider_id).first()
    return provider_seen(row) if row else None


def provider_seen(row: Provider) -> ProviderSeen:
    emails = sorted(entry.email for entry in row.contacts.all() if entry.state == ContactState.APPROVED)
    return ProviderSeen(
        id=row.id,
        name=row.name,
        country=row.country,
        language=row.language,
        domains=tuple(row.domains),
        networks=tuple(row.networks),
        time_zone=row.time_zone,
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        working_days_only=row.working_days_only,
        emails=tuple(emails),
        saved_at=row.saved_at,
        partner=row.partner,
    )


def provider_of(host: str, ip: str) -> rules.ProviderMatch | None:
    """Return which provider record covers a host, and by which entry."""
    rows = Provider.objects.values_list("id", "domains", "networks")
    return rules.match_provider(
        host, ip, (rules.ProviderRecord(key, tuple(domains), tuple(nets)) for key, domains, nets in rows)
    )


def contact_for(hosting: Hosting) -> ContactSeen | None:
    """Return whom to write to about ``hosting``: the provider record's contact, else what the registry named.

    A contact that bounced comes last, so that something usable is found first and a person is shown the
    bounced one when there is nothing else.
    """
    candidates: list[Contact] = []
    if match := provider_of(hosting.host, hosting.ip or ""):
        own = Contact.objects.select_related("provider").filter(
            provider_id=match.provider_id, state=ContactState.APPROVED
        )
        candidates += own.order_by(F("bounced_at").asc(nulls_first=True), "-approved_at")
    if hosting.contact_id:
        named = Contact.objects.select_related("provider").get(pk=hosting.contact_id)
        candidates += [named] if named.state != ContactState.REFUSED else []
    candidates.sort(key=lambda row: row.bounced_at is not None)
    return contact_seen(candidates[0]) if candidates else None


def hours_of(contact_id: uuid.UUID) -> rules.Hours:
    """Return when the contact reads mail; any time for one without a provider record."""
    row = Provider.objects.filter(contacts=contact_id).first()
    if row is None:
        return rules.ANY_TIME
    return rules.Hours(row.time_zone, row.quiet_from, row.quiet_to, row.working_days_only)
