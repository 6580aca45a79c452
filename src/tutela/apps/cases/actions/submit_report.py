"""Turn an opened submission into a report and its items."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from tutela.apps.cases import rules
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._places import Taken, lock_items, take_places
from tutela.apps.cases.models import Intake, Report
from tutela.core.kernel import clock, ids
from tutela.core.terms.states import ItemState, Wish

ANSWER_LATER = timedelta(hours=24)
"""When a report is answered whose items were all settled before: at once would tell that they were known."""

ANSWER_AT_LAST = timedelta(days=7)
"""When it is answered at the latest while the worker looks again."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The report, its items in the order of their keys, and those that were here before."""

    report_id: uuid.UUID
    item_ids: tuple[uuid.UUID, ...]
    known: tuple[uuid.UUID, ...]
    refused: tuple[str, ...]
    already: bool = False


def submit_report(
    *, payload: dict[str, object], receipt_id: uuid.UUID, submission_id: uuid.UUID, received_at: datetime
) -> Submitted:
    """Open a report. Handed over twice, the same submission makes one report.

    Raises:
        BrokenPayload: it is not a report of this version; nothing was changed.
    """
    handed = rules.read_payload(payload, kind="report", submission_id=submission_id)
    try:
        with transaction.atomic():
            return earlier(submission_id) or open_report(handed, receipt_id, submission_id, received_at)
    except IntegrityError:
        found = earlier(submission_id)
        if found is None:
            raise
        return found


def earlier(submission_id: uuid.UUID) -> Submitted | None:
    """Return what this submission became before, if it did."""
    intake = Intake.objects.select_related("report").filter(pk=submission_id).first()
    if intake is None:
        return None
    items = tuple(intake.report.sightings.order_by("item__key").values_list("item_id", flat=True))
    return Submitted(intake.report_id, items, (), tuple(intake.report.refused), already=True)


def open_report(
    handed: rules.Handed,
    receipt_id: uuid.UUID,
    submission_id: uuid.UUID,
    received_at: datetime,
    *,
    actor: str = "worker",
    origin: str = "",
    partner: str = "",
) -> Submitted:
    """Open the report that was handed in, in the caller's transaction.

    Args:
        origin: a code for where it was taken over from, empty for what a reporter handed in here.
        partner: the name of the node that handed it over, if one did.
    """
    now = clock.now()
    after = Afterwards(actor, now)
    report = _new_report(handed, receipt_id, submission_id, received_at)
    report.origin = partner
    held = lock_items(place.key for place in handed.places)
    report.save(force_insert=True)
    Intake.objects.create(submission_id=submission_id, kind="report", report=report, at=now)
    # What another system says of a row is no reason to put before a person what the desk knows.
    said = not origin and bool(handed.words or handed.refused_text)
    taken = take_places(report, handed.places, held, after, for_a_person=said)
    answer_later(report, taken, now)
    after.line(
        "report_opened",
        report,
        items=len(taken),
        known=sum(one.known for one in taken),
        refused=len(handed.refused),
        worry=report.worry,
        danger_now=report.danger_now,
        self_report=report.self_report,
        language=report.language,
        **({"origin": origin} if origin else {}),
    )
    after.tell(report, rules.RECEIVED)
    after.finish()
    return Submitted(
        report.id,
        tuple(one.item.id for one in taken),
        tuple(one.item.id for one in taken if one.known),
        handed.refused,
    )


def _new_report(
    handed: rules.Handed, receipt_id: uuid.UUID, submission_id: uuid.UUID, received_at: datetime
) -> Report:
    report = Report(
        id=ids.new_id(),
        receipt_id=receipt_id,
        submission_id=submission_id,
        received_at=received_at,
        language=handed.language,
        country=handed.country,
        worry=handed.worry or "",
        danger_now=handed.danger_now,
        self_report=handed.self_report,
        wish=handed.wish or Wish.CODE.value,
        refused=list(handed.refused)[:200],
    )
    report.words = "\n\n".join(part for part in (handed.words, handed.refused_text) if part)
    report.email = handed.email or ""
    return report


def answer_later(report: Report, taken: list[Taken], now: datetime) -> None:
    """Set when to answer a report that needs nobody's work."""
    if not taken or any(one.item.state != ItemState.CLOSED for one in taken):
        return
    looks = any(one.effect is rules.Effect.LOOK_AGAIN for one in taken)
    report.answer_at = now + (ANSWER_AT_LAST if looks else ANSWER_LATER)
    report.save(update_fields=["answer_at"])
