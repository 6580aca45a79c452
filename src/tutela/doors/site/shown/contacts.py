"""Who helps in a country, under the headings of the help page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from tutela.core.law import contacts
from tutela.core.law.contacts import Contact
from tutela.doors.site import law_labels
from tutela.doors.site.shown import names
from tutela.doors.site.shown.names import Choice


@dataclass(frozen=True, slots=True)
class Group:
    """Contacts of one kind under their heading, the best sourced first."""

    kind: str
    heading: Any
    rows: tuple[Contact, ...]


def country_of(given: str) -> str:
    """Return the country that was asked for, or the node's own when it is none that we know."""
    code = given.strip().upper()
    return code if code in _known() else str(settings.TUTELA.country)


def choices(chosen: str) -> tuple[Choice, ...]:
    """Return the countries that can be chosen, by name."""
    return names.choices(_known(), chosen)


def groups(country: str) -> tuple[Group, ...]:
    """Return what is known of ``country`` under its headings; no empty ones."""
    found = []
    for kind, heading in law_labels.CONTACTS.items():
        rows = [row for row in contacts.contacts_of(country) if row.kind == kind and _can_be_reached(row)]
        if rows:
            found.append(Group(kind, heading, tuple(sorted(rows, key=_by_source))))
    return tuple(found)


def worldwide() -> tuple[Contact, ...]:
    """Return the directories that lead on to every country."""
    return tuple(row for row in contacts.contacts_of(contacts.WORLDWIDE) if row.kind == "directory")


def _can_be_reached(row: Contact) -> bool:
    """A channel without telephone or page is for those who know it already, not for the public."""
    return bool(row.phone or row.website)


def _by_source(row: Contact) -> tuple[int, int]:
    return contacts.CONFIDENCES.index(row.confidence), -row.source_year


def _known() -> frozenset[str]:
    return contacts.countries_with_contacts() | {str(settings.TUTELA.country)}
