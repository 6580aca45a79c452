"""A provider answers behind the one-time link. In the providers' process: no case, no desk key."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tutela.apps.ledger import actions as ledger
from tutela.apps.notices import rules
from tutela.apps.notices.errors import (
    LinkExpired,
    LinkUnknown,
    NotAnAnswer,
    TextMissing,
    TextTooLong,
    TooManyAnswers,
)
from tutela.apps.notices.models import Answer, Notice, NoticeItem, NoticeItemState, NoticeState
from tutela.core.envelope import sealing
from tutela.core.kernel import clock, ids, texts
from tutela.core.terms.states import AnswerKind


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was taken."""

    answer_id: uuid.UUID
    correction: bool


def answer_notice(*, token: str, kind: str, item_ids: Collection[uuid.UUID] = (), text: str = "") -> Answered:
    """Take an answer for these items, all of the notice when none are named.

    A later answer to the same items is a correction: both stay, the later one counts.

    Raises:
        LinkUnknown, LinkExpired, NotAnAnswer, TextMissing, TextTooLong, TooManyAnswers
    """
    answer_kind, words = _read(kind, text)
    now = clock.now()
    with transaction.atomic():
        notice = Notice.objects.filter(token_digest=rules.token_digest(token)).first()
        if notice is None:
            raise LinkUnknown
        if notice.expires_at is None or notice.expires_at <= now or notice.state == NoticeState.WITHDRAWN:
            raise LinkExpired
        if notice.answers.count() >= rules.MOST_ANSWERS:
            raise TooManyAnswers
        taken = keep_answer(notice, answer_kind, _items(notice, item_ids), words, now)
        write_answered(taken, actor="provider")
    return Answered(taken.answer_id, taken.correction)


@dataclass(frozen=True, slots=True)
class AnswerTaken:
    """An answer that was kept and is not in the ledger yet."""

    answer_id: uuid.UUID
    notice_id: uuid.UUID
    kind: AnswerKind
    items: int
    correction: bool


def keep_answer(
    notice: Notice, kind: AnswerKind, rows: list[NoticeItem], words: str, now: datetime
) -> AnswerTaken:
    """Keep an answer to these items, however it came; its words are sealed to the desk."""
    answer_id = ids.new_id()
    correction = any(row.answer for row in rows)
    Answer.objects.create(
        id=answer_id,
        notice=notice,
        kind=kind.value,
        item_ids=[str(row.item_id) for row in rows],
        text_sealed=_sealed(words, answer_id),
        correction=correction,
        at=now,
    )
    _mark(rows, kind, now)
    return AnswerTaken(answer_id, notice.id, kind, len(rows), correction)


def write_answered(taken: AnswerTaken, *, actor: str) -> None:
    """Write the line that ``follow_answers`` follows; to be called last in the transaction."""
    ledger.write_line(
        "notice_answered",
        actor=actor,
        about=("notice", taken.notice_id),
        facts={
            "answer": taken.kind.value,
            "answer_id": str(taken.answer_id),
            "items": taken.items,
            "correction": taken.correction,
        },
    )


def _read(kind: str, text: str) -> tuple[AnswerKind, str]:
    try:
        answer_kind = AnswerKind(kind)
    except ValueError:
        raise NotAnAnswer from None
    words = texts.typed(text).strip()
    if len(words) > rules.TEXT_AT_MOST:
        raise TextTooLong
    if not words and answer_kind in rules.NEEDS_TEXT:
        raise TextMissing
    return answer_kind, words


def _items(notice: Notice, item_ids: Collection[uuid.UUID]) -> list[NoticeItem]:
    out = [NoticeItemState.MOVED, NoticeItemState.WITHDRAWN]
    rows = [row for row in notice.items.all() if row.state not in out]
    wanted = set(item_ids)
    if not wanted <= {row.item_id for row in rows}:
        raise NotAnAnswer
    rows = [row for row in rows if row.item_id in wanted] if wanted else rows
    if not rows:
        raise NotAnAnswer
    return rows


def _sealed(words: str, answer_id: uuid.UUID) -> bytes | None:
    if not words:
        return None
    return sealing.seal(words.encode("utf-8"), to=settings.TUTELA_DESK_PUBLIC_KEY, info=words_info(answer_id))


def words_info(answer_id: uuid.UUID) -> bytes:
    """Return what binds sealed words to their answer."""
    return b"tutela notice answer 1 " + answer_id.bytes


def _mark(rows: list[NoticeItem], kind: AnswerKind, now: datetime) -> None:
    """Note the answer on each item.

    While the letter counts as being sent (the worker died after the server took it), the state is left
    to the worker.
    """
    answered = NoticeItem.objects.filter(pk__in=[row.pk for row in rows])
    answered.update(answer=kind.value, answered_at=now)
    answered.filter(state=NoticeItemState.SENT).update(state=NoticeItemState.ANSWERED)
