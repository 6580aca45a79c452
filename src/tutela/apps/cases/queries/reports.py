"""Reports, what was asked about them, and which reporters want a mail."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from tutela.apps.cases.errors import NoSuchReport
from tutela.apps.cases.models import Question, Report
from tutela.core.terms.states import Wish


@dataclass(frozen=True, slots=True)
class ReportSeen:
    """A report without its words: those are read with ``read_words``, which leaves a line."""

    id: uuid.UUID
    received_at: datetime
    language: str
    country: str
    origin: str
    worry: str
    danger_now: bool | None
    self_report: bool
    wish: str
    has_words: bool
    refused: tuple[str, ...]
    state: str
    closed_at: datetime | None
    told: str
    forgotten: bool


@dataclass(frozen=True, slots=True)
class QuestionSeen:
    """A question to a reporter and the answer, unlocked: for people who decide the item."""

    id: uuid.UUID
    report_id: uuid.UUID
    text: str
    asked_by: uuid.UUID
    asked_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class MailWanted:
    """A reporter who chose e-mail and has not been mailed since something new was told with the code."""

    report_id: uuid.UUID
    email: str
    language: str
    told_at: datetime


def report(report_id: uuid.UUID) -> ReportSeen:
    """Return the report.

    Raises:
        NoSuchReport: there is none.
    """
    row = Report.objects.filter(pk=report_id).first()
    if row is None:
        raise NoSuchReport(str(report_id))
    return _seen(row)


def reports_of_item(item_id: uuid.UUID, *, most: int = 100) -> list[ReportSeen]:
    """Return the reports that name the item, newest first."""
    rows = Report.objects.filter(sightings__item_id=item_id).order_by("-received_at", "-id")
    return [_seen(row) for row in rows[:most]]


def countries_of_reporters(item_id: uuid.UUID, *, most: int = 6) -> list[str]:
    """Return where reporters of the item say they are, each country once."""
    rows = Report.objects.filter(sightings__item_id=item_id).exclude(country="")
    return list(rows.order_by("country").values_list("country", flat=True).distinct()[:most])


def questions_of_item(item_id: uuid.UUID) -> list[QuestionSeen]:
    """Return the questions asked about the item, newest first."""
    rows = Question.objects.filter(item_id=item_id).order_by("-asked_at", "-id")
    return [
        QuestionSeen(row.id, row.report_id, row.text, row.asked_by, row.asked_at, row.answer, row.answered_at)
        for row in rows
    ]


def mails_wanted(*, most: int = 50) -> list[MailWanted]:
    """Return reporters to mail, longest waiting first. Only a process with the record key can ask.

    After the mail was accepted call ``mark_mailed(report_id=…, told_at=…)``.
    """
    waiting = Q(mailed_at__isnull=True) | Q(mailed_at__lt=F("told_at"))
    rows = Report.objects.filter(
        waiting, wish=Wish.EMAIL, told_at__isnull=False, email_locked__isnull=False
    ).order_by("told_at", "id")
    return [
        MailWanted(row.id, row.email, row.language, row.told_at)
        for row in rows[:most]
        if row.told_at is not None
    ]


def _seen(row: Report) -> ReportSeen:
    return ReportSeen(
        id=row.id,
        received_at=row.received_at,
        language=row.language,
        country=row.country,
        origin=row.origin,
        worry=row.worry,
        danger_now=row.danger_now,
        self_report=row.self_report,
        wish=row.wish,
        has_words=row.words_locked is not None,
        refused=tuple(row.refused),
        state=row.state,
        closed_at=row.closed_at,
        told=row.told,
        forgotten=row.forgotten_at is not None,
    )
