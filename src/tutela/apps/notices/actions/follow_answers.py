"""Follow the ledger: what providers answered brings looks forward or goes to a person."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.cases import actions as cases
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.notices import rules
from tutela.apps.notices.models import Answer, NoticeItem, Watch
from tutela.core.kernel import clock
from tutela.core.kernel.errors import Refusal
from tutela.core.terms.states import AnswerKind

FOLLOWER = "notices_answers"


def follow_answers(*, most: int = 200) -> int:
    """Take up to ``most`` answers since the last time; returns how many were taken.

    Removed and already gone can be checked, so the next look comes forward to now. What is not the
    provider's goes back to a person, who finds the right one. The rest stays on the desk's list
    (``queries.answers_waiting``) until a person has settled it; the watch goes on.
    """
    lines = ledger_queries.lines_after(
        ledger_queries.cursor_of(FOLLOWER), kinds=("notice_answered",), most=most
    )
    taken = 0
    for line in lines:
        answer = Answer.objects.filter(pk=uuid.UUID(str(line.facts["answer_id"]))).first()
        if answer is not None and answer.kind == AnswerKind.NOT_OURS:
            _to_a_person(answer)
        with transaction.atomic():
            expected = ledger_queries.cursor_of(FOLLOWER)
            if expected >= line.sequence:
                continue
            if not ledger.advance_cursor(follower=FOLLOWER, expected=expected, sequence=line.sequence):
                break
            if answer is not None and AnswerKind(answer.kind) in rules.LOOK_AT_ONCE:
                _look_at_once(answer)
        taken += 1
    return taken


def _look_at_once(answer: Answer) -> None:
    Watch.objects.filter(item_id__in=answer.item_ids, gone=False).update(
        next_look_at=clock.now(), said_gone=True, state="active"
    )


def _to_a_person(answer: Answer) -> None:
    """Open the cases again, each in its own transaction; one that is open already stays as it is."""
    denied = NoticeItem.objects.filter(
        notice_id=answer.notice_id, item_id__in=answer.item_ids, answer=AnswerKind.NOT_OURS.value
    )
    for item_id in denied.values_list("item_id", flat=True):
        try:
            cases.reopen_item(item_id=item_id, reason="not_ours", actor="worker")
        except Refusal:
            continue
