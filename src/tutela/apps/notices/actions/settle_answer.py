"""A person reads a provider's words and takes care of an answer."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.ledger import actions as ledger
from tutela.apps.notices.actions.answer_notice import words_info
from tutela.apps.notices.errors import AnswerUnknown
from tutela.apps.notices.models import Answer
from tutela.core.envelope import sealing
from tutela.core.kernel import clock


def read_answer(*, by: Actor, answer_id: uuid.UUID) -> str:
    """Return the words of an answer, opened with the desk's key; empty when there are none.

    Raises:
        NotPermitted, AnswerUnknown
        SealBroken: the words were changed.
    """
    require(by, "see_queue")
    with transaction.atomic():
        row = Answer.objects.filter(pk=answer_id).first()
        if row is None:
            raise AnswerUnknown
        if row.text_sealed is None:
            return ""
        words = sealing.open_sealed(
            bytes(row.text_sealed), private=settings.TUTELA_DESK_PRIVATE_KEY, info=words_info(row.id)
        )
        ledger.write_line("answer_read", actor=by.label, about=("notice", row.notice_id), facts={})
    return words.decode()


def settle_answer(*, by: Actor, answer_id: uuid.UUID) -> None:
    """Take an answer off the desk's list; doing it twice changes nothing.

    Raises:
        NotPermitted, AnswerUnknown
    """
    require(by, "decide")
    with transaction.atomic():
        row = Answer.objects.select_for_update().filter(pk=answer_id).first()
        if row is None:
            raise AnswerUnknown
        if row.settled_at is not None:
            return
        row.settled_by, row.settled_at = by.id, clock.now()
        row.save(update_fields=["settled_by", "settled_at"])
        ledger.write_line(
            "answer_settled", actor=by.label, about=("notice", row.notice_id), facts={"answer": row.kind}
        )
