"""Ask the registry that gave an address away whose network it is and where abuse is reported (RDAP).

whoisit knows the bootstrap files (RFC 9224) and reads the answers (RFC 9083). The asking is done here,
through the worker's own way out: one deadline, a size limit, checked addresses, no fallback to some other
registry that would not know.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpcore
from whoisit.bootstrap import BaseBootstrap
from whoisit.errors import UnsupportedError, WhoisItError
from whoisit.parser import parse
from whoisit.query import QueryBuilder

from tutela.apps.notices.errors import NotAnEmail
from tutela.apps.notices.rules import clean_email
from tutela.core.kernel import clock
from tutela.doors.worker.legs.egress import Refused
from tutela.doors.worker.legs.follow import Way, follow

KEEP_ANSWER = timedelta(hours=12)
KEEP_FAILURE = timedelta(minutes=10)
KEEP_BOOTSTRAP = timedelta(days=7)
MOST_KEPT = 2000
MOST_BYTES = 4_000_000
MOST_EMAILS = 5
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
        self._servers: _Servers | None = None
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
        servers = self._ready(now)
        if servers is None:
            return Registered(ip, now, error="rdap_no_bootstrap")
        try:
            _, url, _ = QueryBuilder(servers).build(query_type="ip", query_value=ip)
        except WhoisItError:
            return Registered(ip, now, error="rdap_no_server")
        registry = urlsplit(url).hostname or ""
        try:
            answer = self._fetch(url)
            return _read(ip, now, registry, answer, servers)
        except _Failed as failed:
            return Registered(ip, now, registry=registry, error=failed.code)

    def _ready(self, now: datetime) -> _Servers | None:
        """Return the bootstrap data: from memory, from the cache, from IANA, or last from a stale cache."""
        if self._servers_until is not None and now < self._servers_until:
            return self._servers
        kept = self._from_cache()
        if kept is None or now - kept.fetched_at > KEEP_BOOTSTRAP:
            kept = self._download(now) or kept
        self._servers = kept
        self._servers_until = now + (KEEP_ANSWER if kept else KEEP_FAILURE)
        return kept

    def _download(self, now: datetime) -> _Servers | None:
        base = self._bootstrap_url.rstrip("/")
        try:
            files = {name: self._fetch(f"{base}/{file}.json") for name, file in _FILES.items()}
            servers = _Servers(files, now)
        except (_Failed, WhoisItError, ValueError, TypeError, KeyError, AttributeError):
            return None
        kept = {"source": self._bootstrap_url, "at": clock.to_text(now), "files": files}
        # A full disk costs another download, nothing else.
        with contextlib.suppress(OSError):
            self._cache.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self._cache.with_suffix(".new")
            fresh.write_text(json.dumps(kept), encoding="utf-8")
            fresh.replace(self._cache)
        return servers

    def _from_cache(self) -> _Servers | None:
        try:
            kept = json.loads(self._cache.read_text(encoding="utf-8"))
            if kept["source"] != self._bootstrap_url:
                return None
            return _Servers(kept["files"], clock.from_text(kept["at"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, WhoisItError):
            return None

    def _fetch(self, url: str) -> dict[str, Any]:
        wanted = {"Accept": "application/rdap+json, application/json"}
        body = b""
        try:
            with follow(self._way, "GET", url, headers=wanted) as arrival:
                if arrival.status != 200:
                    raise _Failed(
                        {404: "rdap_not_found", 429: "rdap_limited"}.get(arrival.status, "rdap_failed")
                    )
                for chunk in arrival.body:
                    body += chunk
                    if len(body) > MOST_BYTES:
                        raise _Failed("rdap_bad_answer")
            answer = json.loads(body)
        except Refused as refused:
            raise _Failed(f"rdap_{refused.code}") from None
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
            raise _Failed("rdap_failed") from None
        except (ValueError, RecursionError):
            raise _Failed("rdap_bad_answer") from None
        if not isinstance(answer, dict):
            raise _Failed("rdap_bad_answer")
        return answer


class _Failed(Exception):  # noqa: N818 - carries a code from one method of this file to another
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Servers(BaseBootstrap):  # type: ignore[misc]
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


def _read(ip: str, now: datetime, registry: str, answer: dict[str, Any], servers: _Servers) -> Registered:
    try:
        parsed = parse(servers, "ip", ip, answer)
        network = next((net for net in parsed["cidrs"] if ipaddress.ip_address(ip) in net), None)
        numbers = parsed["origin_autnums"]
        country = str(parsed["country"]).upper()
        emails = _emails(parsed["entities"].get("abuse", []))
    except Exception:  # a registry's answer is a stranger's text and whoisit's reader has many ways to fail
        raise _Failed("rdap_bad_answer") from None
    if network is None:
        raise _Failed("rdap_bad_answer")
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
