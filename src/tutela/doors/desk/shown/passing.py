"""To whom a desk that may not view passes an item on: by hand, because nothing leaves this node by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings

from tutela.core.law import contacts
from tutela.core.law.contacts import Contact
from tutela.core.terms.states import DecisionKind


def pass_on_to(hosting_country: str) -> list[Contact]:
    """Return who may look: those of the country of hosting, our own police, the directory of hotlines."""
    return list(dict.fromkeys(_known(hosting_country, settings.TUTELA.country)))


def of_offered(offered: Iterable[DecisionKind], hosting_country: str) -> list[Contact]:
    """Return the same where passing on is among what can be decided, else nobody."""
    return pass_on_to(hosting_country) if DecisionKind.FORWARD_UNOPENED in offered else []


def _known(hosting_country: str, own_country: str) -> Iterator[Contact]:
    if hosting_country and hosting_country != own_country:
        yield from contacts.hotlines(hosting_country)
        yield from _police(hosting_country)
    yield from _police(own_country)
    for row in contacts.contacts_of(contacts.WORLDWIDE):
        if row.network == "INHOPE":
            yield row


def _police(country: str) -> Iterator[Contact]:
    return (row for row in contacts.contacts_of(country) if row.kind == "police")
