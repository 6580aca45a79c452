"""Come back with the code: what happened, the desk's question, a box for the answer.

Typing the code opens the page; nothing in the address, in a cookie or in the history tells of it. Answers
carry a sealed token for half an hour, so that the code need not be typed again.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tutela.apps.receipts import errors as receipt_errors
from tutela.apps.receipts import rules
from tutela.core.law import contacts
from tutela.doors.site import handing_in, opening, padding, pages, queueing, story, tokens
from tutela.doors.site.entry import anybody
from tutela.doors.site.forms import AnswerForm, CodeForm
from tutela.doors.site.views import report


@anybody("GET", "POST")
def receipt(request: HttpRequest) -> HttpResponse:
    """Ask for the code, open the receipt, take an answer."""
    if request.method != "POST":
        return _check_page(request, CodeForm())
    if request.POST.get("step") == "answer":
        return _answer(request)
    form = CodeForm(request.POST)
    if not form.is_valid() or not form.cleaned_data["code"]:
        form.add_error("code", _("Please type your code: six words or 20 digits."))
        return _check_page(request, form, status=422)
    return _open(request, form)


def _check_page(request: HttpRequest, form: CodeForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "carried_text": request.POST.get("text", ""),
        "carried_question": request.POST.get("question", ""),
        **more,
    }
    return padding.fill(pages.show(request, "site/check.html", context, status=status))


def _open(request: HttpRequest, form: CodeForm) -> HttpResponse:
    typed = form.cleaned_data["code"]
    try:
        report.queue_for(request, queueing.Errand.OPEN, about=typed)
    except queueing.PleaseWait as wait:
        return report.waiting(_check_page(request, form, status=429, place=wait.place), wait.place)
    code, mistake = _read_code(typed)
    try:
        opened = opening.open_receipt(code)
    except DatabaseError:
        return _cannot_open(request, form)
    if code is None or opened is None:
        form.add_error(
            "code", mistake or _("No receipt opens with this code. Please compare every word or digit.")
        )
        return _check_page(request, form, status=422)
    return _receipt_page(request, code, opened)


def _cannot_open(request: HttpRequest, form: CodeForm) -> HttpResponse:
    """The database is out: the same answer for every code; what was typed stays on the page."""
    return _check_page(request, form, status=503, not_opened=True)


def _read_code(typed: str) -> tuple[rules.Code | None, str]:
    try:
        return rules.parse_code(typed), ""
    except receipt_errors.CodeMistyped as mistyped:
        return None, _mistake(mistyped)


def _mistake(mistyped: receipt_errors.CodeMistyped) -> str:
    if mistyped.suggestions:
        facts = {"word": mistyped.word, "words": ", ".join(mistyped.suggestions)}
        return _("“%(word)s” is not one of our words. Did you mean: %(words)s?") % facts
    if mistyped.reason == "unknown_word":
        return _("“%(word)s” is not one of our words. Please compare it.") % {"word": mistyped.word}
    if mistyped.reason in ("too_short", "too_long"):
        return _("A code has six words or 20 digits. Please count again.")
    return _("There is a typing mistake in the code. Please compare every word or digit.")


def _receipt_page(
    request: HttpRequest,
    code: rules.Code,
    opened: opening.Opened,
    *,
    status: int = 200,
    written: AnswerForm | None = None,
    answered: str | None = None,
    **more: Any,
) -> HttpResponse:
    """``written`` is a box to show again, ``answered`` the question that has just been answered."""
    told = story.tell(opened.created_at, opened.messages)
    written = written or _carried(request, answered)
    context = {
        "told": told,
        "boxes": [_box(question, written, answered) for question in (*told.questions, None)],
        "answered": answered is not None,
        "token": tokens.seal(tokens.Purpose.RECEIPT, code=code.digits),
        "emergency": report.emergency(),
        "helplines": contacts.helplines(settings.TUTELA.country),
        **more,
    }
    return padding.fill(pages.show(request, "site/receipt.html", context, status=status))


def _carried(request: HttpRequest, answered: str | None) -> AnswerForm | None:
    """What was typed before the page was closed, brought along by the page that asks for the code."""
    text = request.POST.get("text", "")
    if not text or answered is not None:
        return None
    return AnswerForm(initial={"text": text}, question=request.POST.get("question", ""))


def _box(question: story.Message | None, written: AnswerForm | None, answered: str | None) -> dict[str, Any]:
    name = question.id if question else ""
    form = written if written and written.question == name else AnswerForm(question=name)
    return {
        "question": name,
        "text": question.text if question else "",
        "form": form,
        "answered": bool(name) and answered == name,
    }


def _answer(request: HttpRequest) -> HttpResponse:
    try:
        facts = tokens.unseal(tokens.Purpose.RECEIPT, request.POST.get("token", ""))
    except (tokens.TokenExpired, tokens.TokenBroken):
        return _check_page(request, CodeForm(), status=409, too_late=True)
    code = rules.parse_code(facts["code"])
    try:
        opened = opening.open_receipt(code)
    except DatabaseError:
        return _cannot_open(request, CodeForm())
    if opened is None:
        return _check_page(request, CodeForm(), status=409, too_late=True)
    asked = {message.id for message in opened.messages if message.kind == "question"}
    question = request.POST.get("question", "")
    form = AnswerForm(request.POST, question=question if question in asked else "")
    if not form.is_valid() or not form.cleaned_data["text"]:
        if not form.errors:
            form.add_error("text", _("Please write something in the box."))
        return _receipt_page(request, code, opened, status=422, written=form)
    try:
        _take(request, opened, form)
    except queueing.PleaseWait as wait:
        page = _receipt_page(request, code, opened, status=429, written=form, place=wait.place)
        return report.waiting(page, wait.place)
    except DatabaseError:
        return _receipt_page(request, code, opened, status=503, written=form, not_stored=True)
    return _receipt_page(request, code, opened, answered=form.question)


def _take(request: HttpRequest, opened: opening.Opened, form: AnswerForm) -> None:
    receipt_id, text = opened.receipt_id, form.cleaned_data["text"]
    report.queue_for(request, queueing.Errand.ADD, about=str(receipt_id))
    if form.question:
        handing_in.answer(receipt_id, form.question, text)
    else:
        handing_in.add(receipt_id, f"receipt {receipt_id}", {"more": text})
