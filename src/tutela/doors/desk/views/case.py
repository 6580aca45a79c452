"""What every page about one item needs: the item, the exposure clock, the frame of the page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tutela.apps.accounts import rules as accounts
from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.core.terms.states import ItemKind
from tutela.doors.desk import access, law_labels
from tutela.doors.desk.shown import items as shown
from tutela.doors.desk.shown import partnered


@dataclass(frozen=True, slots=True)
class Clock:
    """The exposure clock as the pages show it."""

    minutes: int
    limit: int
    high: int
    minutes_since_break: int
    break_after: int
    break_due: bool
    stopped: bool


def clock_of(by: Actor) -> Clock:
    """Return a person's own clock of today."""
    day = case_queries.exposure_today(by.id, by=by)
    return Clock(
        minutes=day.minutes,
        limit=day.limit,
        high=int(day.limit * 0.8),
        minutes_since_break=day.minutes_since_break,
        break_after=settings.TUTELA.desk.exposure_break_after_minutes,
        break_due=day.break_due,
        stopped=day.stopped,
    )


def opened(request: HttpRequest, item_id: uuid.UUID) -> tuple[Actor, case_queries.ItemSeen]:
    """Return the item that the person has open from now on; the clock runs.

    Raises:
        NoSuchItem, ExposureStop
    """
    by = access.actor(request)
    seen = case_queries.item(item_id)
    cases.open_exposure(by=by, item_id=item_id)
    return by, seen


def frame(by: Actor, seen: case_queries.ItemSeen) -> dict[str, Any]:
    """Return what the head and the side of the page show."""
    law = case_queries.viewing()
    return {
        "item": shown.item(seen, viewer=by.id),
        "clock": clock_of(by),
        "no_view": not law.allowed,
        "viewing": law_labels.VIEWING[law.why],
        "viewing_source": law.powers.viewing.source if law.powers else None,
        "may_assess": seen.to_assess and accounts.may(by.role, "assess"),
        "may_decide": bool(seen.decisions_offered) and not seen.pending and accounts.may(by.role, "decide"),
        "may_reveal": may_reveal(by, seen),
        **partnered.may_send(by, seen),
    }


def may_reveal(by: Actor, seen: case_queries.ItemSeen) -> bool:
    """Return whether the plain address may be shown: the node may view, the person assesses, there is one."""
    view = case_queries.viewing().allowed
    return view and seen.kind == ItemKind.ADDRESS and bool(seen.canonical) and accounts.may(by.role, "assess")
