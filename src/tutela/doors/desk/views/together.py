"""Many items at once, of one report or on one host. Each is decided, or named with the reason why not."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tutela.apps.accounts import queries as account_queries
from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import actions as cases
from tutela.apps.cases import errors as case_errors
from tutela.apps.cases import queries as case_queries
from tutela.core.kernel.errors import NotFound, NotPermitted, Refusal
from tutela.core.record import addresses
from tutela.core.terms.states import CloseReason, DecisionKind
from tutela.doors.desk import access, questions, refusals
from tutela.doors.desk.sending import HANDOVER, REFERRAL
from tutela.doors.desk.shown import items as shown
from tutela.doors.desk.shown import law, passing
from tutela.doors.desk.views import acting
from tutela.doors.desk.views.decide import given_in, ground_of, problem_of

_OFFERED = (
    DecisionKind.NOTIFY,
    DecisionKind.CLOSE,
    DecisionKind.HOLD_FOR_POLICE,
    DecisionKind.FORWARD_UNOPENED,
)
"""A question to a reporter is about one thing; it is never asked in bulk."""


MOST = 500
"""Items on one page; the action takes no more at once."""

Find = Callable[[], Sequence[case_queries.ItemSeen]]


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item that was left as it was, and why."""

    place: str
    text: str


@access.allowed("decide")
@require_http_methods(["GET", "POST"])
def on_host(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Decide items on the host of this item together."""
    seen = case_queries.item(item_id)
    if not seen.host:
        return acting.to_item(item_id)
    heading = _("Items on %(host)s") % {"host": addresses.defang(seen.host)}
    return _together(request, seen, lambda: case_queries.items_on_host(seen.host), heading)


@access.allowed("decide")
@require_http_methods(["GET", "POST"])
def in_report(request: HttpRequest, item_id: uuid.UUID, report_id: uuid.UUID) -> HttpResponseBase:
    """Decide items of one report together."""
    seen = case_queries.item(item_id)
    if report_id not in {one.id for one in case_queries.reports_of_item(item_id)}:
        return acting.to_item(item_id)
    return _together(request, seen, lambda: case_queries.items_of_report(report_id), _("Items of one report"))


def _together(
    request: HttpRequest, seen: case_queries.ItemSeen, find: Find, heading: str
) -> HttpResponseBase:
    by = access.actor(request)
    context: dict[str, Any] = {"heading": heading, "item": shown.item(seen, viewer=by.id), "given": {}}
    status = 200
    if request.method == "POST":
        problems, context["done"], context["skipped"] = _decide(request, by, find()[:MOST])
        context["problems"] = problems
        context["given"] = given_in(request) if problems else {}
        context["marked"] = set(request.POST.getlist("items")) if problems else set()
        status = 422 if problems else 200
    found = find()[:MOST]
    offered = [kind for kind in _OFFERED if any(kind in one.decisions_offered for one in found)]
    context["rows"] = _rows(found, by, context.get("marked", set()))
    reasons = [code for code in CloseReason if any(code in one.close_reasons_offered for one in found)]
    context["questions"] = questions.of_decision(offered, reasons, context["given"])
    context["grounds"] = law.grounds(context["given"].get("ground", ""))
    context["partners_take"] = any(_goes_out(one) for one in found) and bool(settings.TUTELA.exchange.node)
    context["pass_on"] = passing.of_offered(offered, seen.hosting_country)
    return render(request, "desk/together.html", context, status=status)


def _rows(found: Sequence[case_queries.ItemSeen], by: Actor, marked: set[str]) -> list[shown.Row]:
    names = account_queries.names_of(one.claimed_by for one in found if one.claimed_by)
    rows = []
    for one in found:
        others = one.claimed_by is not None and one.claimed_by != by.id
        decidable = bool(set(one.decisions_offered) & set(_OFFERED)) and not one.pending
        selectable = (decidable or _goes_out(one)) and not others
        row = shown.row_of(one, viewer=by.id, names=names)
        rows.append(replace(row, selectable=selectable, marked=str(one.id) in marked))
    return rows


def _goes_out(one: case_queries.ItemSeen) -> bool:
    """Whether a partner could take it now."""
    return HANDOVER.takes(one) or REFERRAL.takes(one)


def _decide(
    request: HttpRequest, by: Actor, found: Sequence[case_queries.ItemSeen]
) -> tuple[list[questions.Problem], str, list[Skipped]]:
    given = given_in(request)
    here = {one.id: one for one in found}
    wanted = [one for text in request.POST.getlist("items") if (one := acting.uuid_of(text)) in here]
    if not wanted:
        return [questions.Problem(_("Mark at least one item first."))], "", []
    if given["kind"] not in {kind.value for kind in _OFFERED}:
        return [problem_of(case_errors.DecisionNotOffered())], "", []
    kind = DecisionKind(given["kind"])
    reason = given["reason"] if kind is DecisionKind.CLOSE else ""
    try:
        grounds = {one: ground_of(by, here[one], given) for one in wanted}
        result = cases.decide_many(by=by, item_ids=wanted, kind=kind, reason=reason, departs_because=grounds)
    except (NotFound, NotPermitted):
        raise
    except Refusal as refusal:
        return [problem_of(refusal)], "", []
    count = sum(one.decided for one in result)
    done = ngettext("%(number)d item is decided.", "%(number)d items are decided.", count) % {"number": count}
    places = {row.id: row.place for row in _rows(found, by, set())}
    skipped = [
        Skipped(places[one.item_id], refusals.of_code(one.refusal)) for one in result if not one.decided
    ]
    return [], done if count else "", skipped
