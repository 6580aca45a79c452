"""The list of what partners ask, one request, and the answer to it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tutela.apps.requests import actions, queries, rules
from tutela.core.kernel.errors import NotFound, NotPermitted, Refusal
from tutela.core.protocol.contents.asking import Preservation
from tutela.core.terms.exchange import ProviderAnswer
from tutela.doors.provider.own import words
from tutela.doors.provider.own.forms import AnswersForm
from tutela.entry import access
from tutela.look import sent
from tutela.look.templatetags.look_tags import country_name, moment

ROWS = 50
MOST_PAGES = 1_000


@access.signed_in
@require_GET
def home(_request: HttpRequest) -> HttpResponseBase:
    """Go where the work begins; who has none there is told so."""
    return HttpResponseRedirect(reverse("provider:requests"))


@access.allowed("see_requests")
@require_GET
def requests(request: HttpRequest) -> HttpResponseBase:
    """Show one page of what is asked."""
    answered, page = request.GET.get("answered") == "1", _page(request)
    found = queries.requests(ours=False, answered=answered, skip=(page - 1) * ROWS, most=ROWS + 1)
    here = f"{reverse('provider:requests')}?answered={int(answered)}&page="
    waiting, done = queries.counts(ours=False)
    context = {
        "rows": [{"row": row, "kind": sent.term("message_kind", row.kind)} for row in found[:ROWS]],
        "answered": answered,
        "waiting": waiting,
        "done": done,
        "newer": f"{here}{page - 1}" if page > 1 else "",
        "older": f"{here}{page + 1}" if len(found) > ROWS else "",
    }
    return render(request, "provider/own_requests.html", context)


@access.allowed("see_requests")
@require_GET
def request_page(request: HttpRequest, request_id: uuid.UUID) -> HttpResponseBase:
    """Show a request. Opening it is what its sender's receipt says: somebody here reads it now."""
    actions.record_opened(by=access.actor(request), request_id=request_id)
    seen = queries.request(request_id)
    return _show(request, seen, _form(seen))


@access.allowed("answer_requests")
@require_POST
def answer(request: HttpRequest, request_id: uuid.UUID) -> HttpResponseBase:
    """Answer the items that have a choice, or all of them by one button."""
    seen = queries.request(request_id)
    form = _form(seen, request.POST)
    if not form.is_valid():
        return _show(request, seen, form, status=422)
    try:
        done = actions.answer_request(
            by=access.actor(request), request_id=request_id, answers=form.answers(),
            note=form.cleaned_data["note"],
        )  # fmt: skip
    except (NotFound, NotPermitted):
        raise
    except Refusal as refusal:
        form.add_error("note" if refusal.code == "note_missing" else None, words.sentence(refusal))
        return _show(request, seen, form, status=422)
    messages.success(request, _("Your answer is on its way."))
    where = ("provider:requests", []) if done.complete else ("provider:request", [request_id])
    return HttpResponseRedirect(reverse(where[0], args=where[1]))


def _form(seen: queries.RequestSeen, data: Any = None) -> AnswersForm:
    return AnswersForm(data, items=[sent.item(one.sent) for one in seen.items], offered=_offered(seen))


def _offered(seen: queries.RequestSeen) -> tuple[ProviderAnswer, ...]:
    return rules.answers_to(seen.row.kind, asks=seen.row.asks)


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _show(
    request: HttpRequest, seen: queries.RequestSeen, form: AnswersForm, *, status: int = 200
) -> HttpResponse:
    one_click = [one for one in _offered(seen) if one not in rules.NEEDS_NOTE]
    context = {
        "row": seen.row,
        "kind": sent.term("message_kind", seen.row.kind),
        "facts": [one for one in _facts(seen) if one[1]],
        "items": [_line(one, form) for one in seen.items],
        "form": form,
        "one_click": [
            {"code": one.value, "label": sent.term("provider_answer", one.value)} for one in one_click
        ],
        "spoken": sent.spoken(seen.conversation.messages),
        "emptied": seen.conversation.row.emptied,
        "secret": isinstance(seen.said, Preservation) and seen.said.keep_secret,
        "note": getattr(seen.said, "note", ""),
    }
    return render(request, "provider/own_request.html", context, status=status)


def _line(asked: queries.ItemAsked, form: AnswersForm) -> dict[str, Any]:
    shown = sent.item(asked.sent)
    label = sent.term("provider_answer", asked.answer) if asked.answer else ""
    return {
        "item": shown,
        "field": form[shown.ref],
        "answer": label,
        "tone": words.TONES.get(asked.answer, "plain"),
        "until": asked.until,
    }


def _facts(seen: queries.RequestSeen) -> list[tuple[str, Any]]:
    said, mark = seen.said, seen.conversation.row.mark
    facts: list[tuple[str, Any]] = [
        (_("From"), " · ".join(one for one in (seen.organisation, seen.row.partner) if one)),
        (_("Handling mark"), f"{mark}: {sent.term('handling_mark', mark)}"),
        (_("They ask to"), ", ".join(sent.term("ask", one) for one in seen.row.asks)),
    ]
    if isinstance(said, Preservation):
        days = ngettext("%(days)d day", "%(days)d days", said.period_days)
        facts.append((_("For how long"), days % {"days": said.period_days}))
        facts.append((_("Until"), moment(said.until)))
        facts.append((_("Provision"), f"{country_name(said.law.country)}: {said.law.source}"))
    elif said is not None:
        facts.append((_("Legal basis"), said.legal_basis))
        facts.append((_("Answer by"), moment(said.respond_by)))
    return facts
