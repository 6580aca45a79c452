"""Which network a request comes from, as a number that means nothing tomorrow and nothing elsewhere.

Needed only to slow floods down. The address is cut to /24 or /64, hashed with a key that lives in this
process's memory and changes daily, and is neither stored nor logged.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from functools import cache

from django.conf import settings
from django.http import HttpRequest

from tutela.core.kernel import clock

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_KEY_LASTS_SECONDS = 24 * 3600
_PREFIX = {4: 24, 6: 64}


class _DailyKey:
    """A random key of this process, forgotten after a day."""

    def __init__(self) -> None:
        self._key = b""
        self._made_at = 0.0

    def now(self) -> bytes:
        moment = clock.now().timestamp()
        if not self._key or not 0 <= moment - self._made_at < _KEY_LASTS_SECONDS:
            self._key, self._made_at = secrets.token_bytes(32), moment
        return self._key


_daily = _DailyKey()


def network_of(request: HttpRequest) -> str:
    """Return the pseudonym of the visitor's network, 32 hexadecimal digits."""
    address = client_address(request)
    network = "unknown" if address is None else str(_widen(address))
    return hmac.new(_daily.now(), network.encode(), hashlib.sha256).hexdigest()[:32]


def client_address(request: HttpRequest) -> _Address | None:
    """Return the visitor's address: what a trusted proxy says, otherwise who is connected.

    The list in ``X-Forwarded-For`` is read from its end: everything before the first proxy that we do not
    trust may have been written by the visitor.
    """
    address = _parse(str(request.META.get("REMOTE_ADDR", "")))
    if address is not None and not _is_trusted(address):
        return address
    if address is None and not settings.TUTELA.trusted_proxies:
        return None
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    for part in reversed(forwarded.split(",")[-20:]):
        candidate = _parse(part)
        if candidate is None:
            break
        address = candidate
        if not _is_trusted(candidate):
            break
    return address


def _parse(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def _widen(address: _Address) -> _Network:
    return ipaddress.ip_network((address, _PREFIX[address.version]), strict=False)


def _is_trusted(address: _Address) -> bool:
    return any(
        address.version == proxy.version and address in proxy
        for proxy in _proxies(tuple(settings.TUTELA.trusted_proxies))
    )


@cache
def _proxies(names: tuple[str, ...]) -> tuple[_Network, ...]:
    return tuple(ipaddress.ip_network(name, strict=False) for name in names)
