"""Ask the name servers that the node chose, and only them, within a time limit.

The worker never uses the operating system's lookup for an item: the address that was checked must be the
address that is connected to.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import dns.exception
import dns.name
import dns.nameserver
import dns.resolver

from tutela.core.kernel import clock

SECONDS = 8.0
_SECONDS_A_TRY = 2.0


@dataclass(frozen=True, slots=True)
class Found:
    """What the name servers said about ``host``.

    ``error`` is empty or one of ``no_host`` (not a name), ``nxdomain``, ``no_address``, ``timeout``,
    ``dns_error``. ``chain`` holds the names that the host is an alias of, in order.
    """

    host: str
    addresses: tuple[str, ...]
    chain: tuple[str, ...]
    error: str
    at: datetime


class Finder:
    """Finds the addresses of a host.

    Args:
        nameservers: ``"192.0.2.53"``, ``"192.0.2.53:5353"`` or ``"[2001:db8::53]:53"``;
            the system's when empty.
        seconds: the most that one host may take, A and AAAA together.
    """

    def __init__(self, nameservers: Sequence[str] = (), *, seconds: float = SECONDS) -> None:
        self._nameservers = [_nameserver(text) for text in nameservers]
        self._seconds = seconds

    def find(self, host: str, *, seconds: float | None = None) -> Found:
        """Return the addresses of ``host`` (A-label or IP literal), IPv4 first. Never raises."""
        at = clock.now()
        literal = _literal(host)
        if literal:
            return Found(host, (literal,), (), "", at)
        try:
            name = dns.name.from_text(host.rstrip(".") + ".")
        except (dns.exception.DNSException, UnicodeError):
            return Found(host, (), (), "no_host", at)
        deadline = time.monotonic() + min(self._seconds, self._seconds if seconds is None else seconds)
        addresses: list[str] = []
        chain: tuple[str, ...] = ()
        errors = []
        for kind in ("A", "AAAA"):
            found, aliases, error = self._ask(name, kind, deadline)
            addresses += found
            chain = chain or aliases
            errors.append(error)
            if error == "nxdomain":
                break
        error = "" if addresses else next((code for code in errors if code), "no_address")
        return Found(host, tuple(addresses), chain, error, at)

    def _ask(self, name: dns.name.Name, kind: str, deadline: float) -> tuple[list[str], tuple[str, ...], str]:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            return [], (), "timeout"
        try:
            answer = self._resolver().resolve(
                name, kind, lifetime=remaining, raise_on_no_answer=False, search=False
            )
            chain = tuple(
                record.target.to_text(omit_final_dot=True)
                for alias in answer.chaining_result.cnames
                for record in alias
            )
            return [record.address for record in answer.rrset or ()], chain, ""
        except dns.resolver.NXDOMAIN:
            return [], (), "nxdomain"
        except dns.exception.Timeout:
            return [], (), "timeout"
        except (dns.exception.DNSException, OSError):
            return [], (), "dns_error"

    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=not self._nameservers)
        if self._nameservers:
            resolver.nameservers = self._nameservers
        resolver.timeout = _SECONDS_A_TRY
        return resolver


def _literal(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return ""


def _nameserver(text: str) -> dns.nameserver.Nameserver:
    address, port = text.strip(), 53
    if address.startswith("["):
        address, _, rest = address[1:].partition("]")
        port = int(rest.removeprefix(":") or 53)
    elif address.count(":") == 1:
        address, _, digits = address.partition(":")
        port = int(digits)
    return dns.nameserver.Do53Nameserver(str(ipaddress.ip_address(address)), port)
