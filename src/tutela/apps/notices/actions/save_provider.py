"""Keep the node's own, verified record of a provider."""

from __future__ import annotations

import ipaddress
import re
import uuid
import zoneinfo
from collections.abc import Mapping
from datetime import time
from typing import Any

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.exchange import queries as exchange_queries
from tutela.apps.notices import rules
from tutela.apps.notices.actions import place_items
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.actions.approve_contact import leave_contact
from tutela.apps.notices.actions.propose_contact import as_proof
from tutela.apps.notices.errors import (
    NotACountry,
    NotADomain,
    NotANetwork,
    NotAPartner,
    NotATimeZone,
    NotQuietHours,
    ProviderUnknown,
)
from tutela.apps.notices.models import Contact, ContactState, Provider
from tutela.core.kernel import clock
from tutela.core.terms.nodes import NodeRole

_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_WIDEST = {4: 8, 6: 16}
"""Shorter prefixes would make one provider of half the world."""


def save_provider(
    *,
    by: Actor,
    name: str,
    emails: tuple[str, ...],
    provider_id: uuid.UUID | None = None,
    country: str = "",
    language: str = "",
    domains: tuple[str, ...] = (),
    networks: tuple[str, ...] = (),
    time_zone: str = "UTC",
    quiet_from: time | None = None,
    quiet_to: time | None = None,
    working_days_only: bool = False,
    partner: str | None = None,
) -> uuid.UUID:
    """Make or change a provider record; its contacts are approved by the person who saves it.

    Contacts that are not named any more are refused, and items that wait are placed again.

    Args:
        partner: the name of its own node, to which its notices go instead of by mail; empty for none,
            nothing to leave it as it is.

    Raises:
        NotAPartner: no provider's node of this name is known here.
        NotPermitted, NotAnEmail, NotADomain, NotANetwork, NotATimeZone, NotACountry, NotQuietHours,
        ProviderUnknown
    """
    require(by, "manage_providers")
    clean_emails = tuple(dict.fromkeys(rules.clean_email(email) for email in emails))
    values: dict[str, Any] = {
        "name": " ".join(name.split())[:200],
        "country": _country(country),
        "language": language[:8],
        "domains": [_domain(text) for text in domains],
        "networks": [_network(text) for text in networks],
        "time_zone": _time_zone(time_zone),
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
        "working_days_only": working_days_only,
        "saved_by": by.id,
        "saved_at": clock.now(),
    }
    if partner is not None:
        values["partner"] = _partner(partner)
    if (quiet_from is None) != (quiet_to is None) or (quiet_from is not None and quiet_from == quiet_to):
        raise NotQuietHours
    with transaction.atomic():
        lines = Lines(by.label)
        place_items.lock(clock.now())
        row = _saved(provider_id, values)
        _keep_contacts(row, clean_emails, by, lines)
        place_items.place_waiting(clock.now(), lines)
        counts = {"domains": len(domains), "networks": len(networks), "contacts": len(clean_emails)}
        lines.line("provider_saved", "provider", row.id, **counts)
        lines.write()
    return row.id


def _saved(provider_id: uuid.UUID | None, values: Mapping[str, Any]) -> Provider:
    if provider_id is None:
        return Provider.objects.create(**values)
    row = Provider.objects.select_for_update().filter(pk=provider_id).first()
    if row is None:
        raise ProviderUnknown
    for field, value in values.items():
        setattr(row, field, value)
    row.save()
    return row


def _keep_contacts(provider: Provider, emails: tuple[str, ...], by: Actor, lines: Lines) -> None:
    now = clock.now()
    fact = as_proof(rules.FactSource("contact", "provider_record", now))
    for email in emails:
        row = Contact.objects.filter(email=email).first() or Contact(email=email, proposed_at=now)
        changed = row.state != ContactState.APPROVED or row.provider_id != provider.id
        row.provider, row.source, row.state = provider, "own", ContactState.APPROVED
        if changed:
            row.approved_by, row.approved_at, row.bounced_at = by.id, now, None
            row.proof = [*row.proof, fact]
        row.save()
    for row in provider.contacts.exclude(email__in=emails).exclude(state=ContactState.REFUSED):
        row.state = ContactState.REFUSED
        row.save(update_fields=["state"])
        leave_contact(row.id, lines)


def _partner(name: str) -> str:
    known = exchange_queries.believed().partners.get(name.strip()) if name.strip() else None
    if name.strip() and (known is None or known.role is not NodeRole.PROVIDER):
        raise NotAPartner(name[:64])
    return name.strip()


def _country(text: str) -> str:
    country = text.strip().upper()
    if country and not re.fullmatch(r"[A-Z]{2}", country):
        raise NotACountry
    return country


def _domain(text: str) -> str:
    domain = text.strip().lower().strip(".")
    try:
        domain = domain.encode("ascii").decode()
    except UnicodeEncodeError:
        import idna

        try:
            domain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError:
            raise NotADomain(domain[:80]) from None
    if not _DOMAIN.fullmatch(domain):
        raise NotADomain(domain[:80])
    return domain


def _network(text: str) -> str:
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise NotANetwork(text[:80]) from None
    if network.prefixlen < _WIDEST[network.version]:
        raise NotANetwork(text[:80])
    return str(network)


def _time_zone(name: str) -> str:
    try:
        return zoneinfo.ZoneInfo(name).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise NotATimeZone(name[:80]) from None
