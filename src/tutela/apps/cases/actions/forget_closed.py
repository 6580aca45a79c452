"""Overwrite what is no longer needed; codes stay, so that figures stay right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from tutela.apps.cases.actions._places import forgotten_key
from tutela.apps.cases.models import Exposure, Item, ItemPrint, Question, Report, Sighting
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock
from tutela.core.terms.states import ItemState, ReportState

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many reports and items were overwritten, how many exposure spans removed."""

    reports: int
    items: int
    spans: int


def forget_closed(*, before: datetime, actor: str = "worker") -> Forgotten:
    """Forget reports and items closed before ``before``.

    Of a report go its words, e-mail, spellings, questions and answers; of an item, once none of its
    reports is kept, its address or account. Its key is replaced by one that only this node's own
    secret can recognise, so that nobody has to look at the same thing again.
    """
    total = Forgotten(0, 0, 0)
    while True:
        with transaction.atomic():
            step = Forgotten(_forget_reports(before), _forget_items(before), _forget_spans(before))
            if step == Forgotten(0, 0, 0):
                return total
            facts = {"reports": step.reports, "items": step.items, "exposure_spans": step.spans}
            ledger.write_line("records_forgotten", actor=actor, facts=facts)
        total = Forgotten(total.reports + step.reports, total.items + step.items, total.spans + step.spans)


def _forget_reports(before: datetime) -> int:
    rows = Report.objects.filter(
        state=ReportState.CLOSED, closed_at__lt=before, forgotten_at__isnull=True
    ).order_by("closed_at", "id")
    ids = list(rows.select_for_update().values_list("pk", flat=True)[:_AT_ONCE])
    Sighting.objects.filter(report_id__in=ids).update(original="")
    Question.objects.filter(report_id__in=ids).update(text_locked=None, answer_locked=None)
    return Report.objects.filter(pk__in=ids).update(
        words_locked=None, email_locked=None, country="", forgotten_at=clock.now()
    )


def _forget_items(before: datetime) -> int:
    kept = Sighting.objects.filter(item_id=OuterRef("pk"), report__forgotten_at__isnull=True)
    rows = Item.objects.filter(
        ~Exists(kept), state=ItemState.CLOSED, closed_at__lt=before, forgotten_at__isnull=True
    ).order_by("closed_at", "id")
    found = list(rows.select_for_update()[:_AT_ONCE])
    # How it looked is forgotten with where it was; which list knew it stays, as a code.
    ItemPrint.objects.filter(item__in=found).delete()
    for item in found:
        item.key = forgotten_key(bytes(item.key))
        item.canonical = item.host = item.registered_domain = item.scheme = ""
        item.service = item.account = ""
        item.forgotten_at = clock.now()
        item.save()
    return len(found)


def _forget_spans(before: datetime) -> int:
    ids = list(Exposure.objects.filter(seen_at__lt=before).values_list("pk", flat=True)[:_AT_ONCE])
    removed, _ = Exposure.objects.filter(pk__in=ids).delete()
    return removed
