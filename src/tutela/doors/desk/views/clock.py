"""The exposure clock: a person's own, its heartbeat, the stop, and the welfare lead's view of all."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from tutela.apps.accounts import queries as account_queries
from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases import rules as case_rules
from tutela.core.kernel import clock as kernel_clock
from tutela.doors.desk import access, forms
from tutela.doors.desk.views import acting
from tutela.doors.desk.views.case import clock_of


@dataclass(frozen=True, slots=True)
class OfPerson:
    """One person's day for the welfare lead."""

    name: str
    minutes: int
    limit: int
    break_due: bool
    stopped: bool


@access.allowed("see_queue")
@require_GET
def mine(request: HttpRequest) -> HttpResponseBase:
    """Show a person's own clock, and who else sees it."""
    return render(request, "desk/clock.html", {"clock": clock_of(access.actor(request))})


@access.allowed("see_queue")
@require_GET
def stopped(request: HttpRequest) -> HttpResponseBase:
    """Say that it is enough for today; while it is not, there is nothing to say here."""
    clock = clock_of(access.actor(request))
    if not clock.stopped:
        return acting.to("desk:clock")
    return render(request, "desk/stopped.html", {"clock": clock})


@access.without_activity
@access.allowed("see_queue")
@require_POST
def beat(request: HttpRequest) -> HttpResponseBase:
    """Say that the item is still before the person's eyes; answer with the clock."""
    by, item_id = access.actor(request), acting.uuid_of(request.POST.get("item", ""))
    if item_id is None:
        return HttpResponse(status=422)
    cases.beat_exposure(by=by, item_id=item_id)
    clock = clock_of(by)
    return JsonResponse(
        {
            "minutes": clock.minutes,
            "limit": clock.limit,
            "break_due": clock.break_due,
            "stopped": clock.stopped,
        }
    )


@access.without_activity
@access.allowed("see_queue")
@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """Say that the item is no longer before the person's eyes."""
    item_id = acting.uuid_of(request.POST.get("item", ""))
    if item_id is not None:
        cases.close_exposure(by=access.actor(request), item_id=item_id)
    return HttpResponse(status=204)


@access.allowed("see_exposure_of_others")
@require_GET
def of_all(request: HttpRequest) -> HttpResponseBase:
    """Show everybody's day to the welfare lead."""
    by, form = access.actor(request), forms.Day(request.GET)
    today = case_rules.day_of(kernel_clock.now(), settings.TUTELA.time_zone)
    form.is_valid()
    day = form.cleaned_data.get("day") or today
    found = case_queries.exposure_of_all(day, by=by)
    names = account_queries.names_of(one.person_id for one in found)
    people = [
        OfPerson(
            names.get(one.person_id, ""), one.day.minutes, one.day.limit, one.day.break_due, one.day.stopped
        )
        for one in found
    ]
    return render(request, "desk/clock_of_all.html", {"people": people, "day": day, "today": today})
