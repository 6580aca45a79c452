"""How much comes in within a minute: by network before anything is read, by partner once it is proven.

Counted in each process's own memory; several processes take that many times more. Networks are hashed under a
key of the day and never stored.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from tutela.core.kernel import clock, peers
from tutela.doors.partner.problems import Problem

REFUSED_A_MINUTE = 300
"""Envelopes of one network that may be refused before it waits: verifying costs more than writing lies."""

_KEY_LASTS_SECONDS = 24 * 3600
_PREFIX = {4: 24, 6: 64}


@cache
def _limiter() -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(MemoryStorage())


def forget_all() -> None:
    """Forget every count, for tests."""
    _limiter.cache_clear()


def check_network(request: HttpRequest) -> str:
    """Count one request of the visitor's network and return the network's pseudonym.

    Raises:
        Problem: ``rate``, when it was too many, or too much of it was refused lately.
    """
    network = _network_of(request)
    allowed = RateLimitItemPerMinute(settings.TUTELA.exchange.requests_a_minute)
    if not _limiter().hit(allowed, "requests", network):
        raise Problem("rate")
    if not _limiter().test(RateLimitItemPerMinute(REFUSED_A_MINUTE), "refused", network):
        raise Problem("rate")
    return network


def count_refused(network: str, number: int) -> None:
    """Count envelopes, or requests, of a network that were refused."""
    if number:
        _limiter().hit(RateLimitItemPerMinute(REFUSED_A_MINUTE), "refused", network, cost=number)


def may_take(partner: str) -> bool:
    """Count one envelope of a proven partner; ``False`` when that is too many in this minute."""
    allowed = RateLimitItemPerMinute(settings.TUTELA.exchange.envelopes_a_minute)
    return _limiter().hit(allowed, "envelopes", partner)


@cache
def _key_of(_day: int) -> bytes:
    return secrets.token_bytes(32)


def _network_of(request: HttpRequest) -> str:
    meta = request.META
    forwarded = str(meta.get("HTTP_X_FORWARDED_FOR", ""))
    address = peers.address_of(str(meta.get("REMOTE_ADDR", "")), forwarded, settings.TUTELA.trusted_proxies)
    name = "unknown"
    if address is not None:
        name = str(ipaddress.ip_network((address, _PREFIX[address.version]), strict=False))
    day = int(clock.now().timestamp() // _KEY_LASTS_SECONDS)
    return hmac.new(_key_of(day), name.encode(), hashlib.sha256).hexdigest()[:32]
