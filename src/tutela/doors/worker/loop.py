"""The loop: everything that is due, in one order, again and again until told to stop.

Work is claimed from rows and ledger cursors, so nothing is lost with the process and several workers may
run beside each other. Whatever anybody does writes a line of the ledger: while there is none, only time can
bring work, and rounds are rarer. One kind of work that fails is logged by type and code and does not stop
the others; a database that does not answer is asked less and less often.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import time
from collections.abc import Callable
from datetime import datetime
from types import FrameType

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections

from tutela.apps.exchange.queries.due import something_due
from tutela.apps.ledger import queries as ledger
from tutela.apps.notices import actions as notices
from tutela.core.kernel import clock
from tutela.core.terms.nodes import NodeRole
from tutela.doors.worker.answer_overlaps import answer_overlaps
from tutela.doors.worker.equipment import Equipment, equip
from tutela.doors.worker.exchange import (
    deliver,
    fetch_mailbox,
    keep_exchange,
    open_incoming,
    send_receipts,
    tell_partners,
    tell_rotations,
)
from tutela.doors.worker.fetch_lists import fetch_lists, tell_sources
from tutela.doors.worker.find_hosting import find_hosting, find_waiting_hosts
from tutela.doors.worker.follow_directory import follow_directory
from tutela.doors.worker.keep_house import close_settled, forget, lapse_claims
from tutela.doors.worker.keep_index import keep_index
from tutela.doors.worker.look_again import look_again
from tutela.doors.worker.open_submissions import open_submissions
from tutela.doors.worker.recognise import recognise
from tutela.doors.worker.send_notices import send_notices
from tutela.doors.worker.share_lists import share_lists, tell_opinions
from tutela.doors.worker.tell_by_mail import tell_by_mail
from tutela.doors.worker.tell_heads import tell_heads
from tutela.doors.worker.tell_people import tell_people

INTERVAL_SECONDS = 1.5
QUIET_SECONDS = 10.0
"""How long after a round without work the next one may wait while nobody does anything."""
JITTER_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60.0
BEAT_SECONDS = 1.0
"""How long the heartbeat's file is fresh: every rename of a file waits for the disk."""
LISTEN_SECONDS = 0.1
"""How often a resting worker asks whether a partner said something, or is to be told something."""

log = structlog.get_logger("tutela.worker")

Work = Callable[[datetime, Equipment], int]


def _follow_decisions(_now: datetime, _equipment: Equipment) -> int:
    return notices.follow_decisions()


def _follow_answers(_now: datetime, _equipment: Equipment) -> int:
    return notices.follow_answers()


WORK: dict[str, Work] = {
    "submissions": open_submissions,
    "hosting": find_hosting,
    "lists": fetch_lists,
    "partners_keys": tell_rotations,
    "mailbox": fetch_mailbox,
    "heard": open_incoming,
    # After all that changes lists, so that a withdrawal of a partner counts in the round that hears it.
    "index": keep_index,
    "recognised": recognise,
    "opinions": tell_sources,
    "shared": share_lists,
    "partners_opinions": tell_opinions,
    "decisions": _follow_decisions,
    "hosts_waiting": find_waiting_hosts,
    "notices": send_notices,
    "answers": _follow_answers,
    "looks": look_again,
    "directory": follow_directory,
    "claims": lapse_claims,
    "settled": close_settled,
    "mails": tell_by_mail,
    "handed_over": tell_partners,
    "heads": tell_heads,
    "overlaps": answer_overlaps,
    "receipts": send_receipts,
    "delivered": deliver,
    "exchange_kept": keep_exchange,
    "people_told": tell_people,
    "forgotten": forget,
}
"""In the order of a report's way, so that one round carries a new item as far as it can go."""

OF_REPORTS = frozenset({
    "submissions", "hosting", "recognised", "decisions", "hosts_waiting", "notices", "answers", "looks",
    "claims", "settled", "handed_over",
})  # fmt: skip
"""What only a hotline has to do: nobody reports to police, a provider or a relay, and they have no cases."""

TALK = ("heard", "handed_over", "receipts", "delivered")
"""What is done for partners also between two rounds."""


def run_once(now: datetime | None = None, equipment: Equipment | None = None) -> dict[str, int]:
    """Do everything that is due once. Returns how many pieces of each kind were done; ``-1``: it failed."""
    carried = equipment or equip()
    done: dict[str, int] = {}
    for name, work in work_of(carried).items():
        if carried.stopping.is_set():
            break
        carried.beat()
        done[name] = _guarded(name, work, now, carried)
    return done


