"""One item: everything that is known, without exposing anybody to it, and what can be done."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tutela.apps.accounts import queries as account_queries
from tutela.apps.accounts import rules as accounts
from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.notices import actions as notices
from tutela.core.terms.states import CheckOutcome, ItemState
from tutela.doors.desk import access, forms, labels
from tutela.doors.desk.shown import history, hosting, known, law, partnered
from tutela.doors.desk.shown import lists as shown_lists
from tutela.doors.desk.shown import notices as shown_notices
from tutela.doors.desk.shown.words import cold
from tutela.doors.desk.views import acting, case

_REOPENS = (ItemState.CLOSED, ItemState.NOTICED)


@access.allowed("see_queue")
@require_GET
def item(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Show the item; the exposure clock runs while it is open."""
    return page(request, item_id)


def page(
    request: HttpRequest,
    item_id: uuid.UUID,
    *,
    revealed: str = "",
    words: Mapping[uuid.UUID, str] | None = None,
) -> HttpResponseBase:
    """Render the item's page, with the plain address or a reporter's words where they were just asked for."""
    by, seen = case.opened(request, item_id)
    context = {
        **case.frame(by, seen),
        **_case(by, seen, words or {}),
        **_may(by, seen),
        **partnered.of_item(by, seen),
        "revealed": revealed,
    }
    return render(request, "desk/item.html", context)


def _case(by: Actor, seen: case_queries.ItemSeen, words: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    assessments = case_queries.assessments(seen.id, seen_by=by.id)
    open_to_see = known.assessments(assessments)
    return {
        "hosting": hosting.hosting_of(seen.id),
        "known": known.known(seen.id),
        "recognised": shown_lists.known_to(seen.id),
        "fingerprints": [one.kind.value for one in case_queries.fingerprints_of(seen.id)],
        "sightings": seen.sightings,
        "reports": known.reports(seen, words),
        "questions": known.questions(seen.id),
        "assessments": open_to_see,
        "compared": known.compared(open_to_see),
        **law.of_item(seen, open_to_see),
        "hidden_assessments": len(assessments) - len(open_to_see),
        "decisions": known.decisions(seen.id, viewer=by.id),
        "notices": shown_notices.of_item(seen.id),
        "checks": shown_notices.checks_of(seen.id),
        "history": history.story_of(seen.id),
    }


def _may(by: Actor, seen: case_queries.ItemSeen) -> dict[str, Any]:
    told = shown_notices.is_watched(seen.id)
    return {
        "may_read_words": accounts.may(by.role, "read_words"),
        "may_propose": accounts.may(by.role, "propose_entry"),
        "may_release": accounts.may(by.role, "release_others"),
        "may_reopen": seen.state in _REOPENS and accounts.may(by.role, "decide"),
        "may_release_hold": seen.state == ItemState.HELD and accounts.may(by.role, "decide"),
        "may_look": told and accounts.may(by.role, "assess"),
        "may_name_contact": shown_notices.needs_contact(seen.id) and accounts.may(by.role, "approve_contact"),
        "outcomes": [
            (one.value, labels.term("check_outcome", one))
            for one in CheckOutcome
            if one is not CheckOutcome.NOT_LOOKED
        ],
        "colleagues": _colleagues(by) if accounts.may(by.role, "reassign") else [],
    }


def _colleagues(by: Actor) -> list[account_queries.PersonSeen]:
    return [
        one
        for one in account_queries.people()
        if one.active and one.id != by.id and accounts.may(one.role, "claim")
    ]


@access.allowed("claim")
@require_POST
def claim(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Take the item, so that nobody else opens it meanwhile."""
    with acting.told(request, _("You have this item now.")):
        cases.claim_item(by=access.actor(request), item_id=item_id)
    return acting.to_item(item_id)


@access.allowed("claim", "release_others")
@require_POST
def release(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Give the item back to the queue."""
    with acting.told(request, _("The item is free again.")):
        cases.release_item(by=access.actor(request), item_id=item_id)
    return acting.to("desk:queue")


@access.allowed("reassign")
@require_POST
def reassign(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Give the item to a colleague."""
    person = acting.uuid_of(request.POST.get("to", ""))
    if person is not None:
        with acting.told(request, _("%(name)s has it now.") % {"name": account_queries.name_of(person)}):
            cases.reassign_item(by=access.actor(request), item_id=item_id, to=person)
    return acting.to_item(item_id)


@access.allowed("decide")
@require_POST
def reopen(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Take a closed item up again."""
    with acting.told(request, _("The item is open again.")):
        cases.reopen_item(by=access.actor(request), item_id=item_id, reason="by_person")
    return acting.to_item(item_id)


@access.allowed("decide")
@require_POST
def release_hold(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Let an item go on that was held for the police."""
    with acting.told(request, _("The item goes on.")):
        cases.release_hold(by=access.actor(request), item_id=item_id)
    return acting.to_item(item_id)


@access.allowed("assess")
@require_POST
def reveal(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Show the plain address as text, for the viewing workstation; the ledger hears of it."""
    by, seen = access.actor(request), case_queries.item(item_id)
    if not case.may_reveal(by, seen):
        return acting.to_item(item_id)
    return page(request, item_id, revealed=cases.reveal_address(by=by, item_id=item_id))


@access.allowed("read_words")
@require_POST
def words(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Show what a reporter wrote; the ledger hears of it."""
    report_id = acting.uuid_of(request.POST.get("report", ""))
    if report_id is None or report_id not in {one.id for one in case_queries.reports_of_item(item_id)}:
        return acting.to_item(item_id)
    text = cases.read_words(by=access.actor(request), report_id=report_id)
    return page(request, item_id, words={report_id: cold(text)})


@access.allowed("assess")
@require_POST
def look(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Record what a person found who looked by hand."""
    form = forms.Look(request.POST)
    if form.is_valid():
        outcome = CheckOutcome(form.cleaned_data["outcome"])
        with acting.told(request, _("Your look is recorded.")):
            notices.record_manual_check(by=access.actor(request), item_id=item_id, outcome=outcome)
    return acting.to_item(item_id)


@access.allowed("approve_contact")
@require_POST
def name_contact(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Name the contact of an item for which nobody knows one."""
    email = request.POST.get("email", "")[:254]
    with acting.told(request, _("The contact is approved and used for this item.")):
        notices.name_contact(by=access.actor(request), item_id=item_id, email=email)
    return acting.to_item(item_id)
