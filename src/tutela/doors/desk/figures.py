"""Figures of the desk as a whole, from the ledger alone: how many, and how long it takes.

They are never kept by person: a clock on people invites speed where care is wanted.
"""

from __future__ import annotations

import statistics
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import queries as ledger
from tutela.doors.desk.shown.words import duration

_KINDS = ("item_received", "item_assessed", "item_noticed", "item_gone")
_BATCH = 2000
_MOST_LINES = 200_000
"""Lines that one page reads at most; beyond them the medians are of the newest ones."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One duration in words, what it is the median of, and of how many."""

    label: str
    value: str
    number: int


def number(count: case_queries.Count) -> str:
    """Write a count that stopped counting at its cap."""
    return f"{count.number}+" if count.more else str(count.number)


def clocks(since: datetime) -> list[Figure]:
    """Return the medians of what came to its end since then."""
    assessed, gone = _Clock("item_received", "item_assessed"), _Clock("item_noticed", "item_gone")
    for line in _lines(since):
        if line.about_id is not None:
            assessed.see(line.kind, line.about_id, line.at)
            gone.see(line.kind, line.about_id, line.at)
    return [
        _figure(_("from the report to the first assessment"), assessed.found),
        _figure(_("from the notice until it is gone"), gone.found),
    ]


class _Clock:
    """Measures from one kind of line to the first of another about the same item."""

    def __init__(self, begins: str, ends: str) -> None:
        self.begins, self.ends = begins, ends
        self.running: dict[uuid.UUID, datetime] = {}
        self.found: list[timedelta] = []

    def see(self, kind: str, item_id: uuid.UUID, at: datetime) -> None:
        if kind == self.begins:
            self.running.setdefault(item_id, at)
        elif kind == self.ends and item_id in self.running:
            self.found.append(at - self.running.pop(item_id))


def _lines(since: datetime) -> list[ledger.LedgerLine]:
    found: list[ledger.LedgerLine] = []
    for kind in _KINDS:
        before: int | None = None
        while len(found) < _MOST_LINES:
            batch = ledger.latest_lines(before=before, kind=kind, most=_BATCH)
            found += [line for line in batch if line.at >= since]
            if len(batch) < _BATCH or batch[-1].at < since:
                break
            before = batch[-1].sequence
    return sorted(found, key=lambda line: line.sequence)


def _figure(label: str, found: list[timedelta]) -> Figure:
    if not found:
        return Figure(label, "–", 0)
    return Figure(label, duration(statistics.median(one.total_seconds() for one in found)), len(found))
