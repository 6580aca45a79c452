"""A provider's node answers a notice: the same as an answer behind the one-time link, and no more.

The exchange calls this, once a message; what follows from the answer is ``follow_answers``'s, as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tutela.apps.exchange.actions.handlers import HeardMessage
from tutela.apps.exchange.errors import HandlerFailed
from tutela.apps.notices import rules
from tutela.apps.notices.actions.answer_notice import AnswerTaken, keep_answer, write_answered
from tutela.apps.notices.models import Notice, NoticeItem, NoticeItemState
from tutela.core.protocol.contents.asking import Answer
from tutela.core.terms.exchange import ProviderAnswer
from tutela.core.terms.states import AnswerKind

KINDS: Mapping[ProviderAnswer, AnswerKind] = MappingProxyType(
    {
        ProviderAnswer.REMOVED: AnswerKind.REMOVED,
        ProviderAnswer.ALREADY_GONE: AnswerKind.ALREADY_GONE,
        ProviderAnswer.NOT_OURS: AnswerKind.NOT_OURS,
        ProviderAnswer.NEED_MORE: AnswerKind.NEED_MORE,
        ProviderAnswer.OBJECTION: AnswerKind.OBJECTION,
        ProviderAnswer.REFUSED: AnswerKind.OBJECTION,
    }
)
"""What an answer means for a notice. That something was preserved, or is not held, stands in the conversation
and says nothing about whether it is gone."""


def hear_answer(heard: HeardMessage) -> None:
    """Keep the answer at the notice, one for each kind of answer in it.

    Raises:
        HandlerFailed: no notice was said in this conversation, or it was answered too often.
    """
    said = Answer.from_json(heard.content)
    notice = Notice.objects.filter(conversation_id=heard.conversation_id).first()
    if notice is None:
        raise HandlerFailed("no_notice")
    if notice.answers.count() >= rules.MOST_ANSWERS:
        raise HandlerFailed("too_many_answers")
    rows = {row.item_id: row for row in notice.items.exclude(state__in=_OUT)}
    by_kind: dict[AnswerKind, list[NoticeItem]] = {}
    for one in said.items:
        if one.answer in KINDS and one.ref in rows:
            by_kind.setdefault(KINDS[one.answer], []).append(rows[one.ref])
    # All is kept before the first line is written: a line locks the ledger's head.
    taken: list[AnswerTaken] = [
        keep_answer(notice, kind, found, said.note[: rules.TEXT_AT_MOST], heard.now)
        for kind, found in by_kind.items()
    ]
    for kept in taken:
        write_answered(kept, actor=heard.actor)


_OUT = [NoticeItemState.MOVED, NoticeItemState.WITHDRAWN]
