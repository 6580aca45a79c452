"""A provider answers what police asked it to preserve. The exchange calls this, once a message."""

from __future__ import annotations

from tutela.apps.exchange.actions.handlers import HeardMessage
from tutela.apps.exchange.errors import HandlerFailed
from tutela.apps.ledger import actions as ledger
from tutela.apps.requests.actions._rows import keep_answers
from tutela.apps.requests.models import Request
from tutela.core.protocol.contents.asking import Answer


def hear_answer(heard: HeardMessage) -> None:
    """Keep the answers at the request's items.

    Raises:
        HandlerFailed: nothing was asked in this conversation.
    """
    said = Answer.from_json(heard.content)
    rows = Request.objects.select_for_update()
    row = rows.filter(conversation_id=heard.conversation_id, ours=True).first()
    if row is None:
        raise HandlerFailed("no_request")
    answers = {one.ref: one.answer.value for one in said.items}
    count = keep_answers(row, answers, by=heard.actor, at=heard.now, until=said.until)
    ledger.write_line(
        "request_answered", actor=heard.actor, about=("request", row.id), facts={"items": count}, at=heard.now
    )
