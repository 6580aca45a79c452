"""One conversation with a partner: read, answered, printed."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries as exchange_queries
from tutela.core.kernel import texts
from tutela.core.kernel.errors import NotFound, NotPermitted, Refusal
from tutela.doors.desk import access, partner_labels, refusals
from tutela.doors.desk.shown import partners as shown_partners
from tutela.doors.desk.shown import talks
from tutela.doors.desk.views import acting

MOST_WORDS = 8000


@access.allowed("talk_to_partners")
@require_GET
def conversation(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponseBase:
    """Show what was said, oldest first. Whoever opens it has read what the partner wrote to people."""
    by, seen = access.actor(request), exchange_queries.conversation(conversation_id)
    for one in seen.messages:
        if not one.ours and one.state == "opened" and one.step == "accepted" and one.kind != "handover":
            exchange.record_person_opened(by=by, message_id=one.id)
    return _page(request, exchange_queries.conversation(conversation_id), "")


def _page(
    request: HttpRequest,
    seen: exchange_queries.ConversationSeen,
    text: str,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponseBase:
    partner = exchange_queries.partner(seen.row.partner)
    overlap = exchange_queries.overlap_of(seen.row.id)
    context: dict[str, Any] = {
        "talk": talks.line(seen.row),
        "mark_means": partner_labels.MARKS.get(seen.row.mark, ""),
        "partner": shown_partners.one(partner.id),
        "messages_said": talks.messages(seen),
        "emptied": seen.row.emptied,
        "items": [talks.standing(one) for one in exchange_queries.handed_in(seen.row.id)],
        "overlap": shown_partners.compared(overlap[0]) if overlap else None,
        "overlap_items": [talks.own_line(one) for one in overlap[1]] if overlap else [],
        "sayable": seen.sayable,
        "text": text,
        "problem": problem,
    }
    return render(request, "desk/conversation.html", context, status=status)


@access.allowed("talk_to_partners")
@require_POST
def say(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponseBase:
    """Answer what the partner asked, or ask something."""
    by, seen = access.actor(request), exchange_queries.conversation(conversation_id)
    text = texts.typed(request.POST.get("text", "")).strip()
    kind = request.POST.get("kind", "")
    if not 0 < len(text) <= MOST_WORDS:
        problem = _("Write the words first, in up to 8000 characters.")
        return _page(request, seen, text, problem=problem, status=422)
    try:
        exchange.say(
            partner=seen.row.partner, kind=kind if kind in ("reply", "question") else "", actor=by.label,
            content={"text": text}, conversation=conversation_id,
        )  # fmt: skip
    except (NotFound, NotPermitted):
        raise
    except Refusal as refusal:
        return _page(request, seen, text, problem=refusals.sentence(refusal), status=422)
    if kind == "reply":
        _answered(by, seen)
    messages.success(request, _("It is on its way to the partner."))
    return acting.to("desk:conversation", conversation_id)


def _answered(by: Any, seen: exchange_queries.ConversationSeen) -> None:
    """Who replies has done what the questions before asked for."""
    for one in seen.messages:
        if not one.ours and one.kind == "question" and one.state == "opened":
            exchange.record_acted(by=by, message_id=one.id)


@access.allowed("talk_to_partners")
@require_POST
def finish(request: HttpRequest, message_id: uuid.UUID) -> HttpResponseBase:
    """Tell the partner that what a message asks for was done, or that nothing is to be done."""
    row, _message = exchange_queries.message(message_id, contents=False)
    with acting.told(request, _("Noted; the partner is told.")):
        exchange.record_acted(by=access.actor(request), message_id=message_id)
    return acting.to("desk:conversation", row.id) if row else acting.to("desk:partners")
