"""Take in a reporter's answer to an analyst's question."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from tutela.apps.cases import rules
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import lock_item, save_item
from tutela.apps.cases.actions._places import lock_items
from tutela.apps.cases.actions.add_to_report import append_words, report_of_receipt, wake
from tutela.apps.cases.models import Intake, Question, Report
from tutela.apps.receipts import actions as receipts
from tutela.core.kernel import clock
from tutela.core.terms.states import ItemState


@dataclass(frozen=True, slots=True)
class Answered:
    """The report; the question and its item, unless the answer names none that was asked."""

    report_id: uuid.UUID
    question_id: uuid.UUID | None
    item_id: uuid.UUID | None
    already: bool = False


def answer_question(
    *, payload: dict[str, object], receipt_id: uuid.UUID, submission_id: uuid.UUID, received_at: datetime
) -> Answered:
    """Keep the answer, give the item back to the queue and tell the reporter that it arrived.

    An answer to a question that this receipt was never asked is kept as further words.

    Raises:
        BrokenPayload: it is not an answer of this version.
        NoSuchReport: the receipt has no report yet.
    """
    handed = rules.read_payload(payload, kind="answer", submission_id=submission_id)
    try:
        with transaction.atomic():
            return _earlier(submission_id) or _answer(handed, receipt_id, submission_id, received_at)
    except IntegrityError:
        found = _earlier(submission_id)
        if found is None:
            raise
        return found


def _earlier(submission_id: uuid.UUID) -> Answered | None:
    intake = Intake.objects.filter(pk=submission_id).first()
    return Answered(intake.report_id, None, None, already=True) if intake else None


def _answer(
    handed: rules.Handed, receipt_id: uuid.UUID, submission_id: uuid.UUID, received_at: datetime
) -> Answered:
    after = Afterwards("worker", clock.now())
    question = (
        Question.objects.select_related("report")
        .filter(message_id=str(handed.question), report__receipt_id=receipt_id)
        .first()
    )
    if question is None:
        return _keep_as_words(handed, receipt_id, submission_id, received_at, after)
    item = lock_item(question.item_id)
    question = Question.objects.select_for_update(of=("self",)).select_related("report").get(pk=question.pk)
    Intake.objects.create(submission_id=submission_id, kind="answer", report=question.report, at=received_at)
    question.answer = "\n\n".join(part for part in (question.answer, handed.text) if part)
    question.answered_at = received_at
    question.save()
    if item.state == ItemState.ASKED:
        item.state = item.state_before or ItemState.WAITING.value
        item.state_before = ""
        save_item(item)
    elif item.state == ItemState.HELD and item.state_before == ItemState.ASKED:
        item.state_before = ItemState.WAITING.value if item.settled is None else ItemState.DECIDING.value
        save_item(item)
    after.line("question_answered", item)
    if item.state == ItemState.CLOSED:
        wake([item], "answer", after)
    after.finish()
    _say_it_arrived(question, after)
    return Answered(question.report_id, question.id, item.id)


def _keep_as_words(
    handed: rules.Handed,
    receipt_id: uuid.UUID,
    submission_id: uuid.UUID,
    received_at: datetime,
    after: Afterwards,
) -> Answered:
    report = report_of_receipt(receipt_id)
    items = list(lock_items((), report).values())
    report = Report.objects.select_for_update().get(pk=report.pk)
    Intake.objects.create(submission_id=submission_id, kind="answer", report=report, at=received_at)
    append_words(report, handed.text)
    report.save(update_fields=["words_locked"])
    if handed.text and all(item.state == ItemState.CLOSED for item in items):
        wake(items, "answer", after)
    after.line("report_added_to", report, items=0, known=0, words=True, danger_now=report.danger_now)
    after.finish()
    return Answered(report.id, None, None)


def _say_it_arrived(question: Question, after: Afterwards) -> None:
    payload = {
        "v": 1,
        "kind": "answer_received",
        "question": str(question.message_id),
        "at": clock.to_text(after.now),
    }
    receipts.tell_reporter(
        receipt_id=question.report.receipt_id, kind="answer_received", payload=payload, actor=after.actor
    )
