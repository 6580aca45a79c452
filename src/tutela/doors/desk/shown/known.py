"""What is known already, who reported it, what was found and decided."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tutela.apps.accounts import queries as account_queries
from tutela.apps.cases import queries as case_queries
from tutela.core.kernel import clock
from tutela.core.record import addresses
from tutela.core.terms import assessment
from tutela.core.terms.states import ReportState
from tutela.doors.desk import labels
from tutela.doors.desk.shown.words import Chip, cold


@dataclass(frozen=True, slots=True)
class Known:
    """Another item that says something about this one."""

    id: uuid.UUID
    why: str
    tone: str
    place: str
    state: str
    outcome: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """One report that names the item; ``words`` is ``None`` until somebody asked for them."""

    id: uuid.UUID
    seen_at: datetime
    spelled: str
    facts: tuple[Chip, ...]
    has_words: bool
    words: str | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What one person found, for the columns of a comparison."""

    by: str
    at: datetime
    codes: assessment.Assessed


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a comparison."""

    by: str
    label: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One question with everybody's answer."""

    label: str
    cells: tuple[Cell, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; ``may_undo`` by the person who looks at it."""

    label: str
    reason: str
    by: str
    at: datetime
    undone_at: datetime | None
    undo_until: datetime | None
    may_undo: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a reporter and what came back."""

    by: str
    text: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


def known(item_id: uuid.UUID) -> list[Known]:
    """Return what was here before: same address, account, fingerprint, host, domain."""
    return [
        Known(
            id=one.item_id,
            why=str(labels.RELATIONS.get(one.relation, one.relation)),
            tone="warn" if one.relation in ("same_address", "same_account", "same_fingerprint") else "plain",
            place=addresses.defang(one.canonical or one.host),
            state=one.state,
            outcome=labels.term("close_reason", one.outcome) if one.outcome else "",
            received_at=one.received_at,
        )
        for one in case_queries.known_before(item_id)
    ]


def reports(seen: case_queries.ItemSeen, words: Mapping[uuid.UUID, str]) -> list[Report]:
    """Return the reports of an item; ``words`` of those that were read on this page."""
    spelled = {one.report_id: one for one in case_queries.sightings(seen.id)}
    found = []
    for report in case_queries.reports_of_item(seen.id):
        sighting = spelled.get(report.id)
        original = sighting.original if sighting else ""
        found.append(
            Report(
                id=report.id,
                seen_at=sighting.seen_at if sighting else report.received_at,
                spelled=addresses.defang(original) if original != seen.canonical else "",
                facts=_facts(report),
                has_words=report.has_words,
                words=words.get(report.id),
            )
        )
    return found


def _facts(report: case_queries.ReportSeen) -> tuple[Chip, ...]:
    found = []
    if report.danger_now:
        found.append(Chip(str(labels.REASONS["danger_now"][0]), "bad"))
    if report.worry:
        found.append(Chip(labels.term("worry", report.worry)))
    if report.state == ReportState.CLOSED:
        found.append(Chip(_("Report closed"), "good"))
    if report.language:
        found.append(Chip(_("written in %(language)s") % {"language": report.language}))
    if report.refused:
        found.append(Chip(_("part of it could not be read"), "warn"))
    return tuple(found)


def assessments(seen: Sequence[case_queries.AssessmentSeen]) -> list[Assessment]:
    """Return those whose codes the person may see."""
    names = account_queries.names_of(one.by for one in seen)
    return [Assessment(names.get(one.by, ""), one.at, one.codes) for one in seen if one.codes is not None]


def compared(found: Sequence[Assessment]) -> list[Compared]:
    """Return the questions with everybody's answers side by side."""
    lines = []
    for name, group in assessment.GROUPS.items():
        values = [one.codes.as_codes()[name] for one in found]
        cells = tuple(
            Cell(one.by, labels.term(group, value)) for one, value in zip(found, values, strict=True)
        )
        lines.append(Compared(labels.term("field", name), cells, len(set(values)) > 1))
    return lines


def decisions(item_id: uuid.UUID, *, viewer: uuid.UUID) -> list[Decision]:
    """Return the decisions, newest first; the newest can be taken back, by who made it, for ten minutes."""
    seen = case_queries.decisions(item_id)
    names = account_queries.names_of(one.by for one in seen)
    now = clock.now()
    newest = next((one.id for one in seen if one.undone_at is None), None)
    return [
        Decision(
            label=labels.term("decision", one.kind),
            reason=labels.term("close_reason", one.reason) if one.reason else "",
            by=names.get(one.by, ""),
            at=one.at,
            undone_at=one.undone_at,
            undo_until=one.undo_until,
            may_undo=one.id == newest
            and one.by == viewer
            and one.undo_until is not None
            and now < one.undo_until,
        )
        for one in seen
    ]


def questions(item_id: uuid.UUID) -> list[Question]:
    """Return what the reporters were asked and what they answered."""
    seen = case_queries.questions_of_item(item_id)
    names = account_queries.names_of(one.asked_by for one in seen)
    return [
        Question(names.get(one.asked_by, ""), cold(one.text), one.asked_at, cold(one.answer), one.answered_at)
        for one in seen
    ]
