"""Which network a request comes from, as a number that means nothing tomorrow and nothing elsewhere.

Needed only to slow floods down. The address is cut to /24 or /64, hashed with a key that lives in this
process's memory and changes daily, and is neither stored nor logged.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest

from tutela.core.kernel import clock, peers

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


def client_address(request: HttpRequest) -> peers.Address | None:
    """Return the visitor's address, where anybody may be believed about it."""
    meta = request.META
    forwarded = str(meta.get("HTTP_X_FORWARDED_FOR", ""))
    return peers.address_of(str(meta.get("REMOTE_ADDR", "")), forwarded, settings.TUTELA.trusted_proxies)


def _widen(address: peers.Address) -> _Network:
    return ipaddress.ip_network((address, _PREFIX[address.version]), strict=False)
