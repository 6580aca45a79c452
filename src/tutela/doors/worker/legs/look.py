"""One look whether an item is still reachable. What is served passes through a hash and is gone.

``off`` looks at nothing, ``head`` asks for headers only, ``hash`` streams the body through SHA-256 in
memory up to a cap. The result is codes and numbers; what they mean is judged by ``notices.rules``.
"""

from __future__ import annotations

import hashlib
import ssl
import time
from dataclasses import dataclass

import httpcore

from tutela.apps.notices.rules import LookFacts, is_login_path
from tutela.core.record import hosts
from tutela.core.record.reasons import NotAnAddress
from tutela.doors.worker.legs.egress import Refused
from tutela.doors.worker.legs.follow import Arrival, Way, follow


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found: the facts to judge, and how they were come by.

    The errors in ``facts`` are those that ``notices.rules.LookFacts`` names, and ``onion``, ``no_host``,
    ``no_address``, ``bad_address``, ``bad_scheme``, ``bad_port``, which say why nothing was asked.
    """

    facts: LookFacts
    host: str = ""
    ip: str = ""
    redirects: int = 0
    bytes_read: int = 0
    took_ms: int = 0


def look(address: str, *, mode: str, way: Way, most_bytes: int) -> Seen:
    """Look at ``address`` once. Never raises for what the other side does.

    Args:
        mode: ``off``, ``head`` or ``hash``.
        most_bytes: the body is read up to here; a longer one has no digest.
    """
    if mode not in ("head", "hash"):
        return Seen(LookFacts(mode="off"))
    began = time.monotonic()
    try:
        with follow(way, "HEAD" if mode == "head" else "GET", address) as arrival:
            return _seen(arrival, mode, most_bytes, began)
    except Refused as refused:
        error = refused.code
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as failed:
        error = _code_of(failed)
    return Seen(LookFacts(mode=mode, error=error), took_ms=_since(began))


def _seen(arrival: Arrival, mode: str, most_bytes: int, began: float) -> Seen:
    digest, count, error = None, 0, ""
    if mode == "hash" and arrival.status == 200:
        digest, count, error = _hashed(arrival, most_bytes)
    facts = LookFacts(
        mode=mode,
        status=arrival.status,
        error=error,
        landed_elsewhere=_registered(arrival.host) != _registered(arrival.asked_host),
        landed_on_login=arrival.redirects > 0 and is_login_path(arrival.path),
        body_bytes=count if digest is not None else None,
        digest=digest,
    )
    return Seen(facts, arrival.host, arrival.ip, arrival.redirects, count, _since(began))


def _hashed(arrival: Arrival, most_bytes: int) -> tuple[bytes | None, int, str]:
    """Return digest, bytes read and error. A body too long or too slow has no digest, but it was there."""
    announced = arrival.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most_bytes:
        return None, 0, ""
    digest, count = hashlib.sha256(), 0
    try:
        for chunk in arrival.body:
            count += len(chunk)
            if count > most_bytes:
                return None, count, ""
            digest.update(chunk)
    except httpcore.TimeoutException:
        return None, count, ""
    except (httpcore.NetworkError, httpcore.ProtocolError) as failed:
        return None, count, _code_of(failed)
    return digest.digest(), count, ""


def _registered(host: str) -> str:
    """Return the domain that ``host`` belongs to, or the host itself when it is an address."""
    try:
        return hosts.read_host(host).registered_domain or host
    except NotAnAddress:
        return host


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def _code_of(error: BaseException) -> str:
    if isinstance(error, httpcore.TimeoutException):
        return "timeout"
    if isinstance(error, httpcore.ProtocolError):
        return "bad_answer"
    # httpcore wraps the socket's own error as its argument; its pool cuts the chain of causes.
    cause = error.args[0] if error.args else None
    if isinstance(cause, ssl.SSLError):
        return "tls"
    return "connection_refused" if isinstance(cause, ConnectionRefusedError) else "connection_broken"
