"""Ask the registry that gave an address away whose network it is and where abuse is reported (RDAP).

What registries say is read in :mod:`~tutela.doors.worker.legs.rdap`. The asking is done here, through the
worker's own way out: one deadline, a size limit, checked addresses, no fallback to some other registry that
would not know.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpcore

from tutela.core.kernel import clock
from tutela.doors.worker.legs.egress import Refused
from tutela.doors.worker.legs.follow import Way, follow

if TYPE_CHECKING:
    from tutela.doors.worker.legs.rdap import Servers

KEEP_ANSWER = timedelta(hours=12)
KEEP_FAILURE = timedelta(minutes=10)
KEEP_BOOTSTRAP = timedelta(days=7)
MOST_KEPT = 2000
MOST_BYTES = 4_000_000
_FILES = {"asn": "asn", "dns": "dns", "ipv4": "ipv4", "ipv6": "ipv6", "object": "object-tags"}


@dataclass(frozen=True, slots=True)
class Registered:
    """What a registry said about the network of ``ip``.

    ``registry`` is the host that was asked. ``error`` is empty or a code: ``rdap_off``,
    ``rdap_no_bootstrap``, ``rdap_no_server``, ``rdap_not_found``, ``rdap_limited``, ``rdap_failed``,
    ``rdap_bad_answer``, or what the way out refused.
    """

    ip: str
    at: datetime
    network: str = ""
    network_name: str = ""
    asn: int | None = None
    country: str = ""
    abuse_emails: tuple[str, ...] = ()
    registry: str = ""
    error: str = ""


class Registry:
    """Answers from memory for twelve hours; a failure is asked again after ten minutes.

    Args:
        bootstrap: the folder of the bootstrap files, ``https://data.iana.org/rdap/``; empty asks nobody.
        cache: where the bootstrap files are kept between starts.
    """

    def __init__(self, bootstrap: str, cache: Path, way: Way) -> None:
        self._bootstrap_url = bootstrap
        self._cache = cache / "rdap-bootstrap.json"
        self._way = way
        self._servers: Servers | None = None
        self._servers_until: datetime | None = None
        self._lock = threading.Lock()
        # By address, not by network: another part of the same network may be given on to somebody else.
        self._kept: OrderedDict[str, Registered] = OrderedDict()

    def network_of(self, ip: str) -> Registered:
        """Return who registered the network of ``ip``. Never raises."""
        now = clock.now()
        kept = self._kept.get(ip)
        if kept is not None and now - kept.at < (KEEP_FAILURE if kept.error else KEEP_ANSWER):
            return kept
        found = self._ask(ip, now)
        with self._lock:
            self._kept[ip] = found
            self._kept.move_to_end(ip)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def _ask(self, ip: str, now: datetime) -> Registered:
        if not self._bootstrap_url:
            return Registered(ip, now, error="rdap_off")
        # Loaded by a node that asks registries, and by no other: whoisit brings another HTTP library.
        from tutela.doors.worker.legs import rdap

        servers, registry = self._ready(now), ""
        if servers is None:
            return Registered(ip, now, error="rdap_no_bootstrap")
        try:
            url = rdap.url_of(ip, servers)
            registry = urlsplit(url).hostname or ""
            return rdap.read(ip, now, registry, self._fetch(url), servers)
        except Failed as failed:
            return Registered(ip, now, registry=registry, error=failed.code)

    def _ready(self, now: datetime) -> Servers | None:
        """Return the bootstrap data: from memory, from the cache, from IANA, or last from a stale cache."""
        if self._servers_until is not None and now < self._servers_until:
            return self._servers
        kept = self._from_cache()
        if kept is None or now - kept.fetched_at > KEEP_BOOTSTRAP:
            kept = self._download(now) or kept
        self._servers = kept
        self._servers_until = now + (KEEP_ANSWER if kept else KEEP_FAILURE)
        return kept

    def _download(self, now: datetime) -> Servers | None:
        base = self._bootstrap_url.rstrip("/")
        try:
            files = {name: self._fetch(f"{base}/{file}.json") for name, file in _FILES.items()}
            servers = _servers_of(files, now)
        except (Failed, ValueError):
            return None
        kept = {"source": self._bootstrap_url, "at": clock.to_text(now), "files": files}
        # A full disk costs another download, nothing else.
        with contextlib.suppress(OSError):
            self._cache.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self._cache.with_suffix(".new")
            fresh.write_text(json.dumps(kept), encoding="utf-8")
            fresh.replace(self._cache)
        return servers

    def _from_cache(self) -> Servers | None:
        try:
            kept = json.loads(self._cache.read_text(encoding="utf-8"))
            if kept["source"] != self._bootstrap_url:
                return None
            return _servers_of(kept["files"], clock.from_text(kept["at"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _fetch(self, url: str) -> dict[str, Any]:
        wanted = {"Accept": "application/rdap+json, application/json"}
        body = b""
        try:
            with follow(self._way, "GET", url, headers=wanted) as arrival:
                if arrival.status != 200:
                    raise Failed(
                        {404: "rdap_not_found", 429: "rdap_limited"}.get(arrival.status, "rdap_failed")
                    )
                for chunk in arrival.body:
                    body += chunk
                    if len(body) > MOST_BYTES:
                        raise Failed("rdap_bad_answer")
            answer = json.loads(body)
        except Refused as refused:
            raise Failed(f"rdap_{refused.code}") from None
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
            raise Failed("rdap_failed") from None
        except (ValueError, RecursionError):
            raise Failed("rdap_bad_answer") from None
        if not isinstance(answer, dict):
            raise Failed("rdap_bad_answer")
        return answer


class Failed(Exception):  # noqa: N818 - carries a code from where something failed to who asked
    """Nothing is known; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _servers_of(files: dict[str, Any], fetched_at: datetime) -> Servers:
    from tutela.doors.worker.legs import rdap

    return rdap.servers_of(files, fetched_at)
