"""Answer reports whose items were all settled before they came, when their time has come."""

from __future__ import annotations

from django.db import transaction

from tutela.apps.cases.actions._afterwards import Afterwards, close_report_if_done
from tutela.apps.cases.models import Report
from tutela.core.kernel import clock


def close_settled_reports(*, actor: str = "worker") -> int:
    """Close what is due, tell the reporters, return how many."""
    now, count = clock.now(), 0
    due = Report.objects.filter(answer_at__isnull=False, answer_at__lte=now).order_by("answer_at", "id")
    for report_id in list(due.values_list("pk", flat=True)[:200]):
        with transaction.atomic():
            report = Report.objects.select_for_update().get(pk=report_id)
            after = Afterwards(actor, now)
            count += close_report_if_done(report, after)
            if report.answer_at is not None:
                # Taken up again meanwhile: it is closed with its items.
                report.answer_at = None
                report.save(update_fields=["answer_at"])
            after.finish()
    return count
