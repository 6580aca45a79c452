"""Notices as the desk and the one-time link see them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Q, Subquery

from tutela.apps.notices import rules
from tutela.apps.notices.models import Answer, Delivery, Notice, NoticeItem, NoticeItemState, NoticeState
from tutela.core.kernel import clock


@dataclass(frozen=True, slots=True)
class NoticeItemSeen(rules.ItemToSend):
    """One item with what the letter states about it, and what became of it there."""

    notice_id: uuid.UUID | None
    reference: str
    notice_state: str
    state: str
    reason: str
    answer: str
    answered_at: datetime | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class AnswerSeen:
    """An answer without its words, which are sealed; ``has_text`` says that there are some."""

    id: uuid.UUID
    notice_id: uuid.UUID
    reference: str
    kind: str
    item_ids: tuple[uuid.UUID, ...]
    correction: bool
    has_text: bool
    at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticeSeen:
    """One notice. ``expired``: its one-time link answers no more, and no items are given behind it."""

    id: uuid.UUID
    reference: str
    state: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    expires_at: datetime | None
    expired: bool
    contact_id: uuid.UUID
    items: tuple[NoticeItemSeen, ...]
    answers: tuple[AnswerSeen, ...]


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice in the list of the outbox."""

    id: uuid.UUID
    reference: str
    state: str
    email: str
    provider_name: str
    items: int
    due_at: datetime
    attempts: int
    sent_at: datetime | None
    last_outcome: str
    last_code: int | None
    answers: int


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How the outgoing mail stands; for the desk's header and for the doctor."""

    draft: int
    waiting_contact: int
    ready: int
    sending: int
    sent: int
    failed: int
    withdrawn: int
    items_waiting_host: int
    items_without_contact: int
    items_moved: int
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliverySeen:
    """One try to deliver a notice."""

    at: datetime
    attempt: int
    outcome: str
    smtp_code: int | None
    detail: str


def item_seen(row: NoticeItem) -> NoticeItemSeen:
    notice, hosting = row.notice, row.hosting
    return NoticeItemSeen(
        notice_id=row.notice_id,
        reference=notice.reference if notice else "",
        notice_state=notice.state if notice else "",
        item_id=row.item_id,
        state=row.state,
        reason=row.reason,
        kind=row.kind,
        address=row.address,
        host=row.host,
        ip=(hosting.ip or "") if hosting else "",
        asn=hosting.asn if hosting else None,
        network=hosting.network if hosting else "",
        network_name=hosting.network_name if hosting else "",
        country=hosting.country if hosting else "",
        category=row.category,
        seen_at=row.seen_at,
        assessed_at=row.assessed_at,
        resolved_at=hosting.looked_at if hosting else None,
        answer=row.answer,
        answered_at=row.answered_at,
        sent_at=notice.sent_at if notice else None,
    )


def answer_seen(row: Answer) -> AnswerSeen:
    return AnswerSeen(
        id=row.id,
        notice_id=row.notice_id,
        reference=row.notice.reference,
        kind=row.kind,
        item_ids=tuple(uuid.UUID(text) for text in row.item_ids),
        correction=row.correction,
        has_text=row.text_sealed is not None,
        at=row.at,
        settled_at=row.settled_at,
    )


def _notice_seen(row: Notice, now: datetime, *, hide_expired: bool) -> NoticeSeen:
    expired = row.expires_at is None or row.expires_at <= now or row.state == NoticeState.WITHDRAWN
    hidden = expired and hide_expired
    items = row.items.select_related("notice", "hosting").order_by("created_at", "id")
    if hide_expired:
        items = items.exclude(state__in=[NoticeItemState.MOVED, NoticeItemState.WITHDRAWN])
    answers = row.answers.select_related("notice").order_by("at", "id")
    return NoticeSeen(
        id=row.id,
        reference="" if hidden else row.reference,
        state=row.state,
        created_at=row.created_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        expires_at=row.expires_at,
        expired=expired,
        contact_id=row.contact_id,
        items=() if hidden else tuple(item_seen(item) for item in items),
        answers=() if hidden else tuple(answer_seen(answer) for answer in answers),
    )


def notice_by_token(token: str) -> NoticeSeen | None:
    """Return the notice behind a one-time link; without items when it has expired, ``None`` when unknown."""
    row = Notice.objects.filter(token_digest=rules.token_digest(token)).first()
    return _notice_seen(row, clock.now(), hide_expired=True) if row else None


