"""The page behind the one-time link of a letter, and the answer to it.

Who may enter: whoever holds the link. There is no session, so there is nothing that another site could
misuse; the secret in the address is all, and it is asked for again with every answer. Opening the page
changes nothing: mail scanners and previews open links.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tutela.apps.notices import actions as notices
from tutela.apps.notices import errors
from tutela.apps.notices import queries as notice_queries
from tutela.core.terms.states import AnswerKind
from tutela.doors.provider import labels, pages
from tutela.doors.provider.forms import AnswerForm, shown


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """Show the notice, or take an answer to it."""
    with translation.override(pages.language_of(request)):
        seen = notice_queries.notice_by_token(token)
        if seen is None or seen.expired:
            return closed(request, 404 if seen is None else 410)
        if request.method == "POST":
            return _take(request, token, seen)
        return _show(request, token, seen, AnswerForm(items=seen.items))


def closed(request: HttpRequest, status: int) -> HttpResponse:
    """The same page for a link that never was and for one that is over."""
    return pages.show(request, "provider/closed.html", {}, status=status)


def _take(request: HttpRequest, token: str, seen: notice_queries.NoticeSeen) -> HttpResponse:
    form = AnswerForm(request.POST, items=seen.items)
    if not form.is_valid():
        return _show(request, token, seen, form, status=422)
    cleaned = form.cleaned_data
    try:
        notices.answer_notice(token=token, kind=cleaned["kind"], item_ids=form.item_ids, text=cleaned["text"])
    except (errors.LinkUnknown, errors.LinkExpired):
        return closed(request, 410)
    except errors.TooManyAnswers:
        form.add_error(None, _("This link was used very often. Please write to us by mail."))
        return _show(request, token, seen, form, status=429)
    except errors.NotAnAnswer:
        form.add_error(None, _("An address was taken out of this notice meanwhile. Please choose again."))
        return _show(request, token, seen, form, status=409)
    query = {"thanks": "1"}
    if "language" in request.GET:
        query["language"] = pages.language_of(request)
    response = HttpResponseRedirect(f"{reverse('notice', args=[token])}?{urlencode(query)}")
    response.status_code = 303
    return response


def _show(
    request: HttpRequest,
    token: str,
    seen: notice_queries.NoticeSeen,
    form: AnswerForm,
    *,
    status: int = 200,
) -> HttpResponse:
    config = settings.TUTELA
    language = f"?{urlencode({'language': pages.language_of(request)})}" if "language" in request.GET else ""
    context = {
        "notice": seen,
        "items": [_item(number, item) for number, item in enumerate(seen.items, start=1)],
        "answers": [_answer(answer, seen) for answer in reversed(seen.answers)],
        "form": form,
        "one_click": [{"kind": kind.value, "label": labels.SHORT[kind]} for kind in labels.ONE_CLICK],
        "action": reverse("notice", args=[token]) + language,
        "thanks": request.GET.get("thanks") == "1" and bool(seen.answers) and not form.is_bound,
        "rule": config.desk.notice_rule,
        "country": config.country,
        "contact": config.contact or config.mail.sender,
    }
    return pages.show(request, "provider/notice.html", context, status=status)


def _item(number: int, item: notice_queries.NoticeItemSeen) -> dict[str, Any]:
    network = " ".join(
        part for part in (f"AS{item.asn}" if item.asn else "", item.network, item.network_name) if part
    )
    return {
        "number": number,
        "address": shown(item),
        "host": item.host,
        "ip": item.ip,
        "network": network,
        "country": item.country,
        "category": labels.category(item.category),
        "seen_at": item.seen_at,
        "assessed_at": item.assessed_at,
        "resolved_at": item.resolved_at if item.ip else None,
        "answer": labels.SHORT[AnswerKind(item.answer)] if item.answer else "",
        "tone": labels.TONES[AnswerKind(item.answer)] if item.answer else "plain",
    }


def _answer(answer: notice_queries.AnswerSeen, seen: notice_queries.NoticeSeen) -> dict[str, Any]:
    kind = AnswerKind(answer.kind)
    return {
        "label": labels.SHORT[kind],
        "at": answer.at,
        "count": len(answer.item_ids),
        "all": len(answer.item_ids) == len(seen.items),
        "correction": answer.correction,
        "has_text": answer.has_text,
    }
