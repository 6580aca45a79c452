"""Notices, looks and answers as the pages show them; the one-time link of a letter stays the provider's."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tutela.apps.notices import queries as notice_queries
from tutela.core.kernel import clock
from tutela.doors.desk import labels
from tutela.doors.desk.shown.words import Chip, place_of


@dataclass(frozen=True, slots=True)
class OfItem:
    """One way of an item to a provider."""

    id: uuid.UUID | None
    reference: str
    state: Chip
    reason: str
    answer: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Look:
    """One look at an item."""

    at: datetime
    chip: Chip
    detail: str
    status: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One letter in the list."""

    id: uuid.UUID
    reference: str
    state: Chip
    email: str
    items: int
    answers: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a provider; ``text`` is ``None`` until somebody asked for it."""

    id: uuid.UUID
    notice_id: uuid.UUID
    reference: str
    chip: Chip
    items: int
    correction: bool
    has_text: bool
    text: str | None
    at: datetime
    settled_at: datetime | None
    may_settle: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """An item in a list about notices, with why it stands there."""

    id: uuid.UUID
    place: str
    chip: Chip
    answer: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Try:
    """One try to deliver."""

    at: datetime
    chip: Chip
    smtp_code: int | None
    detail: str


def of_item(item_id: uuid.UUID) -> list[OfItem]:
    """Return every way of an item to a provider, newest first."""
    return [
        OfItem(
            id=one.notice_id,
            reference=one.reference,
            state=_chip(labels.NOTICE_ITEM_STATES, one.state),
            reason=str(labels.LOOKUP_ERRORS.get(one.reason, "")),
            answer=labels.term("answer_kind", one.answer) if one.answer else "",
            at=one.sent_at,
        )
        for one in notice_queries.notices_of(item_id)
    ]


def checks_of(item_id: uuid.UUID) -> list[Look]:
    """Return the looks at an item, newest first."""
    return [
        Look(
            at=one.at,
            chip=Chip(labels.term("check_outcome", one.outcome), labels.LOOK_TONES.get(one.outcome, "plain")),
            detail=str(labels.LOOK_DETAILS.get(one.detail, "")),
            status=one.status,
        )
        for one in notice_queries.checks_of(item_id)
    ]


def is_watched(item_id: uuid.UUID) -> bool:
    """Return whether a provider was told, so that a look can be recorded."""
    return notice_queries.watch_of(item_id) is not None


def needs_contact(item_id: uuid.UUID) -> bool:
    """Return whether an item waits because nobody knows where to write."""
    return any(one.state in ("waiting_host", "waiting_contact") for one in notice_queries.notices_of(item_id))


def lines(states: tuple[str, ...], most: int) -> list[Line]:
    """Return letters, newest first."""
    return [
        Line(
            id=one.id,
            reference=one.reference,
            state=_chip(labels.NOTICE_STATES, one.state),
            email=one.email,
            items=one.items,
            answers=one.answers,
            at=one.sent_at or one.due_at,
        )
        for one in notice_queries.outbox(states=states, most=most)
    ]


def answer(one: notice_queries.AnswerSeen, texts: Mapping[uuid.UUID, str]) -> Answer:
    """Return an answer; ``texts`` of those that were read on this page."""
    return Answer(
        id=one.id,
        notice_id=one.notice_id,
        reference=one.reference,
        chip=Chip(labels.term("answer_kind", one.kind), labels.ANSWER_TONES.get(one.kind, "plain")),
        items=len(one.item_ids),
        correction=one.correction,
        has_text=one.has_text,
        text=texts.get(one.id),
        at=one.at,
        settled_at=one.settled_at,
        may_settle=one.settled_at is None and one.kind in ("not_ours", "need_more", "objection"),
    )


def items_of(seen: notice_queries.NoticeSeen) -> list[Placed]:
    """Return the items of a letter with what became of each."""
    return [placed(one) for one in seen.items]


def placed(one: notice_queries.NoticeItemSeen) -> Placed:
    """Return an item of a letter."""
    return Placed(
        id=one.item_id,
        place=place_of(kind=one.kind, canonical=one.address, account=one.address),
        chip=_chip(labels.NOTICE_ITEM_STATES, one.state),
        answer=labels.term("answer_kind", one.answer) if one.answer else "",
        reason=str(labels.LOOKUP_ERRORS.get(one.reason, "")),
    )


def stuck() -> list[Placed]:
    """Return the items that wait for a host or a contact."""
    found = []
    for one in notice_queries.items_without_contact():
        chip = Chip(str(labels.LOOKUP_ERRORS.get(one.reason, one.reason)), "warn")
        found.append(Placed(one.item_id, place_of(kind="address", canonical=one.host), chip))
    return found


def moved() -> list[Placed]:
    """Return the items that were taken out because their host is elsewhere now."""
    return [placed(one) for one in notice_queries.items_moved()]


def to_look_at() -> list[Placed]:
    """Return what a person should look at, because the worker may not or could not tell."""
    found = []
    for one in notice_queries.manual_checks_due(clock.now()):
        word = labels.term("check_outcome", "unclear" if one.unclear else "not_looked")
        chip = Chip(word, "warn" if one.unclear else "plain")
        found.append(Placed(one.item_id, place_of(kind="address", canonical=one.address), chip))
    return found


def tries_of(notice_id: uuid.UUID) -> list[Try]:
    """Return the tries to deliver a letter, oldest first."""
    return [
        Try(one.at, _chip(labels.DELIVERIES, one.outcome), one.smtp_code, one.detail)
        for one in notice_queries.deliveries_of(notice_id)
    ]


def state_chip(state: str) -> Chip:
    """Return the state of a letter."""
    return _chip(labels.NOTICE_STATES, state)


def _chip(table: Mapping[str, tuple[object, str]], code: str) -> Chip:
    label, tone = table.get(code, (code, "plain"))
    return Chip(str(label), tone)