def notice(notice_id: uuid.UUID) -> NoticeSeen | None:
    """Return one notice for the desk, with items that moved or were withdrawn."""
    row = Notice.objects.filter(pk=notice_id).first()
    return _notice_seen(row, clock.now(), hide_expired=False) if row else None


def items_of_reference(reference: str) -> list[uuid.UUID]:
    """Return the items of the notice that has this name in letters and talk; none without one."""
    rows = NoticeItem.objects.filter(notice__reference=reference).order_by("created_at", "id")
    return list(rows.values_list("item_id", flat=True))


def notices_of(item_id: uuid.UUID) -> list[NoticeItemSeen]:
    """Return every way of one item to a provider, newest first: waiting, sent, moved, withdrawn, answered."""
    rows = NoticeItem.objects.select_related("notice", "hosting").filter(item_id=item_id)
    return [item_seen(row) for row in rows.order_by("-created_at", "-id")]


def deliveries_of(notice_id: uuid.UUID) -> list[DeliverySeen]:
    """Return the tries to deliver a notice, oldest first."""
    rows = Delivery.objects.filter(notice_id=notice_id).order_by("at", "id")
    return [DeliverySeen(row.at, row.attempt, row.outcome, row.smtp_code, row.detail) for row in rows]


def outbox(*, states: tuple[str, ...] = (), most: int = 100) -> list[NoticeLine]:
    """Return notices, newest first, of these states (all when empty)."""
    rows = Notice.objects.select_related("contact__provider").order_by("-created_at", "-id")
    if states:
        rows = rows.filter(state__in=states)
    gone = [NoticeItemState.MOVED, NoticeItemState.WITHDRAWN]
    last = Delivery.objects.filter(notice=OuterRef("pk")).order_by("-at", "-id")
    rows = rows.annotate(
        kept=Count("items", filter=~Q(items__state__in=gone), distinct=True),
        answered=Count("answers", distinct=True),
        last_outcome=Subquery(last.values("outcome")[:1]),
        last_code=Subquery(last.values("smtp_code")[:1]),
    )
    return [
        NoticeLine(
            id=row.id,
            reference=row.reference,
            state=row.state,
            email=row.contact.email,
            provider_name=row.contact.provider.name if row.contact.provider else "",
            items=row.kept,
            due_at=row.due_at,
            attempts=row.attempts,
            sent_at=row.sent_at,
            last_outcome=row.last_outcome or "",
            last_code=row.last_code,
            answers=row.answered,
        )
        for row in rows[:most]
    ]


def items_moved(most: int = 100) -> list[NoticeItemSeen]:
    """Return items that were taken out of a letter because their host had moved, newest first."""
    rows = NoticeItem.objects.select_related("notice", "hosting").filter(state=NoticeItemState.MOVED)
    return [item_seen(row) for row in rows.order_by("-changed_at")[:most]]


def answers_of(notice_id: uuid.UUID) -> list[AnswerSeen]:
    """Return a notice's answers, oldest first."""
    rows = Answer.objects.select_related("notice").filter(notice_id=notice_id).order_by("at", "id")
    return [answer_seen(row) for row in rows]


def answers_waiting(most: int = 100) -> list[AnswerSeen]:
    """Return answers that a person has still to settle, oldest first: not ours, need more, objections."""
    rows = Answer.objects.select_related("notice").filter(
        settled_at__isnull=True, kind__in=[kind.value for kind in rules.FOR_A_PERSON]
    )
    return [answer_seen(row) for row in rows.order_by("at", "id")[:most]]


def outbox_state() -> OutboxState:
    """Return how many notices and items stand where."""
    notices = dict(Notice.objects.values_list("state").annotate(count=Count("id")))
    items = dict(NoticeItem.objects.values_list("state").annotate(count=Count("id")))
    next_due = Notice.objects.filter(state__in=[NoticeState.DRAFT, NoticeState.READY]).aggregate(
        first=Min("due_at")
    )
    return OutboxState(
        **{state.value: notices.get(state.value, 0) for state in NoticeState},
        items_waiting_host=items.get(NoticeItemState.WAITING_HOST, 0),
        items_without_contact=items.get(NoticeItemState.WAITING_CONTACT, 0),
        items_moved=items.get(NoticeItemState.MOVED, 0),
        next_due_at=next_due["first"],
    )
