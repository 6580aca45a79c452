"""Hand in a report and add to it: one address, so that the browser's history holds one line.

The first POST is a complete report and is answered with its code. Every later page adds one thing, by POST
with a sealed token, and can be skipped. Going back, reloading and pressing twice do no harm.
"""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tutela.apps.receipts import rules
from tutela.core.law import contacts
from tutela.core.record.addresses import Places
from tutela.doors.site import handing_in, labels, pages, queueing, stencils, tokens
from tutela.doors.site.entry import anybody
from tutela.doors.site.forms import CodeForm, MoreForm, ReportForm

_LONG_TEXT = 50_000
_FIELDS_OF = {"questions": ("worry", "danger_now"), "more": ("more", "country"), "wish": ("wish", "email")}
_BEFORE = {"questions": "questions", "more": "questions", "wish": "more"}
_AFTER = {"questions": "more", "more": "wish", "wish": "done"}


@anybody("GET", "POST")
def report(request: HttpRequest) -> HttpResponse:
    """Show the form, take the report, or go on with its optional pages."""
    if request.method != "POST":
        return pages.in_search_engines(_empty_form(request))
    step = request.POST.get("step", "")
    if step == "keep":
        return _code_again(request)
    if step in _FIELDS_OF or step == "start":
        return _add(request, step)
    return _hand_in(request)


def _empty_form(request: HttpRequest) -> HttpResponse:
    context = {"form": ReportForm(), "token": stencils.gap("token"), "emergency": emergency()}
    return stencils.show(request, "site/report.html", context, {"token": handing_in.new_form_token()})


def _form_page(
    request: HttpRequest, form: ReportForm, token: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "token": token, "emergency": emergency(), **more}
    return pages.show(request, "site/report.html", context, status=status)


def _hand_in(request: HttpRequest) -> HttpResponse:
    typed, token = ReportForm(request.POST), request.POST.get("token", "")
    try:
        form = handing_in.form_of(token)
    except (tokens.TokenExpired, tokens.TokenBroken):
        return _form_page(request, _kept(request), handing_in.new_form_token(), status=409, once_more=True)
    # Reading a very long list is work worth asking for, so its sender queues before it is read.
    is_long = len(request.POST.get("places", "")) > _LONG_TEXT
    try:
        if is_long:
            queue_for(request, queueing.Errand.REPORT, about=form.id)
        if not typed.is_valid():
            return _form_page(request, typed, token, status=422)
        if not is_long:
            queue_for(request, queueing.Errand.REPORT, about=form.id)
        receipt_id = handing_in.hand_in(form, typed.payload)
    except queueing.PleaseWait as wait:
        return waiting(_form_page(request, _kept(request), token, status=429, place=wait.place), wait.place)
    except DatabaseError:
        return _form_page(request, _kept(request), token, status=503, not_stored=True)
    return _code_page(request, receipt_id, form.code, typed.places_found)


def _kept(request: HttpRequest) -> ReportForm:
    """The form with everything that was typed, and without reading it."""
    return ReportForm(initial=request.POST.dict())


def waiting(response: HttpResponse, place: queueing.Place) -> HttpResponse:
    """Name the wait in the header that machines read."""
    response.headers["Retry-After"] = str(place.seconds)
    return response


def queue_for(request: HttpRequest, errand: queueing.Errand, *, about: str) -> None:
    """Enter with the ticket and the proof that came with the form, if any; raises as the queue does."""
    ticket, proof = request.POST.get("ticket", ""), request.POST.get("proof", "")
    queueing.queue().enter(request, errand, about=about, ticket=ticket, proof=proof)


def _code_page(request: HttpRequest, receipt_id: uuid.UUID, code: rules.Code, found: Places) -> HttpResponse:
    words, digits = code.words.split(), code.digits.split()
    values = {f"word{n}": word for n, word in enumerate(words)}
    values |= {f"digits{n}": group for n, group in enumerate(digits)}
    values["more"] = _more_token(str(receipt_id))
    values["keep"] = tokens.seal(tokens.Purpose.KEEP, receipt=str(receipt_id), code=code.digits)
    if not found.refused and not found.left_out:
        gaps = {name: stencils.gap(name) for name in values}
        return stencils.show(request, "site/code.html", _code_context(gaps, found), values)
    return pages.show(request, "site/code.html", _code_context(values, found))


