"""What the worker carries: its ways out, made from the node's settings once and kept between rounds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from tutela.apps.exchange.keyring import Keyring
from tutela.apps.notices.rules import HostingFound, LookFacts
from tutela.core.matching.fingerprints import Fingerprint
from tutela.doors.worker.legs import look
from tutela.doors.worker.legs.country import open_countries
from tutela.doors.worker.legs.egress import Gate
from tutela.doors.worker.legs.follow import Way
from tutela.doors.worker.legs.mail import BadRelay, Relay, open_relay
from tutela.doors.worker.legs.names import Finder
from tutela.doors.worker.legs.partners import PartnerWay
from tutela.doors.worker.legs.registry import Registry
from tutela.doors.worker.legs.resolve import Resolver

LOOK_SECONDS = 15.0
REGISTRY_SECONDS = 10.0
AT_ONCE = 8
"""Hosts looked up, or addresses looked at, side by side. They wait for others; the machine does not."""

log = structlog.get_logger("tutela.worker")


@dataclass
class Equipment:
    """Made by :func:`equip`. ``stopping`` is set when the piece at hand shall be the last."""

    resolver: Resolver
    way: Way
    config: Any
    home: Path
    stopping: threading.Event = field(default_factory=threading.Event)
    beat: Callable[[], None] = lambda: None
    not_before: dict[object, datetime] = field(default_factory=dict)
    matched: object = None
    """How far the index was when all open items were last held against it; nothing after a start."""
    said: dict[str, str] = field(default_factory=dict)
    """What was complained about last, by subject: each complaint is logged once."""
    _relay: Relay | None = None
    _relay_error: str = ""

    @cached_property
    def partners(self) -> PartnerWay:
        """The way to partners' nodes."""
        return PartnerWay()

    @cached_property
    def keyring(self) -> Keyring:
        """This node's private keys among partners."""
        return Keyring(self.home, self.config.exchange.passphrase_file)

    def relay(self) -> Relay | None:
        """Return the mail relay, or ``None`` while it cannot be used as configured; says so once."""
        if self._relay is None:
            try:
                self._relay, error = open_relay(self.config.mail, self.home), ""
            except BadRelay as bad:
                error = bad.code
            if error and error != self._relay_error:
                log.warning("mail_unusable", code=error)
            self._relay_error = error
        return self._relay

    def look_up(self, hosts: Iterable[str]) -> dict[str, HostingFound]:
        """Look up different hosts side by side."""
        wanted = sorted(set(hosts))
        if not wanted:
            return {}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return dict(zip(wanted, pool.map(self.resolver.hosting_of, wanted), strict=True))

    def look_at(self, addresses: list[tuple[str, str]]) -> list[LookFacts]:
        """Look at ``(address, mode)`` pairs side by side, in the order given."""
        most = self.config.checks.most_bytes

        def one(pair: tuple[str, str]) -> LookFacts:
            return look.look(pair[0], mode=pair[1], way=self.way, most_bytes=most).facts

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(one, addresses))

    def hash_at(self, address: str) -> tuple[Fingerprint, ...]:
        """Return the fingerprints of what an address serves; it is in memory for that moment only."""
        # Numba and Pillow are loaded by nodes that hash, and by no other.
        from tutela.doors.worker.legs import hashing

        return hashing.hash_address(address, way=self.way, most_bytes=self.config.checks.most_bytes)


def equip() -> Equipment:
    """Return the equipment that this process's settings ask for."""
    config, home = settings.TUTELA, Path(settings.TUTELA_HOME)
    checks = config.checks
    finder, gate = Finder(checks.nameservers), Gate(checks.egress_allow)
    way = Way(finder, gate, checks.user_agent, LOOK_SECONDS)
    asking = Way(finder, gate, checks.user_agent, REGISTRY_SECONDS, way.trust)
    registry = Registry(checks.rdap, home / "cache", asking)
    return Equipment(Resolver(finder, gate, open_countries(home), registry), way, config, home)
