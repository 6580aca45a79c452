"""What follows a change: reports opened or closed, ledger lines, words to reporters, always in this order.

Rows are locked items first (by key), then reports (by id), then the ledger's head; nothing is locked after
a line is written. Two processes that touch the same things then wait for each other and never deadlock.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from tutela.apps.cases import rules
from tutela.apps.cases.models import Item, Report, Sighting
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger.rules import Fact
from tutela.apps.receipts import actions as receipts
from tutela.core.kernel import clock
from tutela.core.terms.states import ItemState, ReportState

TOLD_AT_ONCE = 50
"""Reporters of one item who are told in the transaction of its change."""


@dataclass(slots=True)
class Afterwards:
    """Collects lines and words of one change; :meth:`finish` writes them."""

    actor: str
    now: datetime
    _lines: list[tuple[str, tuple[str, uuid.UUID], dict[str, Fact]]] = field(default_factory=list)
    _told: list[tuple[uuid.UUID, str, str]] = field(default_factory=list)

    def line(self, kind: str, about: Item | Report, /, **facts: Fact) -> None:
        """Remember a ledger line about an item or a report."""
        name = "item" if isinstance(about, Item) else "report"
        self._lines.append((kind, (name, about.id), facts))

    def tell(self, report: Report, news: str, *, reason: str = "", reopened: bool = False) -> None:
        """Remember to tell the reporter, if the news is news; the report's row is changed at once."""
        if not rules.told_after(report.told, news, reopened=reopened):
            return
        report.told = news
        if news != rules.RECEIVED:
            report.told_at = self.now
        report.save(update_fields=["told", "told_at"])
        self._told.append((report.receipt_id, news, reason))

    def tell_all(self, item: Item, news: str) -> None:
        """Tell everybody who reported the item."""
        for report in locked_reports([item]):
            self.tell(report, news)

    def close_reports(self, item: Item) -> None:
        """Close the item's reports of which no item is open any more, and tell."""
        for report in locked_reports([item]):
            self.close_if_done(report)

    def reopen_reports(self, items: Collection[Item], news: str) -> None:
        """Open the items' reports again, and tell."""
        for report in locked_reports(items):
            self.reopen(report, news)

    def close_if_done(self, report: Report) -> bool:
        """Close ``report`` (locked) when all its items are closed, and tell."""
        if report.state == ReportState.CLOSED:
            return False
        items = Item.objects.filter(sightings__report=report)
        if items.exclude(state=ItemState.CLOSED).exists():
            return False
        reason = rules.common_outcome(items.values_list("outcome", flat=True).distinct())
        report.state, report.closed_at, report.answer_at = ReportState.CLOSED.value, self.now, None
        report.save(update_fields=["state", "closed_at", "answer_at"])
        self.line("report_closed", report, reason=reason)
        self.tell(report, rules.CLOSED, reason=reason)
        return True

    def reopen(self, report: Report, news: str) -> None:
        """Open ``report`` (locked) again when it is closed, and tell."""
        if report.state == ReportState.CLOSED:
            report.state, report.closed_at = ReportState.OPEN.value, None
            report.save(update_fields=["state", "closed_at"])
            self.line("report_reopened", report)
        self.tell(report, news, reopened=True)

    def finish(self) -> None:
        """Write the lines, then the words; to be called last in the transaction."""
        for kind, about, facts in self._lines:
            ledger.write_line(kind, actor=self.actor, about=about, facts=facts)
        for receipt_id, news, reason in self._told:
            tell_status(receipt_id, news, reason, self.now, self.actor)


def locked_reports(items: Collection[Item]) -> list[Report]:
    """Lock and return the items' reports that are not forgotten, the first :data:`TOLD_AT_ONCE` of them.

    The others are marked as behind; ``catch_up_reports`` brings them up to date one by one, so that what
    a thousand people reported does not hold everybody else's work up while each of them is told.
    """
    rows = Report.objects.filter(
        pk__in=Sighting.objects.filter(item__in=items).values("report_id"), forgotten_at__isnull=True
    )
    found = list(rows.select_for_update().order_by("id")[: TOLD_AT_ONCE + 1])
    if len(found) > TOLD_AT_ONCE:
        found.pop()
        rows.filter(id__gt=found[-1].id, behind=False).update(behind=True)
    return found


def tell_status(receipt_id: uuid.UUID, news: str, reason: str, at: datetime, actor: str) -> None:
    """Seal one status to the reporter."""
    payload = {"v": 1, "kind": "status", "state": news, "reason": reason, "at": clock.to_text(at)}
    receipts.tell_reporter(receipt_id=receipt_id, kind="status", payload=payload, actor=actor)