def _code_context(values: dict[str, str], found: Places) -> dict[str, Any]:
    return {
        "words": [value for name, value in values.items() if name.startswith("word")],
        "digits": [value for name, value in values.items() if name.startswith("digits")],
        "more_token": values["more"],
        "keep_token": values["keep"],
        "refused": [labels.refused(place) for place in found.refused],
        "taken": len(found.addresses),
        "left_out": found.left_out,
        "first_left_out": found.first_left_out,
    }


def _code_again(request: HttpRequest) -> HttpResponse:
    try:
        facts = tokens.unseal(tokens.Purpose.KEEP, request.POST.get("keep", ""))
    except (tokens.TokenExpired, tokens.TokenBroken):
        return too_late(request)
    return _code_page(request, uuid.UUID(facts["receipt"]), rules.parse_code(facts["code"]), Places())


def _add(request: HttpRequest, step: str) -> HttpResponse:
    try:
        facts = tokens.unseal(tokens.Purpose.MORE, request.POST.get("continue", ""))
    except (tokens.TokenExpired, tokens.TokenBroken):
        return too_late(request)
    go = request.POST.get("go", "next")
    if step == "start":
        return _step_page(request, "questions", MoreForm(initial=request.POST.dict()), facts)
    if go == "back":
        return _step_page(request, _BEFORE[step], MoreForm(initial=request.POST.dict()), facts)
    form = MoreForm(request.POST)
    if go == "next":
        if not form.is_valid():
            return _step_page(request, step, form, status=422)
        try:
            _store(request, facts, {name: form.cleaned_data[name] for name in _FIELDS_OF[step]})
        except queueing.PleaseWait as wait:
            return waiting(_step_page(request, step, form, status=429, place=wait.place), wait.place)
        except DatabaseError:
            return _step_page(request, step, form, status=503, not_stored=True)
    danger = request.POST.get("danger_now") == "yes"
    return _step_page(request, _AFTER[step], MoreForm(initial=request.POST.dict()), facts, danger=danger)


def _store(request: HttpRequest, facts: dict[str, Any], given: dict[str, Any]) -> None:
    if "danger_now" in given:
        given["danger_now"] = {"yes": True, "no": False}.get(given["danger_now"])
    said = {name: value for name, value in given.items() if value not in ("", None)}
    if not said:
        return
    queue_for(request, queueing.Errand.ADD, about=facts["receipt"])
    handing_in.add(uuid.UUID(facts["receipt"]), f"more {facts['id']}", said)


def _more_token(receipt_id: str) -> str:
    """A fresh id for each page, so that a changed mind is stored and a second press is not."""
    return tokens.seal(tokens.Purpose.MORE, receipt=receipt_id, id=secrets.token_hex(8))


def _step_page(
    request: HttpRequest,
    step: str,
    form: MoreForm,
    facts: dict[str, Any] | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """``facts`` are those of the token that led here; without them the page is the same one again."""
    shown = _FIELDS_OF.get(step, ())
    context = {
        "form": form,
        "fields": [form[name] for name in shown],
        "carried": [(name, form[name].value() or "") for name in form.fields if name not in shown],
        "step": step,
        "steps": [_("What worried you"), _("What helps us"), _("Hearing back")],
        "now": list(_FIELDS_OF).index(step) + 1 if shown else len(_FIELDS_OF) + 1,
        "more_token": _more_token(facts["receipt"]) if facts else request.POST.get("continue", ""),
        "keep_token": request.POST.get("keep", ""),
        "emergency": emergency(),
        **more,
    }
    return pages.show(request, "site/step.html" if shown else "site/done.html", context, status=status)


def too_late(request: HttpRequest) -> HttpResponse:
    """The page was open for too long: ask for the code, and carry what was typed to the receipt page."""
    typed = request.POST.get("more", "") or request.POST.get("text", "")
    context = {
        "form": CodeForm(),
        "too_late": True,
        "carried_text": typed,
        "carried_question": request.POST.get("question", ""),
    }
    return pages.show(request, "site/check.html", context, status=409)


def emergency() -> str | None:
    """The number to call when somebody is in danger now, where one is known for the node's country."""
    return contacts.emergency_number(settings.TUTELA.country)
