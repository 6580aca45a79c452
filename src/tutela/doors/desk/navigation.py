"""Which pages a person is offered: the same table of abilities that guards them, never a second one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tutela.apps.accounts import rules as accounts


@dataclass(frozen=True, slots=True)
class Place:
    """One link of the navigation."""

    label: Promise
    href: str
    current: bool


_PLACES: tuple[tuple[str, Promise, str], ...] = (
    ("desk:queue", _("Queue"), "see_queue"),
    ("desk:notices", _("Notices"), "see_queue"),
    ("desk:partners", _("Partners"), "talk_to_partners"),
    ("desk:contacts", _("Contacts"), "approve_contact"),
    ("desk:providers", _("Providers"), "manage_providers"),
    ("desk:clock", _("My clock"), "see_queue"),
    ("desk:clock_of_all", _("Clock of all"), "see_exposure_of_others"),
    ("desk:overview", _("Overview"), "reassign"),
    ("desk:audit", _("Audit"), "see_audit"),
    ("desk:lists", _("Hash lists"), "see_lists"),
    ("people", _("People"), "manage_people"),
)


def places_for(request: HttpRequest) -> list[Place]:
    """Return the links for the signed-in person, in a fixed order."""
    role = getattr(request.user, "role", "")
    found = []
    for name, label, ability in _PLACES:
        if accounts.may(role, ability):
            href = reverse(name)
            found.append(Place(label, href, request.path.startswith(href)))
    return found


def home_for(role: str) -> str:
    """Return the name of the page where this role's work begins."""
    for name, _label, ability in _PLACES:
        if accounts.may(role, ability):
            return name
    return "mfa_index"
