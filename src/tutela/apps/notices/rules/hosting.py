"""Who hosts an address, and whether it has moved since: judged from facts that somebody else looked up."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

PERMANENT = frozenset({"onion", "no_host"})
"""Errors of a lookup that no later lookup will cure; a person has to name the contact."""


@dataclass(frozen=True, slots=True)
class FactSource:
    """Where one fact came from: ``fact`` (ip, asn, network, country, contact, …), ``source`` (dns, rdap,
    ip_database, provider_record, person), ``detail`` (a code: the registry,
    the date of the file), ``at``."""

    fact: str
    source: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HostingFound:
    """What the worker found about one host. ``error`` is empty, or a code: nxdomain, no_address, timeout,
    dns_error, private_address, onion, no_host."""

    host: str
    looked_at: datetime
    ip: str = ""
    asn: int | None = None
    network: str = ""
    """The prefix in CIDR form when it is known."""
    network_name: str = ""
    country: str = ""
    abuse_emails: tuple[str, ...] = ()
    """Abuse contacts that RDAP names, best first."""
    facts: tuple[FactSource, ...] = field(default=())
    error: str = ""


@dataclass(frozen=True, slots=True)
class ProviderRecord:
    """The node's own, verified record of a provider, as far as matching needs it."""

    id: uuid.UUID
    domains: tuple[str, ...]
    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProviderMatch:
    """Which record matched, and why: ``by`` is ``domain`` or ``network``, ``matched`` the entry that did."""

    provider_id: uuid.UUID
    by: str
    matched: str


def match_provider(host: str, ip: str, records: Iterable[ProviderRecord]) -> ProviderMatch | None:
    """Return the record with the longest matching domain, else the one with the longest network prefix.

    A domain says more than a network: it names the platform, the network only whose machines it rents.
    """
    found: list[tuple[int, int, str, ProviderMatch]] = []
    for record in records:
        for domain in record.domains:
            if host == domain or host.endswith(f".{domain}"):
                match = ProviderMatch(record.id, "domain", domain)
                found.append((1, len(domain), str(record.id), match))
        found.extend(
            (0, prefix, str(record.id), ProviderMatch(record.id, "network", network))
            for network in record.networks
            if (prefix := _prefix_if_inside(ip, network)) is not None
        )
    return max(found, key=lambda entry: entry[:3])[3] if found else None


def _prefix_if_inside(ip: str, network: str) -> int | None:
    if not ip:
        return None
    net = ipaddress.ip_network(network, strict=False)
    address = ipaddress.ip_address(ip)
    return net.prefixlen if address.version == net.version and address in net else None


class Located(Protocol):
    """Where a host was, as far as a letter states it."""

    @property
    def ip(self) -> str: ...
    @property
    def asn(self) -> int | None: ...
    @property
    def network(self) -> str: ...


def has_moved(before: Located, now: HostingFound) -> bool:
    """Return whether a letter about ``before`` would reach the wrong desk, because the host is elsewhere now.

    A lookup that failed proves nothing. Large hosts answer with another address of the same network
    each time, so the network decides and the address only where no network is known.
    """
    if now.error or not now.ip or not before.ip:
        return False
    if before.asn is not None and now.asn is not None:
        return before.asn != now.asn
    if before.network:
        return _prefix_if_inside(now.ip, before.network) is None
    return before.ip != now.ip
