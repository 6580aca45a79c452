"""Fetch the sources of hash lists that are due, page by page, and tell them what the desk found."""

from __future__ import annotations

import time
from datetime import datetime

import structlog
from django.db import Error as DatabaseError

from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank import rules as bank_rules
from tutela.apps.hashbank.errors import Overtaken
from tutela.core.matching.sources import (
    BadSettings,
    HashListSource,
    NotSupported,
    SourceUnavailable,
    UnreadPage,
)
from tutela.doors.worker.equipment import Equipment
from tutela.doors.worker.sources import registry

MOST_SECONDS = 20.0
"""Of one round; a long list is gone on with in the next, so that letters and looks do not wait for it."""

MOST_SOURCES = 20
MOST_OPINIONS = 50

log = structlog.get_logger("tutela.worker")


def fetch_lists(now: datetime, equipment: Equipment) -> int:
    """Fetch from what is due; returns how many pages were taken or put aside."""
    pages, until = 0, time.monotonic() + MOST_SECONDS
    # Only what is due is imported: a node without sources does not carry their packages.
    stale = registry.stale_after_days(bank_queries.kinds_due(now))
    for _ in range(MOST_SOURCES):
        if equipment.stopping.is_set() or time.monotonic() > until:
            break
        due = bank.take_due_source(now, stale_after_days=stale)
        if due is None:
            break
        pages += _guarded(due, now, equipment, until)
    return pages


def _guarded(due: bank.SourceToFetch, now: datetime, equipment: Equipment, until: float) -> int:
    """Fetch one source; what goes wrong with it is noted at it and stops no other."""
    try:
        source = registry.open_source(due.kind, due.settings, due.name, equipment.home)
        return _fetch(due, source, now, equipment, until)
    except DatabaseError:
        raise
    except Overtaken:
        bank.give_back(source_id=due.id)
        return 0
    except (SourceUnavailable, BadSettings) as refused:
        reason = refused.reason if isinstance(refused, SourceUnavailable) else f"settings_{refused.reason}"
    except Exception as error:  # a plug-in's fault; its message may hold what it was sent
        reason = f"failed_{type(error).__name__.lower()}"
    log.warning("source_failed", source=due.name, code=reason)
    bank.fail_fetch(source_id=due.id, reason=reason, now=now)
    return 0


def _fetch(
    due: bank.SourceToFetch, source: HashListSource, now: datetime, equipment: Equipment, until: float
) -> int:
    pages, expected = 0, due.checkpoint
    for page in source.fetch(due.checkpoint):
        equipment.beat()
        pages += 1
        if isinstance(page, UnreadPage):
            if bank.quarantine_page(source_id=due.id, unread=page, expected=expected):
                log.warning("page_quarantined", source=due.name, code=page.reason)
            expected = page.checkpoint
            continue
        taken = bank.take_page(source_id=due.id, page=page, reader=source, expected=expected)
        if taken.held:
            log.warning("source_held", source=due.name)
            return pages
        expected = bank_rules.next_checkpoint(expected, page)
        if page.caught_up:
            return pages
        if equipment.stopping.is_set() or time.monotonic() > until:
            bank.give_back(source_id=due.id)
            return pages
    # It ended without having said everything: a page is in the way.
    bank.fail_fetch(source_id=due.id, reason="unread_page", now=now)
    return pages


def tell_sources(now: datetime, equipment: Equipment) -> int:
    """Tell sources the opinions that wait; returns how many were told."""
    told = 0
    for _ in range(MOST_OPINIONS):
        if equipment.stopping.is_set():
            break
        due = bank.take_due_opinion(now)
        if due is None:
            break
        equipment.beat()
        state, error = _tell(due, equipment)
        bank.record_opinion(opinion_id=due.id, state=state, error=error, now=now)
        told += state == "told"
    return told


def _tell(due: bank.OpinionToTell, equipment: Equipment) -> tuple[str, str]:
    try:
        source = registry.open_source(due.kind, due.settings, due.source_name, equipment.home)
        source.opinion(due.key, due.row, due.opinion, due.reason)
    except NotSupported:
        return "not_supported", ""
    except SourceUnavailable as refused:
        return "waiting", refused.reason
    except BadSettings as refused:
        return "waiting", f"settings_{refused.reason}"
    except Exception as error:  # a plug-in's fault; its message may hold what it was sent
        return "waiting", f"failed_{type(error).__name__.lower()}"
    return "told", ""
