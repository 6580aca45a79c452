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
from tutela.apps.receipts import queries as receipt_queries
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
    if contacts := len(notice_queries.contacts_waiting()):
        text = ngettext(
            "%(number)d contact waits for approval", "%(number)d contacts wait for approval", contacts
        ) % {"number": contacts}
        found.append(Hint(_("approve"), "warn", text, reverse("desk:contacts")))
    if answers := len(notice_queries.answers_waiting()):
        text = ngettext(
            "%(number)d answer of a provider waits", "%(number)d answers of providers wait", answers
        ) % {"number": answers}
        found.append(Hint(_("read"), "warn", text, reverse("desk:notices")))
    if outbox.failed:
        text = ngettext(
            "%(number)d letter was not delivered", "%(number)d letters were not delivered", outbox.failed
        ) % {"number": outbox.failed}
        found.append(Hint(_("mend"), "bad", text, f"{reverse('desk:notices')}?state=failed"))
    if missing := outbox.items_without_contact:
        text = ngettext("%(number)d item has no contact", "%(number)d items have no contact", missing) % {
            "number": missing
        }
        found.append(Hint(_("find"), "warn", text, reverse("desk:notices")))
    return [*found, *_about_submissions()]


def _about_submissions() -> list[Hint]:
    if not (broken := receipt_queries.submission_counts().broken):
        return []
    text = ngettext(
        "%(number)d report could not be opened; run: tutela doctor",
        "%(number)d reports could not be opened; run: tutela doctor",
        broken,
    ) % {"number": broken}
    return [Hint(_("mend"), "bad", text)]
