"""The coordinator's overview: how many, how long, and what needs a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tutela.apps.cases import queries as case_queries
from tutela.apps.notices import queries as notice_queries
from tutela.core.kernel import clock
from tutela.core.terms.states import ItemState
from tutela.doors.desk import access, figures, labels

DAYS = 30


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that waits for a person, and the page where it is done."""

    word: str
    tone: str
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many items stand in a state."""

    state: str
    label: str
    number: str


@access.allowed("reassign")
@require_GET
def overview(request: HttpRequest) -> HttpResponseBase:
    """Show the desk as a whole, never person by person."""
    counts = case_queries.counts()
    since = clock.now() - timedelta(days=DAYS)
    context: dict[str, Any] = {
        "counts": [
            Count(state.value, labels.term("item_state", state), figures.number(counts.by_state[state.value]))
            for state in ItemState
        ],
        "clocks": figures.clocks(since),
        "days": DAYS,
        "hints": _hints(counts),
    }
    return render(request, "desk/overview.html", context)


def _hints(counts: case_queries.Counts) -> list[Hint]:
    found = []
    if danger := counts.by_reason["danger_now"].number:
        text = ngettext(
            "%(number)d item with danger now waits", "%(number)d items with danger now wait", danger
        ) % {"number": danger}
        found.append(Hint(_("now"), "bad", text, f"{reverse('desk:queue')}?reason=danger_now"))
    if disputed := counts.by_state[ItemState.DISPUTED.value].number:
        text = ngettext("%(number)d dispute waits", "%(number)d disputes wait", disputed) % {
            "number": disputed
        }
        found.append(Hint(_("settle"), "warn", text, f"{reverse('desk:queue')}?state=disputed"))
    return [*found, *_about_notices()]


def _about_notices() -> list[Hint]:
    outbox, found = notice_queries.outbox_state(), []
    for number, one, many, page, tone in (
        (
            len(notice_queries.contacts_waiting()),
            "%(number)d contact waits for approval",
            "%(number)d contacts wait for approval",
            "desk:contacts",
            "warn",
        ),
    ):
        if number:
            found.append(
                Hint(_("approve"), tone, ngettext(one, many, number) % {"number": number}, reverse(page))
            )
    if outbox.failed:
        text = ngettext(
            "%(number)d letter was not delivered", "%(number)d letters were not delivered", outbox.failed
        )
        href = f"{reverse('desk:notices')}?state=failed"
        found.append(Hint(_("mend"), "bad", text % {"number": outbox.failed}, href))
    if outbox.items_without_contact:
        text = ngettext(
            "%(number)d item has no contact",
            "%(number)d items have no contact",
            outbox.items_without_contact,
        )
        found.append(
            Hint(_("find"), "warn", text % {"number": outbox.items_without_contact}, reverse("desk:notices"))
        )
    return found
