"""Floods are slowed down, nobody is turned away.

Up to a number of reports an hour and network there is no queue at all. Above it the visitor gets a place in
the queue: a sealed ticket that names when it is their turn. Everything typed stays on the page, and pressing
the button after the wait goes through, without any script. A browser with script may do a proof of work
instead of waiting. Each further place of the same network is later than the one before.

A ticket is bound to what it is for (one form, one code) and is good for a few presses of the button only, so
that nobody floods through one turn. Counts live in memory, are keyed by a pseudonym (``networks``) and vanish
with the process.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tutela.core.kernel import clock
from tutela.core.kernel.errors import Refusal
from tutela.doors.site import networks, tokens
from tutela.doors.site.counting import HourCounts

WAIT_SECONDS = 30
MOST_WAIT_SECONDS = 600
_BITS = 12
_MOST_BITS = 24
_MOST_PROOF = 24
_MOST_NETWORKS = 20_000
_MOST_TICKETS = 20_000
_PRESSES = 3
"""How often one ticket lets through: pressing twice, or mending a typing mistake, must not queue again."""


class Errand(StrEnum):
    """What somebody wants to do, each counted by itself."""

    REPORT = "report"
    ADD = "add"
    OPEN = "open"


_TIMES_AS_MANY = {Errand.REPORT: 1, Errand.ADD: 8, Errand.OPEN: 2}


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue: the ticket, how long to wait, and the work that may be done instead."""

    ticket: str
    seconds: int
    salt: str
    bits: int


class PleaseWait(Refusal):
    """Too many from the same network just now; ``place`` says how to go on."""

    code = "please_wait"

    def __init__(self, place: Place) -> None:
        super().__init__("a place in the queue was given")
        self.place = place


class Queue:
    """The counts and the places of one process."""

    def __init__(self) -> None:
        self._counts = HourCounts()
        self._last_turn: dict[str, float] = {}
        self._presses: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def enter(
        self, request: HttpRequest, errand: Errand, *, about: str, ticket: str = "", proof: str = ""
    ) -> None:
        """Let the errand through, or raise with a place in the queue.

        Args:
            about: what the errand is about (a form's id, a code); a ticket is good for this only.
            ticket: the ticket that came with the form, if any.
            proof: the proof of work that came with it, if any.

        Raises:
            PleaseWait: over the limit, without a ticket whose time has come.
        """
        if ticket and self._may_press(_facts_of_good(ticket, proof, errand, about)):
            return
        network = networks.network_of(request)
        most = settings.TUTELA.reports_an_hour * _TIMES_AS_MANY[errand]
        if not self._counts.count(errand.value, network, most=most):
            raise PleaseWait(self._next_place(network, errand, about))

    def _may_press(self, facts: dict[str, Any] | None) -> bool:
        """Count one use of a good ticket; tell whether it had any left."""
        if facts is None:
            return False
        with self._lock:
            if len(self._presses) > _MOST_TICKETS:
                now = clock.now().timestamp()
                lasts = tokens.LASTS_SECONDS[tokens.Purpose.TICKET]
                self._presses = {salt: use for salt, use in self._presses.items() if use[1] + lasts > now}
            salt, made_at = str(facts["salt"]), int(facts["at"])
            used = self._presses.get(salt, (0, made_at))[0]
            self._presses[salt] = (used + 1, made_at)
        return used < _PRESSES

    def _next_place(self, network: str, errand: Errand, about: str) -> Place:
        now = clock.now().timestamp()
        with self._lock:
            if len(self._last_turn) > _MOST_NETWORKS:
                self._last_turn = {key: turn for key, turn in self._last_turn.items() if turn > now}
            turn = min(max(self._last_turn.get(network, now), now) + WAIT_SECONDS, now + MOST_WAIT_SECONDS)
            self._last_turn[network] = turn
        seconds = round(turn - now)
        bits = min(_BITS + 2 * (seconds // WAIT_SECONDS).bit_length(), _MOST_BITS)
        salt = secrets.token_hex(16)
        ticket = tokens.seal(
            tokens.Purpose.TICKET,
            errand=errand.value,
            about=_digest(about),
            turn=int(turn),
            salt=salt,
            bits=bits,
        )
        return Place(ticket, seconds, salt, bits)


def _facts_of_good(ticket: str, proof: str, errand: Errand, about: str) -> dict[str, Any] | None:
    """Return what a ticket holds when it is for this and its turn has come or its work is done."""
    try:
        facts = tokens.unseal(tokens.Purpose.TICKET, ticket)
    except (tokens.TokenBroken, tokens.TokenExpired):
        return None
    if facts["errand"] != errand.value or facts["about"] != _digest(about):
        return None
    come = clock.now().timestamp() >= facts["turn"] or is_proof(facts["salt"], facts["bits"], proof)
    return facts if come else None


def is_proof(salt: str, bits: int, proof: str) -> bool:
    """Tell whether SHA-256 of ``salt:proof`` begins with ``bits`` zero bits."""
    if not proof or len(proof) > _MOST_PROOF:
        return False
    digest = hashlib.sha256(f"{salt}:{proof}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0


def _digest(about: str) -> str:
    return hashlib.sha256(about.encode()).hexdigest()


@cache
def queue() -> Queue:
    """Return the queue of this process."""
    return Queue()
