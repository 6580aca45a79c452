"""Follow the ledger: what providers answered brings looks forward or goes to a person."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.notices import rules
from tutela.apps.notices.models import Answer, Watch
from tutela.core.kernel import clock
from tutela.core.terms.states import AnswerKind

FOLLOWER = "notices_answers"


def follow_answers(*, most: int = 200) -> int:
    """Take up to ``most`` answers since the last time; returns how many were taken.

    Removed and already gone can be checked, so the next look comes forward to now. The others stay on
    the desk's list (``queries.answers_waiting``) until a person has settled them; the watch goes on.
    """
    lines = ledger_queries.lines_after(
        ledger_queries.cursor_of(FOLLOWER), kinds=("notice_answered",), most=most
    )
    taken = 0
    for line in lines:
        with transaction.atomic():
            expected = ledger_queries.cursor_of(FOLLOWER)
            if expected >= line.sequence:
                continue
            if not ledger.advance_cursor(follower=FOLLOWER, expected=expected, sequence=line.sequence):
                break
            _take(uuid.UUID(str(line.facts["answer_id"])))
        taken += 1
    return taken


def _take(answer_id: uuid.UUID) -> None:
    answer = Answer.objects.filter(pk=answer_id).first()
    if answer is None or AnswerKind(answer.kind) not in rules.LOOK_AT_ONCE:
        return
    Watch.objects.filter(item_id__in=answer.item_ids, gone=False).update(
        next_look_at=clock.now(), said_gone=True, state="active"
    )