def work_of(carried: Equipment) -> dict[str, Work]:
    """Return what there can be to do on a node of this role, in its order."""
    exchange = carried.config.exchange
    if not exchange.node or exchange.role == NodeRole.HOTLINE:
        return WORK
    return {name: work for name, work in WORK.items() if name not in OF_REPORTS}


def _guarded(name: str, work: Work, now: datetime | None, equipment: Equipment) -> int:
    try:
        return work(now or clock.now(), equipment)
    except DatabaseError as error:
        log.error("database_failed", work=name, error=type(error).__name__)
    except Exception as error:  # one kind of work never stops the others; the message may hold content
        log.error("work_failed", work=name, error=type(error).__name__, code=getattr(error, "code", ""))
    return -1


def run(equipment: Equipment | None = None) -> None:
    """Run rounds until SIGTERM or SIGINT; the piece at hand is finished first."""
    carried = equipment or equip()
    carried.beat = Heartbeat(carried).beat
    signal.signal(signal.SIGTERM, _stop(carried))
    signal.signal(signal.SIGINT, _stop(carried))
    log.info("worker_started", mode=carried.config.checks.mode)
    failures = 0
    while not carried.stopping.is_set():
        close_old_connections()
        line = _guarded("listening", _newest_line, None, carried)
        done = run_once(equipment=carried)
        pieces = {name: count for name, count in done.items() if count}
        failures = failures + 1 if any(count < 0 for count in done.values()) else 0
        if pieces:
            log.info("round_done", **pieces)
        until = time.monotonic() + QUIET_SECONDS
        rest(carried, pause_seconds(failures, busy=bool(pieces)), awake=not failures)
        while not pieces and time.monotonic() < until and _is_quiet(carried, line):
            carried.beat()
            rest(carried, INTERVAL_SECONDS, awake=True)
    log.info("worker_stopped")


def _is_quiet(carried: Equipment, line: int) -> bool:
    """Whether nobody did anything since that line of the ledger, and nothing lies in our mailbox."""
    if carried.stopping.is_set() or _guarded("mailbox", fetch_mailbox, None, carried):
        return False
    return _guarded("listening", _newest_line, None, carried) == line


def _newest_line(_now: datetime, _equipment: Equipment) -> int:
    return ledger.head()[0]


def rest(carried: Equipment, seconds: float, *, awake: bool) -> None:
    """Rest until the next round; while ``awake`` messages of partners do not wait for it."""
    listening = awake and bool(carried.config.exchange.node)
    until, pause = time.monotonic() + seconds, 0.0
    while (left := until - time.monotonic()) > 0:
        if carried.stopping.wait(min(left, pause) if listening else left):
            return
        done = [0]
        if listening and _guarded("listening", _something_due, None, carried) > 0:
            work = work_of(carried)
            done = [_guarded(name, work[name], None, carried) for name in TALK if name in work]
            listening = min(done) >= 0
        # Where something was done more may have come meanwhile; what cannot be done now has to wait.
        pause = 0.0 if sum(done) > 0 else LISTEN_SECONDS


def _something_due(now: datetime, _equipment: Equipment) -> int:
    return int(something_due(now))


def pause_seconds(failures: int, *, busy: bool) -> float:
    """Return how long to rest: less after work, ever longer after failures."""
    rest = secrets.SystemRandom().uniform(0, JITTER_SECONDS)
    if failures:
        return min(INTERVAL_SECONDS * 2.0 ** min(failures, 10), LONGEST_PAUSE_SECONDS) + rest
    return rest if busy else INTERVAL_SECONDS + rest


def _stop(equipment: Equipment) -> Callable[[int, FrameType | None], None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        equipment.stopping.set()

    return stop


class Heartbeat:
    """``run/worker.heartbeat`` in the data folder: its time says that the worker lives."""

    def __init__(self, equipment: Equipment) -> None:
        self._path = equipment.home / "run" / "worker.heartbeat"
        self._failed = False
        self._last = -BEAT_SECONDS

    def beat(self) -> None:
        """Write the file anew, if it is not fresh. A full disk is logged once and costs nothing else."""
        if time.monotonic() - self._last < BEAT_SECONDS:
            return
        self._last = time.monotonic()
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self._path.with_suffix(".new")
            fresh.write_text(json.dumps({"at": clock.to_text(clock.now()), "pid": os.getpid()}))
            fresh.replace(self._path)
            self._failed = False
        except OSError as error:
            if not self._failed:
                log.error("heartbeat_failed", error=type(error).__name__, code=error.errno)
            self._failed = True
