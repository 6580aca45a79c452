"""A provider answers: per item or all at once; the answer goes back in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries as exchange_queries
from tutela.apps.ledger import actions as ledger
from tutela.apps.requests import rules
from tutela.apps.requests.actions._rows import keep_answers, lock_request
from tutela.apps.requests.errors import NotAnAnswer, NoteMissing, TooLong
from tutela.apps.requests.models import Request
from tutela.core.kernel import clock
from tutela.core.protocol.contents.asking import Preservation
from tutela.core.protocol.contents.handing import MOST_NOTE
from tutela.core.terms.exchange import ProviderAnswer


@dataclass(frozen=True, slots=True)
class Answered:
    """The message that carries the answer, and whether every item has one now."""

    message_id: uuid.UUID
    complete: bool


def answer_request(
    *, by: Actor, request_id: uuid.UUID, answers: Mapping[uuid.UUID, str], note: str = ""
) -> Answered:
    """Answer the named items. A later answer replaces an earlier one; the conversation keeps both.

    Raises:
        NotAnAnswer, NoteMissing, TooLong: it cannot be said so.
        RequestUnknown, NotPermitted, PartnerNotActive, NotToBeSaid.
    """
    require(by, "answer_requests")
    words, now = note.strip(), clock.now()
    with transaction.atomic():
        row = lock_request(request_id)
        _check(row, answers, words)
        until = _until(row) if ProviderAnswer.PRESERVED.value in answers.values() else None
        said = exchange.say(
            partner=row.partner, kind="answer", content=_content(answers, words, until, now),
            conversation=row.conversation_id, actor=by.label, now=now,
        )  # fmt: skip
        keep_answers(row, answers, by=by.label, at=now, until=until)
        if row.answered:
            exchange.record_acted(by=by, message_id=row.message_id, now=now)
        ledger.write_line(
            "request_answered", actor=by.label, about=("request", row.id),
            facts={"items": len(answers), "complete": row.answered}, at=now,
        )  # fmt: skip
    return Answered(said.message_id, row.answered)


def _check(row: Request, answers: Mapping[uuid.UUID, str], words: str) -> None:
    offered = {one.value for one in rules.answers_to(row.kind, asks=tuple(row.asks))}
    if row.ours or not answers or not set(answers.values()) <= offered:
        raise NotAnAnswer
    if row.items.filter(ref__in=list(answers)).count() != len(answers):
        raise NotAnAnswer
    if not words and any(ProviderAnswer(one) in rules.NEEDS_NOTE for one in answers.values()):
        raise NoteMissing
    if len(words) > MOST_NOTE:
        raise TooLong


def _until(row: Request) -> datetime | None:
    """Return until when was asked: what is preserved is preserved for as long as that."""
    if row.kind != rules.PRESERVATION:
        return None
    _, message = exchange_queries.message(row.message_id)
    return Preservation.from_json(message.content).until if message.content else row.due_at


def _content(
    answers: Mapping[uuid.UUID, str], words: str, until: datetime | None, now: datetime
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "items": [{"ref": str(ref), "answer": answer} for ref, answer in sorted(answers.items())],
        "at": clock.to_text(now),
    }
    said |= {"until": clock.to_text(until)} if until else {}
    return said | ({"note": words} if words else {})
