"""Notices: what is being collected, waits, left, failed; the letter; answers; what needs a person."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tutela.apps.accounts import rules as accounts
from tutela.apps.notices import actions as notice_actions
from tutela.apps.notices import queries as notice_queries
from tutela.core.kernel.errors import NotFound
from tutela.doors.desk import access, labels
from tutela.doors.desk.shown import hosting, letters
from tutela.doors.desk.shown import notices as shown
from tutela.doors.desk.views import acting

LETTERS = 100


@dataclass(frozen=True, slots=True)
class Count:
    """How many letters stand in a state."""

    code: str
    label: str
    number: int


@access.allowed("see_queue")
@require_GET
def notices(request: HttpRequest) -> HttpResponseBase:
    """Show how the outgoing mail stands and what in it needs a person."""
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in labels.NOTICE_STATES else ""
    state = notice_queries.outbox_state()
    context = {
        "counts": [
            Count(code, str(words), getattr(state, code))
            for code, (words, _tone) in labels.NOTICE_STATES.items()
        ],
        "chosen": chosen,
        "answers": [shown.answer(one, {}) for one in notice_queries.answers_waiting()],
        "stuck": shown.stuck(),
        "to_look_at": shown.to_look_at(),
        "moved": shown.moved(),
        "notices": shown.lines((chosen,) if chosen else (), LETTERS),
    }
    return render(request, "desk/notices.html", context)


@access.allowed("see_queue")
@require_GET
def notice(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponseBase:
    """Show one letter with its items, tries and answers."""
    return _page(request, notice_id, {})


def _page(request: HttpRequest, notice_id: uuid.UUID, texts: Mapping[uuid.UUID, str]) -> HttpResponseBase:
    by, seen = access.actor(request), notice_queries.notice(notice_id)
    if seen is None:
        raise NotFound
    contact = notice_queries.contact(seen.contact_id)
    decides = accounts.may(by.role, "decide")
    context = {
        "notice": seen,
        "state": shown.state_chip(seen.state),
        "contact": hosting.contact(contact) if contact else None,
        "items": shown.items_of(seen),
        "answers": [shown.answer(one, texts) for one in seen.answers],
        "tries": shown.tries_of(notice_id),
        "letter": letters.of_notice(seen),
        "may_retry": seen.state == "failed" and decides,
        "may_say_bounced": seen.state == "sent" and decides,
        "may_settle": decides,
    }
    return render(request, "desk/notice.html", context)


@access.allowed("decide")
@require_POST
def retry(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponseBase:
    """Send the items of a failed letter on a new way."""
    with acting.told(request, _("The items are on their way again, in a new letter.")):
        notice_actions.send_again(by=access.actor(request), notice_id=notice_id)
    return acting.to("desk:notice", notice_id)


@access.allowed("decide")
@require_POST
def bounced(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponseBase:
    """Say that a letter came back after it had left."""
    with acting.told(request, _("Noted. The contact has to be approved again before it is used.")):
        notice_actions.record_bounce(by=access.actor(request), notice_id=notice_id)
    return acting.to("desk:notice", notice_id)


@access.allowed("see_queue")
@require_POST
def read_answer(request: HttpRequest, answer_id: uuid.UUID) -> HttpResponseBase:
    """Show the words of an answer; the ledger hears of it."""
    notice_id = acting.uuid_of(request.POST.get("notice", ""))
    if notice_id is None or answer_id not in {one.id for one in notice_queries.answers_of(notice_id)}:
        raise NotFound
    text = notice_actions.read_answer(by=access.actor(request), answer_id=answer_id)
    return _page(request, notice_id, {answer_id: text})


@access.allowed("decide")
@require_POST
def settle(request: HttpRequest, answer_id: uuid.UUID) -> HttpResponseBase:
    """Take an answer off the list of what waits for a person."""
    notice_id = acting.uuid_of(request.POST.get("notice", ""))
    with acting.told(request, _("The answer is settled.")):
        notice_actions.settle_answer(by=access.actor(request), answer_id=answer_id)
    return acting.to("desk:notice", notice_id) if notice_id else acting.to("desk:notices")
