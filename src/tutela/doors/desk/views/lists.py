"""Hash lists: what stands on them, where it comes from and by what right."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutela.apps.accounts import rules as accounts
from tutela.apps.accounts.rules import Actor
from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank.errors import NameTaken, NotAList
from tutela.apps.hashbank.rules import EntryState
from tutela.core.kernel.errors import NotFound
from tutela.doors.desk import access, list_forms, list_labels, refusals
from tutela.doors.desk.shown import lists as shown
from tutela.doors.desk.views import acting

ROWS = 50
_STATES = [EntryState.PROPOSED, EntryState.ACTIVE, EntryState.WITHDRAWN, EntryState.REFUSED]
DISPUTED = "disputed"


@access.allowed("see_lists")
@require_GET
def lists(request: HttpRequest) -> HttpResponseBase:
    """List the lists, their sources, and what waits for a person."""
    by = access.actor(request)
    pages = [
        {"page": page, "why": list_labels.page_reason(page.reason)}
        for page in bank_queries.quarantined_pages()
    ]
    context = {
        "lists": [_seen(one) for one in bank_queries.hash_lists()],
        "sources": shown.sources(),
        "pages": pages,
        "waiting": bank_queries.proposals_waiting(),
        **may(by),
    }
    return render(request, "desk/lists.html", context)


@access.allowed("see_lists")
@require_GET
def one(request: HttpRequest, list_id: uuid.UUID) -> HttpResponseBase:
    """Show one list and a page of its entries in one state."""
    by, seen = access.actor(request), _list(list_id)
    state = request.GET.get("state", "")
    if state not in (*_STATES, DISPUTED):
        state = EntryState.PROPOSED.value if seen.proposed else EntryState.ACTIVE.value
    page = bank_queries.entries(
        list_id,
        state=EntryState.ACTIVE.value if state == DISPUTED else state,
        disputed=state == DISPUTED,
        after=request.GET.get("after", ""),
        most=ROWS,
    )
    context = {
        "list": _seen(seen),
        "sources": shown.sources(list_id),
        "refuted": shown.refuted(list_id),
        "entries": shown.entries(page.rows, by.id),
        "state": state,
        "states": _counted(seen),
        "older": f"?{urlencode({'state': state, 'after': page.after})}" if page.after else "",
        **may(by),
    }
    return render(request, "desk/hash_list.html", context)


@access.allowed("manage_lists")
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponseBase:
    """Make a list."""
    form = list_forms.ListForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := _make(access.actor(request), form)):
        messages.success(request, _("The list is made. It is empty."))
        return acting.to("desk:list", made)
    return _form(request, form, "")


@access.allowed("manage_lists")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, list_id: uuid.UUID) -> HttpResponseBase:
    """Change what is said about a list."""
    seen = _list(list_id)
    initial = {name: getattr(seen.fields, name) for name in list_forms.ListForm.base_fields}
    form = list_forms.ListForm(request.POST or None, initial=initial, fixed_name=seen.name)
    if request.method == "POST" and form.is_valid() and _change(access.actor(request), list_id, form):
        messages.success(request, _("The list is saved."))
        return acting.to("desk:list", list_id)
    return _form(request, form, seen.fields.title)


@access.allowed("manage_lists")
@require_POST
def pause(request: HttpRequest, list_id: uuid.UUID) -> HttpResponseBase:
    """Let the hits of a list not count."""
    with acting.told(request, _("The list is paused. It is kept, and nothing is recognised by it.")):
        bank.pause_list(by=access.actor(request), list_id=list_id)
    return acting.to("desk:list", list_id)


@access.allowed("manage_lists")
@require_POST
def resume(request: HttpRequest, list_id: uuid.UUID) -> HttpResponseBase:
    """Let the hits of a list count again."""
    with acting.told(request, _("The list is in force again.")):
        bank.resume_list(by=access.actor(request), list_id=list_id)
    return acting.to("desk:list", list_id)


def may(by: Actor) -> dict[str, bool]:
    """Return what this person may do with lists."""
    return {
        "may_manage": accounts.may(by.role, "manage_lists"),
        "may_propose": accounts.may(by.role, "propose_entry"),
        "may_approve": accounts.may(by.role, "approve_entry"),
    }


def _list(list_id: uuid.UUID) -> bank_queries.ListSeen:
    seen = bank_queries.hash_list(list_id)
    if seen is None:
        raise NotFound
    return seen


def _seen(seen: bank_queries.ListSeen) -> dict[str, Any]:
    label, tone = list_labels.LIST_STATES[seen.state]
    return {"seen": seen, "fields": seen.fields, "label": label, "tone": tone}


def _counted(seen: bank_queries.ListSeen) -> list[dict[str, Any]]:
    numbers = {"proposed": seen.proposed, "active": seen.active, "withdrawn": seen.withdrawn}
    found = [
        {"code": code.value, "label": list_labels.ENTRY_STATES[code][0], "number": numbers.get(code)}
        for code in _STATES
    ]
    return [*found, {"code": DISPUTED, "label": _("Disputed"), "number": seen.disputed}]


def _make(by: Actor, form: list_forms.ListForm) -> uuid.UUID | None:
    try:
        return bank.make_list(by=by, fields=form.list_fields())
    except NotAList as refusal:
        form.add_error(refusal.reason, refusals.sentence(refusal))
    except NameTaken as refusal:
        form.add_error("name", refusals.sentence(refusal))
    return None


def _change(by: Actor, list_id: uuid.UUID, form: list_forms.ListForm) -> bool:
    try:
        bank.change_list(by=by, list_id=list_id, fields=form.list_fields())
    except NotAList as refusal:
        form.add_error(refusal.reason, refusals.sentence(refusal))
        return False
    return True


def _form(request: HttpRequest, form: list_forms.ListForm, title: str) -> HttpResponseBase:
    context = {"form": form, "title": title}
    return render(request, "desk/list_form.html", context, status=422 if form.errors else 200)
