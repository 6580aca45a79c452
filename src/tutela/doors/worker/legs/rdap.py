"""What registries of addresses say: which is responsible (RFC 9224) and its answer (RFC 9083).

whoisit knows the bootstrap files and reads the answers; it asks nobody here.
"""

from __future__ import annotations

import contextlib
import ipaddress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from whoisit.bootstrap import BaseBootstrap
from whoisit.errors import UnsupportedError, WhoisItError
from whoisit.parser import parse
from whoisit.query import QueryBuilder

from tutela.apps.notices.errors import NotAnEmail
from tutela.apps.notices.rules import clean_email
from tutela.doors.worker.legs.registry import Failed, Registered

MOST_EMAILS = 5


class Servers(BaseBootstrap):  # type: ignore[misc]
    """whoisit's reading of the bootstrap files, without its guesses.

    It would ask a random registry when none is responsible, and refuses documentation addresses, with
    which everything here is tested; the gate has already judged the address.
    """

    def __init__(self, files: dict[str, Any], fetched_at: datetime) -> None:
        super().__init__()
        self.fetched_at = fetched_at
        self.load_bootstrap_data({"timestamp": int(fetched_at.timestamp()), **files}, from_json=False)

    def validate_rdap_urls(self, urls: list[str]) -> list[str]:
        return [url for url in urls if _is_acceptable(url)]

    def get_ipv4_endpoints(self, ipv4: Any) -> tuple[list[str], bool]:
        return self._narrowest("ipv4", ipv4), True

    def get_ipv6_endpoints(self, ipv6: Any) -> tuple[list[str], bool]:
        return self._narrowest("ipv6", ipv6), True

    def _narrowest(self, kind: str, address: Any) -> list[str]:
        holding = [network for network in self._parsed_data[kind] if address in network]
        if not holding:
            raise UnsupportedError("no registry")
        found: list[str] = self._parsed_data[kind][max(holding, key=lambda network: network.prefixlen)]
        return found


def _is_acceptable(url: str) -> bool:
    """HTTPS, or plain HTTP to a simulator on this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return True
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def servers_of(files: dict[str, Any], fetched_at: datetime) -> Servers:
    """Return which registry is responsible for what, as the bootstrap files say.

    Raises:
        ValueError: they cannot be read.
    """
    try:
        return Servers(files, fetched_at)
    except (WhoisItError, TypeError, KeyError, AttributeError) as error:
        raise ValueError("no bootstrap files") from error


def url_of(ip: str, servers: Servers) -> str:
    """Return what to ask about an address.

    Raises:
        Failed: no registry is responsible.
    """
    try:
        _, url, _ = QueryBuilder(servers).build(query_type="ip", query_value=ip)
    except WhoisItError:
        raise Failed("rdap_no_server") from None
    return str(url)


def read(ip: str, now: datetime, registry: str, answer: dict[str, Any], servers: Servers) -> Registered:
    """Return what a registry answered.

    Raises:
        Failed: it cannot be read.
    """
    try:
        parsed = parse(servers, "ip", ip, answer)
        network = next((net for net in parsed["cidrs"] if ipaddress.ip_address(ip) in net), None)
        numbers = parsed["origin_autnums"]
        country = str(parsed["country"]).upper()
        emails = _emails(parsed["entities"].get("abuse", []))
    except Exception:  # a registry's answer is a stranger's text and whoisit's reader has many ways to fail
        raise Failed("rdap_bad_answer") from None
    if network is None:
        raise Failed("rdap_bad_answer")
    return Registered(
        ip=ip,
        at=now,
        network=str(network),
        network_name=str(parsed["name"])[:80],
        asn=numbers[0] if numbers and 0 < numbers[0] < 2**32 else None,
        country=country if len(country) == 2 and country.isascii() and country.isalpha() else "",
        abuse_emails=emails,
        registry=registry,
    )


def _emails(entities: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return the addresses of all entities in the role "abuse", nested ones too, those named abuse@ first."""
    found: dict[str, None] = {}
    for entity in entities:
        for text in entity.get("emails", []):
            with contextlib.suppress(NotAnEmail):
                found.setdefault(clean_email(text))
    ordered = sorted(found, key=lambda email: not email.startswith("abuse"))
    return tuple(ordered[:MOST_EMAILS])
