"""Take away every way of signing in from a person who lost one, and hand out a new one-time link.

Whoever lost a second factor may have lost the password with it, so both go, and the person starts again
with a link that a coordinator hands over face to face.
"""

from __future__ import annotations

import uuid

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from tutela.apps.accounts import rules
from tutela.apps.accounts.actions.change_role import person_to_change
from tutela.apps.accounts.actions.invite_person import Invited, make_invitation, write_invited
from tutela.apps.accounts.models import Person
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel.errors import NotFound
from tutela.core.terms.states import Role


def reset_second_factor(*, by: rules.Actor, person_id: uuid.UUID) -> Invited:
    """Remove second factors and password, end all sessions, return a new link.

    Raises:
        NotPermitted, NotFound
        NotOneself: one's own factors are changed on one's own account page.
    """
    rules.require(by, "manage_people")
    with transaction.atomic():
        person = person_to_change(by, person_id, keeps_coordinator=True)
        return start_again(person, actor=by.label)


def reset_second_factor_by_command(*, email: str) -> Invited:
    """The same for whoever may run commands on the machine, when no coordinator can get in.

    Raises:
        NotAnEmail
        NotFound: no active person has this address.
    """
    with transaction.atomic():
        person = (
            Person.objects.select_for_update().filter(email=rules.clean_email(email), is_active=True).first()
        )
        if person is None:
            raise NotFound
        return start_again(person, actor="command")


def start_again(person: Person, *, actor: str) -> Invited:
    """Remove factors and password, end sessions, invite again; in the caller's transaction."""
    factors = Authenticator.objects.filter(user=person)
    kinds = sorted(factors.values_list("type", flat=True))
    factors.delete()
    Person.objects.filter(pk=person.pk).update(
        password=make_password(None), session_epoch=F("session_epoch") + 1
    )
    made = make_invitation(role=Role(person.role), email=person.email, name=person.name, person=person)
    ledger.write_line(
        "second_factor_removed",
        actor=actor,
        about=("person", person.pk),
        facts={"factors": kinds, "reset": True},
    )
    write_invited(made, actor=actor, role=Role(person.role), again=True)
    return made
