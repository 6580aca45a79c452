"""Small duties of every round, and the daily one: forget what is no longer needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tutela.apps.cases import actions as cases
from tutela.apps.exchange import actions as exchange
from tutela.apps.notices import actions as notices
from tutela.apps.receipts import actions as receipts
from tutela.apps.referrals import queries as referral_queries
from tutela.apps.requests import queries as request_queries
from tutela.doors.worker.equipment import Equipment

_FORGET = "forget"
FORGET_EVERY = timedelta(days=1)


def lapse_claims(_now: datetime, _equipment: Equipment) -> int:
    """Give back items that were claimed and left."""
    return cases.lapse_claims()


def close_settled(_now: datetime, _equipment: Equipment) -> int:
    """Answer reports that need nobody's work, when their time has come."""
    return cases.close_settled_reports()


def forget(now: datetime, equipment: Equipment) -> int:
    """Once a day: overwrite what was closed longer ago than the node keeps it, and end old sign-ins."""
    if equipment.not_before.get(_FORGET, now) > now:
        return 0
    days = int(equipment.config.retention_days)
    count = _forget_before(now - timedelta(days=days)) if days > 0 else 0
    count += forget_talks(now, equipment)
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    cut_journal(connection)
    equipment.not_before[_FORGET] = now + FORGET_EVERY
    return count


def forget_talks(now: datetime, equipment: Equipment) -> int:
    """Empty conversations with partners that are over for longer than the node keeps them."""
    exchange_config = equipment.config.exchange
    if not exchange_config.node or exchange_config.retention_days <= 0:
        return 0
    keep = referral_queries.open_conversations() | request_queries.open_conversations(now)
    before = now - timedelta(days=exchange_config.retention_days)
    done = exchange.forget_conversations(before=before, keep=keep, now=now)
    return done.conversations + done.loose


def _forget_before(before: datetime) -> int:
    """From high to low: a notice follows its case, a receipt was told that it is closed."""
    forgotten = cases.forget_closed(before=before)
    count = forgotten.reports + forgotten.items + forgotten.spans
    return count + notices.forget_notices(before=before) + receipts.forget_receipts(before)


def cut_journal(of: BaseDatabaseWrapper) -> None:
    """Empty SQLite's write-ahead log, in which what was overwritten can be read until it is cut.

    Somebody who reads at this moment keeps it for a day longer.
    """
    if of.vendor != "sqlite" or of.in_atomic_block:
        return
    with of.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
