"""Add to a report what its reporter handed in later."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from tutela.apps.cases import rules
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import save_item, take_up_again
from tutela.apps.cases.actions._places import lock_items, take_places
from tutela.apps.cases.actions.submit_report import Submitted, earlier
from tutela.apps.cases.errors import NoSuchReport
from tutela.apps.cases.models import Intake, Item, Report
from tutela.core.kernel import clock
from tutela.core.terms.states import ItemState

MOST_WORDS = 200_000
"""What one report's words may grow to; a longer addition is cut."""


def add_to_report(
    *, payload: dict[str, object], receipt_id: uuid.UUID, submission_id: uuid.UUID, received_at: datetime
) -> Submitted:
    """Add places, words and wishes to the receipt's report; only what is given is changed.

    Raises:
        BrokenPayload: it is not an addition of this version.
        NoSuchReport: the receipt has no report yet; try again after it was opened.
    """
    handed = rules.read_payload(payload, kind="addition", submission_id=submission_id)
    try:
        with transaction.atomic():
            return earlier(submission_id) or _add(handed, receipt_id, submission_id, received_at)
    except IntegrityError:
        found = earlier(submission_id)
        if found is None:
            raise
        return found


def _add(
    handed: rules.Handed, receipt_id: uuid.UUID, submission_id: uuid.UUID, received_at: datetime
) -> Submitted:
    after = Afterwards("worker", clock.now())
    report = report_of_receipt(receipt_id)
    held = lock_items((place.key for place in handed.places), report)
    report = Report.objects.select_for_update().get(pk=report.pk)
    Intake.objects.create(submission_id=submission_id, kind="addition", report=report, at=received_at)
    was_urgent = bool(report.danger_now) or report.self_report
    asleep = not report.sightings.exclude(item__state=ItemState.CLOSED).exists()
    _change(report, handed)
    said = bool(handed.words or handed.refused_text)
    taken = take_places(report, handed.places, held, after, for_a_person=said)
    _change_items(report, [item for item in held.values() if item.id not in {one.item.id for one in taken}])
    urgent = (bool(report.danger_now) or report.self_report) and not was_urgent
    if asleep:
        _go_on(report, list(held.values()), needed=said or urgent, after=after)
    after.line(
        "report_added_to",
        report,
        items=len(taken),
        known=sum(one.known for one in taken),
        words=bool(handed.words),
        danger_now=report.danger_now,
    )
    after.finish()
    return Submitted(
        report.id,
        tuple(one.item.id for one in taken),
        tuple(one.item.id for one in taken if one.known),
        handed.refused,
    )


def report_of_receipt(receipt_id: uuid.UUID) -> Report:
    """Return the receipt's latest report.

    Raises:
        NoSuchReport: it has none.
    """
    report = Report.objects.filter(receipt_id=receipt_id).order_by("-received_at", "-id").first()
    if report is None:
        raise NoSuchReport(str(receipt_id))
    return report


def append_words(report: Report, *parts: str) -> None:
    """Put further words below those already there (not stored yet)."""
    report.words = "\n\n".join(part for part in (report.words, *parts) if part)[:MOST_WORDS]


def _change(report: Report, handed: rules.Handed) -> None:
    append_words(report, handed.words, handed.refused_text)
    report.refused = [*report.refused, *handed.refused][:200]
    report.forgotten_at = None
    if handed.worry is not None:
        report.worry, report.self_report = handed.worry, handed.self_report
    if handed.country:
        report.country = handed.country
    if handed.danger_now is not None:
        report.danger_now = handed.danger_now
    if handed.wish is not None:
        report.wish = handed.wish
    if handed.email is not None:
        report.email = handed.email
    report.save()


def _change_items(report: Report, items: list[Item]) -> None:
    """Let the report's facts count for the items it had already."""
    for item in items:
        reports = Report.objects.filter(sightings__item=item)
        danger = bool(report.danger_now) or reports.filter(danger_now=True).exists()
        oneself = report.self_report or reports.filter(self_report=True).exists()
        if (danger, oneself) != (item.danger_now, item.self_report):
            item.danger_now, item.self_report = danger, oneself
            save_item(item, changed=False)


def _go_on(report: Report, items: list[Item], *, needed: bool, after: Afterwards) -> None:
    """Open a report again of which every item was closed, when there is anything new in it."""
    # An item that was taken up again with a place of this addition has opened the report already.
    report.refresh_from_db(fields=["state", "closed_at", "told", "told_at"])
    if any(item.state != ItemState.CLOSED for item in items):
        after.reopen(report, rules.LOOKED_AT)
    elif needed:
        wake(items, "addition", after)


def wake(items: list[Item], reason: str, after: Afterwards) -> None:
    """Give one of these closed items (locked) back to a person, so that what was added is read."""
    first = min(items, key=lambda item: (item.rank, item.id))
    take_up_again(first)
    save_item(first)
    after.line("item_reopened", first, reason=reason, state=first.state)
    after.reopen_reports([first], rules.LOOKED_AT)
