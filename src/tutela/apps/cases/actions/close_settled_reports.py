"""Answer reports whose time has come: what was settled before it came, and what many people reported."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.cases import rules
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.models import Item, Report
from tutela.core.kernel import clock
from tutela.core.terms.states import CloseReason, ItemState, ReportState

_AT_ONCE = 200


def close_settled_reports(*, actor: str = "worker") -> int:
    """Answer reports that are due and bring those that are behind up to date, 200 each; return how many."""
    due = Report.objects.filter(answer_at__isnull=False, answer_at__lte=clock.now())
    settled = list(due.order_by("answer_at", "id").values_list("pk", flat=True)[:_AT_ONCE])
    late = Report.objects.filter(behind=True).order_by("id")
    behind = list(late.values_list("pk", flat=True)[:_AT_ONCE])
    return sum(_answer(one, actor) for one in settled) + sum(_catch_up(one, actor) for one in behind)


def _answer(report_id: uuid.UUID, actor: str) -> bool:
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report_id)
        after = Afterwards(actor, clock.now())
        closed = after.close_if_done(report)
        if report.answer_at is not None:
            # An item was taken up again meanwhile: the report is closed with it.
            report.answer_at = None
            report.save(update_fields=["answer_at"])
        after.finish()
    return closed


def _catch_up(report_id: uuid.UUID, actor: str) -> bool:
    """Tell one reporter how far the items have come; what is marked again meanwhile is told next time."""
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report_id)
        report.behind = False
        report.save(update_fields=["behind"])
        items = list(Item.objects.filter(sightings__report=report))
        after = Afterwards(actor, clock.now())
        if any(item.state != ItemState.CLOSED for item in items):
            _tell_open(report, items, after)
        if any(item.outcome == CloseReason.REMOVED for item in items):
            after.tell(report, rules.REMOVED)
        after.close_if_done(report)
        after.finish()
    return True


def _tell_open(report: Report, items: list[Item], after: Afterwards) -> None:
    if report.state == ReportState.CLOSED or report.told == rules.REMOVED:
        back = any(item.returned for item in items)
        after.reopen(report, rules.CAME_BACK if back else rules.LOOKED_AT)
    if any(item.state == ItemState.NOTICED for item in items):
        after.tell(report, rules.NOTICE_SENT)
    elif any(item.state != ItemState.WAITING or item.claimed_by for item in items):
        after.tell(report, rules.LOOKED_AT)
