"""Look up who hosts new items, by following the ledger, and hosts that a decided item still waits for."""

from __future__ import annotations

import contextlib
from datetime import datetime

from django.db import transaction

from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.notices import actions as notices
from tutela.apps.notices import queries as notice_queries
from tutela.apps.notices.rules import HostingFound
from tutela.core.kernel.errors import NotFound, Refusal
from tutela.doors.worker.equipment import Equipment

FOLLOWER = "hosting"
KINDS = ("item_received", "item_reopened")
AT_MOST = 40


def find_hosting(_now: datetime, equipment: Equipment) -> int:
    """Look up the next new items; returns how many were recorded.

    The network is asked before the transaction; what is recorded moves the cursor in the same one. A
    worker killed in between asks again.
    """
    lines = ledger_queries.lines_after(ledger_queries.cursor_of(FOLLOWER), kinds=KINDS, most=AT_MOST)
    hosts = [(line, _host_of(line)) for line in lines]
    found = equipment.look_up(host for _, host in hosts if host)
    recorded = 0
    for line, host in hosts:
        with transaction.atomic():
            expected = ledger_queries.cursor_of(FOLLOWER)
            if expected >= line.sequence:
                continue
            if not ledger.advance_cursor(follower=FOLLOWER, expected=expected, sequence=line.sequence):
                break
            recorded += _record(line, found.get(host))
    return recorded


def _host_of(line: ledger_queries.LedgerLine) -> str:
    if line.about_kind != "item" or line.about_id is None:
        return ""
    try:
        return case_queries.item(line.about_id).host
    except NotFound:
        return ""


def _record(line: ledger_queries.LedgerLine, found: HostingFound | None) -> bool:
    if found is None or line.about_id is None:
        return False
    try:
        with transaction.atomic():
            notices.record_hosting(item_id=line.about_id, found=found)
    except Refusal:
        return False
    return True


def find_waiting_hosts(now: datetime, equipment: Equipment) -> int:
    """Look up hosts that decided items wait for; returns how many were recorded."""
    due = notice_queries.lookups_due(now, AT_MOST)
    found = equipment.look_up(entry.host for entry in due)
    recorded = 0
    for entry in due:
        with contextlib.suppress(Refusal):
            notices.record_hosting(item_id=entry.item_id, found=found[entry.host])
            recorded += 1
    return recorded
