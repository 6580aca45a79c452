"""Ask one web address, follow its redirects by hand, and check each step as if it had been reported.

No cookies, no referrer, no credentials, no environment proxies, no compression, one connection a request.
"""

from __future__ import annotations

import contextlib
import functools
import ssl
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import ada_url
import certifi
import httpcore

from tutela.doors.worker.legs import egress
from tutela.doors.worker.legs.egress import Gate, Refused
from tutela.doors.worker.legs.names import Finder
from tutela.doors.worker.legs.pinned import Deadline, PinnedBackend

MOST_REDIRECTS = 3
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_SCHEME_PORTS = {"http:": 80, "https:": 443}
_SECONDS_A_STEP = 10.0


@functools.cache
def _public_trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


@dataclass(frozen=True, slots=True)
class Way:
    """How this node goes out: by which names, through which gate, trusting whom, for how long."""

    finder: Finder = field(default_factory=Finder)
    gate: Gate = field(default_factory=Gate)
    user_agent: str = "Mozilla/5.0"
    seconds: float = 30.0
    trust: ssl.SSLContext = field(default_factory=_public_trust)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The answer at the end of the redirects. ``body`` may be read once, while the connection is open."""

    status: int
    headers: Mapping[str, str]
    body: Iterator[bytes]
    host: str
    ip: str
    path: str
    redirects: int
    asked_host: str


@dataclass(frozen=True, slots=True)
class _Step:
    url: ada_url.URL
    host: str
    port: int


@contextlib.contextmanager
def follow(
    way: Way, method: str, address: str, *, headers: Mapping[str, str] | None = None
) -> Iterator[Arrival]:
    """Ask ``address`` and yield the answer that is not a redirect.

    Raises:
        Refused: the policy, the names or the redirects do not let the worker go on; ``code`` says which.
        httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError: the wire failed.
    """
    deadline = Deadline(way.seconds)
    step = _step(address, None, written=0)
    written, asked = step.port, step.host
    for count in range(MOST_REDIRECTS + 1):
        with _ask(way, method, step, deadline, headers or {}) as (response, ip):
            found = _readable(response.headers)
            if response.status not in _REDIRECTS or "location" not in found:
                yield Arrival(
                    status=response.status,
                    headers=found,
                    body=response.iter_stream(),
                    host=step.host,
                    ip=ip,
                    path=step.url.pathname,
                    redirects=count,
                    asked_host=asked,
                )
                return
            step = _step(found["location"], step.url, written=written)
    raise Refused("too_many_redirects")


def _readable(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _step(address: str, before: ada_url.URL | None, *, written: int) -> _Step:
    try:
        url = ada_url.URL(address, base=before.href) if before else ada_url.URL(address)
    except ValueError:
        raise Refused("bad_answer" if before else "bad_address") from None
    default = _SCHEME_PORTS.get(url.protocol)
    if default is None:
        raise Refused("bad_scheme")
    host = url.hostname.strip("[]").rstrip(".")
    if not host:
        raise Refused("bad_address")
    if host == "onion" or host.endswith(".onion"):
        raise Refused("onion")
    port = int(url.port or default)
    egress.check_port(port, written=written or port)
    return _Step(url, host, port)


@contextlib.contextmanager
def _ask(
    way: Way, method: str, step: _Step, deadline: Deadline, headers: Mapping[str, str]
) -> Iterator[tuple[httpcore.Response, str]]:
    backend = PinnedBackend(way.gate, way.finder, deadline)
    sent: dict[bytes | str, bytes | str] = {
        "Host": step.url.host,
        "User-Agent": way.user_agent,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    sent.update(headers.items())
    url = httpcore.URL(
        scheme=step.url.protocol.rstrip(":").encode(),
        host=step.host.encode("ascii"),
        port=step.port,
        target=(step.url.pathname + step.url.search).encode("ascii"),
    )
    limits = dict.fromkeys(("connect", "read", "write", "pool"), _SECONDS_A_STEP)
    with (
        httpcore.ConnectionPool(ssl_context=way.trust, network_backend=backend, http2=False) as pool,
        pool.stream(method, url, headers=sent, extensions={"timeout": limits}) as response,
    ):
        yield response, backend.connected_to
