"""The queue: what waits, in an order that explains itself; finding; the next item."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import queries as case_queries
from tutela.apps.notices import queries as notice_queries
from tutela.core.record import addresses
from tutela.core.terms.states import ItemState
from tutela.doors.desk import access, choosing, figures, forms, labels, navigation
from tutela.doors.desk.shown import items as shown
from tutela.doors.desk.views import acting

ROWS = 50
COUNT_AT_MOST = 1_000
"""Over the list stands how many wait; whether it is more than a thousand does not change the day."""
MOST_OF_LETTER = 200
"""Items of one letter that a search by its name shows: more than one has."""
_REFERENCE = re.compile(r"[A-Z]{2,8}-\d{4}-\d{1,9}")
_COUNTED = tuple(state for state in ItemState if state is not ItemState.CLOSED)


@dataclass(frozen=True, slots=True)
class Count:
    """How many items stand in a state; a plus sign when there are more than were counted."""

    state: str
    label: str
    number: str


@access.signed_in
def home(request: HttpRequest) -> HttpResponseBase:
    """Go where this person's work begins."""
    return acting.to(navigation.home_for(access.actor(request).role))


@access.allowed("see_queue")
@require_GET
def queue(request: HttpRequest) -> HttpResponseBase:
    """Show one page of the queue."""
    by = access.actor(request)
    form = forms.QueueFilter(request.GET)
    chosen = form.chosen()
    page = case_queries.queue(forms.filters_of(chosen, by), request.GET.get("after"), ROWS)
    here = reverse("desk:queue")
    older = f"{here}?{urlencode({**chosen, 'after': page.after})}" if page.after else ""
    context = {
        **_frame(by, form),
        "rows": shown.rows(page.rows, viewer=by.id),
        "filters": chosen,
        "filtered": bool(chosen),
        "older": older,
        "first": f"{here}?{urlencode(chosen)}" if chosen else here,
    }
    return render(request, "desk/queue.html", context)


@access.allowed("see_queue")
@require_POST
def search(request: HttpRequest) -> HttpResponseBase:
    """Find items. By POST: what is looked for may be an address and must not stand in a web address."""
    by = access.actor(request)
    text = request.POST.get("q", "")[:2000].replace("\x00", "")
    found, more = _found(text) if text.strip() else ([], False)
    context = {
        **_frame(by, forms.QueueFilter()),
        "rows": shown.rows(found, viewer=by.id),
        "searched": addresses.defang(text.strip()),
        "search_done": True,
        "more_found": more,
    }
    return render(request, "desk/queue.html", context)


@access.allowed("claim")
@require_POST
def next_item(request: HttpRequest) -> HttpResponseBase:
    """Claim the first free item and open it."""
    return to_next(request)


def to_next(request: HttpRequest) -> HttpResponse:
    """Claim what comes next and go there: to its questions when it is to be assessed, else to its page."""
    item_id = choosing.claim_next(access.actor(request))
    if item_id is None:
        messages.info(request, _("Nothing waits for you. A good moment for a break."))
        return HttpResponseRedirect(reverse("desk:queue"))
    return acting.to_item(item_id)


def _found(text: str) -> tuple[list[case_queries.QueueRow], bool]:
    """Return what was found, open items before closed ones, and whether there is more than is shown."""
    if named := _REFERENCE.fullmatch(text.strip().upper()):
        ids = notice_queries.items_of_reference(named.group())
        return case_queries.rows_of(ids[:MOST_OF_LETTER]), len(ids) > MOST_OF_LETTER
    found = [
        case_queries.queue(case_queries.QueueFilters(state=state, text=text), None, ROWS // 2)
        for state in ("", ItemState.CLOSED.value)
    ]
    return [row for page in found for row in page.rows], any(page.after for page in found)


def _frame(by: Actor, form: forms.QueueFilter) -> dict[str, Any]:
    counts = case_queries.counts(person_id=by.id, states=_COUNTED, reasons=(), most=COUNT_AT_MOST)
    return {
        "form": form,
        "filters": {},
        "mine": figures.number(counts.mine) if counts.mine else "",
        "counts": [
            Count(state.value, labels.term("item_state", state), figures.number(counts.by_state[state.value]))
            for state in _COUNTED
        ],
    }
