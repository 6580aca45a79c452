"""Hand items over to another hotline, or refer them to the police: what leaves is shown before it does."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import errors as case_errors
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases import rules as case_rules
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries as exchange_queries
from tutela.apps.exchange.errors import PartnerUnknown
from tutela.core.kernel import texts
from tutela.core.kernel.errors import NotFound, NotPermitted, Refusal
from tutela.core.terms.exchange import HandlingCode, SourceGrade
from tutela.core.terms.marks import HandlingMark
from tutela.doors.desk import access, questions, refusals, sending
from tutela.doors.desk.sending import HANDOVER, REFERRAL, Going, Way
from tutela.doors.desk.shown import contents, known, law
from tutela.doors.desk.views import acting, case

MOST = 500
MOST_NOTE = 4000
_FIELDS = ("partner", "mark", "source", "information", "afterwards", "ground")
_FIELD_OF = {
    "partner_unknown": "partner",
    "mark_forbids": "mark",
    "mark_loosened": "mark",
    "ground_not_offered": "ground",
}


@access.allowed("decide")
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Hand an item, or several that were marked, over to a partner hotline."""
    return _send(request, item_id, HANDOVER)


@access.allowed("decide")
@require_http_methods(["GET", "POST"])
def refer(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """Refer an item, or several that were marked, to the police."""
    return _send(request, item_id, REFERRAL)


def _send(request: HttpRequest, item_id: uuid.UUID, way: Way) -> HttpResponseBase:
    by, seen = case.opened(request, item_id)
    found = [case_queries.item(one) for one in _wanted(request, item_id)]
    items = [sending.going(one, by.id) for one in found if way.takes(one)]
    if request.method != "POST" or "send" not in request.POST or not items:
        return _page(request, by, seen, way, items, left_out=len(found) - len(items))
    try:
        sent = _carry_out(request, by, way, items)
    except (NotFound, NotPermitted, case_errors.ExposureStop) as refusal:
        if not isinstance(refusal, PartnerUnknown):
            raise
        return _refused(request, by, seen, way, items, refusal)
    except Refusal as refusal:
        return _refused(request, by, seen, way, items, refusal)
    messages.success(request, _("It is on its way to the partner. What the partner does will stand here."))
    return acting.to("desk:conversation", sent)


def _wanted(request: HttpRequest, item_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the items that were marked, or the one of the page when none was."""
    marked = [one for text in request.POST.getlist("items")[:MOST] if (one := acting.uuid_of(text))]
    return list(dict.fromkeys(marked)) or [item_id]


def _carry_out(request: HttpRequest, by: Actor, way: Way, items: Sequence[Going]) -> uuid.UUID:
    given = _given(request)
    partner = exchange_queries.partner(given["partner"])
    seen = _versions(request, items)
    ground = _ground(way, items, partner, given["ground"])
    mark = _mark(given["mark"])
    note = texts.typed(request.POST.get("note", "")).strip()[:MOST_NOTE]
    if way is HANDOVER:
        return exchange.hand_over(
            by=by, items=seen, partner=partner.name, note=note, mark=mark, departs_because=ground
        ).conversation_id
    return exchange.refer(
        by=by, items=seen, partner=partner.name, note=note, mark=mark, departs_because=ground,
        grades=_grades(request, given), hold=given["afterwards"] == sending.HOLD,
    ).conversation_id  # fmt: skip


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "")[:100] for name in _FIELDS}


def _versions(request: HttpRequest, items: Sequence[Going]) -> list[tuple[uuid.UUID, int]]:
    """Return each item with the version that the person saw; what was not on the page does not go."""
    said = dict(text.partition(":")[::2] for text in request.POST.getlist("seen"))
    return [(one.seen.id, acting.number_of(said.get(str(one.seen.id), ""))) for one in items]


def _ground(way: Way, items: Sequence[Going], partner: exchange_queries.PartnerSeen, ground: str) -> str:
    if not sending.departs(way, items, partner):
        return ""
    if ground not in case_rules.GROUNDS:
        raise case_errors.GroundNotOffered(ground[:40])
    return ground


def _mark(text: str) -> HandlingMark | None:
    return HandlingMark(text) if text in set(HandlingMark) else None


def _grades(request: HttpRequest, given: dict[str, str]) -> exchange.Grades:
    source = SourceGrade(given["source"]) if given["source"] in set(SourceGrade) else SourceGrade.X
    information = int(given["information"]) if given["information"] in ("1", "2", "3", "4") else 4
    chosen = request.POST.getlist("handling")
    return exchange.Grades(source, information, tuple(one for one in HandlingCode if one.value in chosen))


def _refused(
    request: HttpRequest,
    by: Actor,
    seen: case_queries.ItemSeen,
    way: Way,
    items: list[Going],
    refusal: Refusal,
) -> HttpResponseBase:
    """Say why it did not leave; what was chosen and typed stands in the form again."""
    text = refusals.sentence(refusal)
    if isinstance(refusal, PartnerUnknown):
        text = _("Choose to whom it goes.")
    problem = questions.Problem(text, _FIELD_OF.get(refusal.code, ""))
    conflict = isinstance(refusal, case_errors.ChangedMeanwhile)
    return _page(request, by, seen, way, items, problem=problem, status=409 if conflict else 422)


def _page(
    request: HttpRequest,
    by: Actor,
    seen: case_queries.ItemSeen,
    way: Way,
    items: list[Going],
    *,
    left_out: int = 0,
    problem: questions.Problem | None = None,
    status: int = 200,
) -> HttpResponseBase:
    given = _given(request) if "send" in request.POST else {}
    found = known.assessments(case_queries.assessments(seen.id, seen_by=by.id))
    context: dict[str, Any] = {
        **case.frame(by, seen),
        **(law.of_item(seen, found) if len(items) == 1 else {}),
        "way": way.kind,
        "partners": sending.partners_for(way, items),
        "questions": sending.questions(way, items, given, [problem.field] if problem else []),
        "handling": sending.handling(request.POST.getlist("handling")) if way is REFERRAL else [],
        "note": request.POST.get("note", "").replace("\x00", "") if given else "",
        "grounds": law.grounds(given.get("ground", "")),
        "needs_ground": any(one.route and one.route.steps for one in items),
        "usual_mark": sending.marks_for(way, items)[0].value if items else "",
        "leaving": [_leaving(one.seen) for one in items],
        "left_out": _left_out(left_out),
        "problem": problem,
    }
    return render(request, "desk/send.html", context, status=status)


def _leaving(seen: case_queries.ItemSeen) -> tuple[contents.ItemLine, int]:
    """Return an item as it would be sent, with the version that it has on this page."""
    return contents.item_line(exchange.item_to_send(seen.id)), seen.version


def _left_out(number: int) -> str:
    text = ngettext(
        "%(number)d item that was marked cannot go this way now and is left out.",
        "%(number)d items that were marked cannot go this way now and are left out.",
        number,
    )
    return text % {"number": number} if number else ""
