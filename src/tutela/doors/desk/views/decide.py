"""The decision about one item, and taking it back within ten minutes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import actions as cases
from tutela.apps.cases import errors as case_errors
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases import rules as case_rules
from tutela.core.kernel.errors import NotFound, NotPermitted, Refusal
from tutela.core.terms.states import DecisionKind
from tutela.doors.desk import access, questions, refusals
from tutela.doors.desk.shown import hosting, known, law, letters, passing
from tutela.doors.desk.views import acting, case
from tutela.doors.desk.views.conflict import Conflict, conflict_of
from tutela.doors.desk.views.queue import to_next

_FIELD_OF = {
    "decision_not_offered": "kind",
    "reason_not_offered": "reason",
    "no_question": "question_text",
    "nobody_to_ask": "kind",
    "ground_not_offered": "ground",
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a notice would go to, said before it is decided."""

    text: str
    contact: hosting.Contact | None


@access.allowed("decide")
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Ask what is to be done, and record it."""
    by, seen = case.opened(request, item_id)
    return _answer(request, by, seen) if request.method == "POST" else _page(request, by, seen, {})


def _answer(request: HttpRequest, by: Actor, seen: case_queries.ItemSeen) -> HttpResponseBase:
    """Record the decision; whatever is refused, what was chosen stands in the form again."""
    given = given_in(request)
    try:
        _decide(by, seen.id, given, acting.version_of(request))
    except case_errors.ChangedMeanwhile as refusal:
        now = case_queries.item(seen.id)
        conflict = conflict_of(refusal, again=bool(now.decisions_offered) and not now.pending)
        return _page(request, by, now, given, conflict=conflict, status=409)
    except (NotFound, NotPermitted, case_errors.ExposureStop):
        raise
    except Refusal as refusal:
        return _page(request, by, seen, given, problems=[problem_of(refusal)], status=422)
    messages.success(request, _("The decision is saved. It can be taken back for ten minutes."))
    return acting.to_item(seen.id) if request.POST.get("then") == "item" else to_next(request)


def _decide(by: Actor, item_id: uuid.UUID, given: dict[str, str], version: int) -> None:
    closing = given["kind"] == DecisionKind.CLOSE
    asking = given["kind"] == DecisionKind.ASK_REPORTER
    if given["kind"] not in set(DecisionKind):
        raise case_errors.DecisionNotOffered
    cases.decide_item(
        by=by,
        item_id=item_id,
        kind=DecisionKind(given["kind"]),
        reason=given["reason"] if closing else "",
        version=version,
        question_text=given["question_text"] if asking else "",
        departs_because=ground_of(by, case_queries.item(item_id), given),
    )


def ground_of(by: Actor, seen: case_queries.ItemSeen, given: dict[str, str]) -> str:
    """Return why the decision departs from the route; empty where it does not.

    Raises:
        GroundNotOffered: it departs, and nobody says why.
    """
    stations = law.stations(seen, known.assessments(case_queries.assessments(seen.id, seen_by=by.id)))
    if not case_rules.departs(
        kind=given["kind"],
        reason=given["reason"],
        route=stations,
        hosting_known=bool(seen.hosting_country),
    ):
        return ""
    if given["ground"] not in case_rules.GROUNDS:
        raise case_errors.GroundNotOffered(given["ground"][:40])
    return given["ground"]


def given_in(request: HttpRequest) -> dict[str, str]:
    """Return what was chosen and typed in the form of a decision."""
    return {
        "kind": request.POST.get("kind", ""),
        "reason": request.POST.get("reason", ""),
        "ground": request.POST.get("ground", ""),
        "question_text": request.POST.get("question_text", "").replace("\x00", "").strip(),
    }


def problem_of(refusal: Refusal) -> questions.Problem:
    """Return the sentence of a refusal with the question that it is about."""
    return questions.Problem(refusals.sentence(refusal), _FIELD_OF.get(refusal.code, ""))


def _page(
    request: HttpRequest,
    by: Actor,
    seen: case_queries.ItemSeen,
    given: dict[str, str],
    *,
    problems: list[questions.Problem] | None = None,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponseBase:
    assessments = known.assessments(case_queries.assessments(seen.id, seen_by=by.id))
    offered = seen.decisions_offered if not seen.pending else ()
    notify = DecisionKind.NOTIFY in offered
    context: dict[str, Any] = {
        **case.frame(by, seen),
        "questions": questions.of_decision(offered, seen.close_reasons_offered, given),
        "question_text": given.get("question_text", ""),
        "chosen": "" if offered else _chosen(given),
        "may_ask": DecisionKind.ASK_REPORTER in offered,
        "problems": problems or [],
        "conflict": conflict,
        "assessments": assessments,
        "compared": known.compared(assessments),
        **law.of_item(seen, assessments),
        "grounds": law.grounds(given.get("ground", "")) if offered else [],
        "pass_on": passing.of_offered(offered, seen.hosting_country),
        "recipient": _recipient(seen.id) if notify else None,
        "letter": letters.of_item(seen.id) if notify else "",
    }
    return render(request, "desk/decide.html", context, status=status)


def _chosen(given: dict[str, str]) -> str:
    """Return in words what was chosen, where no question is asked any more that could show it."""
    if given.get("kind") not in set(DecisionKind):
        return ""
    return refusals.decision_in_words(given["kind"], given.get("reason", ""))


def _recipient(item_id: uuid.UUID) -> Recipient:
    found = hosting.hosting_of(item_id)
    contact = found.contact if found else None
    if contact is None:
        return Recipient(
            _("No contact is known yet. The letter waits until one is found and approved."), None
        )
    if not contact.usable:
        return Recipient(_("The letter waits until this contact is approved:"), contact)
    if node := hosting.node_of(contact):
        return Recipient(
            _("It goes to %(node)s, the provider’s own node, and by mail only when that cannot take it:")
            % {"node": node},
            contact,
        )
    return Recipient(_("The letter goes to this approved contact:"), contact)


@access.allowed("decide")
@require_POST
def undo(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Take one's last decision back."""
    with acting.told(request, _("The decision is taken back.")):
        cases.undo_decision(by=access.actor(request), item_id=item_id)
    return acting.to_item(item_id)
