"""The assessment: what was found, in codes, by keyboard; where nobody may view, passing on unopened."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tutela.apps.accounts.rules import Actor, may
from tutela.apps.cases import actions as cases
from tutela.apps.cases import errors as case_errors
from tutela.apps.cases import queries as case_queries
from tutela.core.kernel.errors import NotFound, NotPermitted, Refusal
from tutela.core.terms import assessment
from tutela.core.terms.states import DecisionKind, ItemState
from tutela.doors.desk import access, questions, refusals
from tutela.doors.desk.shown import known, law, passing
from tutela.doors.desk.views import acting, case
from tutela.doors.desk.views.conflict import conflict_of
from tutela.doors.desk.views.queue import to_next


@access.allowed("assess")
@require_http_methods(["GET", "POST"])
def assess(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Ask what was found, and record it."""
    by, seen = case.opened(request, item_id)
    return _answer(request, by, seen) if request.method == "POST" else _page(request, by, seen, {})


def _answer(request: HttpRequest, by: Actor, seen: case_queries.ItemSeen) -> HttpResponseBase:
    """Record the assessment; whatever is refused, what was chosen stands in the form again."""
    given = {name: request.POST.get(name, "") for name in assessment.FIELDS}
    missing = [name for name, value in given.items() if not _is_code(name, value)]
    if missing:
        problems = [
            questions.Problem(_("“%(question)s” has no answer yet.") % {"question": _label(name)}, name)
            for name in missing
        ]
        return _page(request, by, seen, given, problems=problems, status=422)
    try:
        found = assessment.from_codes(given)
        cases.assess_item(by=by, item_id=seen.id, assessed=found, version=acting.version_of(request))
    except case_errors.Contradictory as refusal:
        problems = questions.contradictions(refusal.contradictions)
        return _page(request, by, seen, given, problems=problems, status=422)
    except case_errors.ChangedMeanwhile as refusal:
        now = case_queries.item(seen.id)
        conflict = conflict_of(refusal, again=now.to_assess)
        return _page(request, by, now, given, conflict=conflict, status=409)
    except (NotFound, NotPermitted, case_errors.ExposureStop):
        raise
    except Refusal as refusal:
        problems = [questions.Problem(refusals.sentence(refusal))]
        return _page(request, by, seen, given, problems=problems, status=409)
    messages.success(request, _("The assessment is saved."))
    return _onward(request, seen.id)


def _onward(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Go on: to the decision while this person has the item and it can be decided, else to the next item."""
    if request.POST.get("then") == "item":
        return acting.to_item(item_id)
    by, now = access.actor(request), case_queries.item(item_id)
    if now.state == ItemState.DECIDING and now.claimed_by in (by.id, None):
        return acting.to("desk:decide", item_id)
    return to_next(request)


@access.allowed("decide")
@require_POST
def forward(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Note that the person passed the item on unopened, where this desk may not view."""
    with acting.told(request, _("Noted: you passed the item on unopened.")):
        cases.decide_item(
            by=access.actor(request),
            item_id=item_id,
            kind=DecisionKind.FORWARD_UNOPENED,
            reason="",
            version=acting.version_of(request),
        )
    return acting.to_item(item_id)


def _page(
    request: HttpRequest,
    by: Actor,
    seen: case_queries.ItemSeen,
    given: dict[str, str],
    *,
    problems: list[questions.Problem] | None = None,
    conflict: object = None,
    status: int = 200,
) -> HttpResponseBase:
    assessments = case_queries.assessments(seen.id, seen_by=by.id)
    idle = _idle(by, seen, assessments)
    both = known.assessments(assessments) if seen.state == ItemState.DISPUTED else []
    context: dict[str, Any] = {
        **case.frame(by, seen),
        "heading": _heading(seen.state),
        "idle": idle,
        "pass_on": passing.of_offered(
            seen.decisions_offered if may(by.role, "decide") else (), seen.hosting_country
        ),
        # What somebody chose stays before their eyes, also when it came too late.
        "questions": [] if idle and not given else questions.of_assessment(given, _wrong(problems or [])),
        "problems": problems or [],
        "conflict": conflict,
        "assessments": both,
        "compared": known.compared(both),
        "law": law.strip(seen, law.whole(given)),
        "blind": seen.state == ItemState.SECOND_LOOK,
    }
    return render(request, "desk/assess.html", context, status=status)


def _idle(by: Actor, seen: case_queries.ItemSeen, assessments: Sequence[case_queries.AssessmentSeen]) -> str:
    """Return why nothing is to be assessed by this person now; empty when something is."""
    if not seen.to_assess:
        return refusals.of_code("not_to_assess")
    looked = any(one.by == by.id and one.round == seen.round for one in assessments)
    return refusals.of_code("same_person") if looked else ""


def _wrong(problems: list[questions.Problem]) -> list[str]:
    return [one.field for one in problems]


def _heading(state: str) -> str:
    if state == ItemState.SECOND_LOOK:
        return _("Second look")
    return _("Settle a dispute") if state == ItemState.DISPUTED else _("Assess")


def _label(name: str) -> str:
    return next(one.label for one in questions.of_assessment({}) if one.name == name)


def _is_code(name: str, value: str) -> bool:
    return value in {str(code) for code in assessment.FIELDS[name]}
