"""Let a person who was shut out come back."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.accounts import rules
from tutela.apps.accounts.actions.invite_person import Invited
from tutela.apps.accounts.actions.reset_second_factor import start_again
from tutela.apps.accounts.models import Person
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel.errors import NotFound, NotPermitted


def let_back_in(*, by: rules.Actor, person_id: uuid.UUID) -> Invited:
    """Make the person active again, with the old role and nothing of the old ways to sign in.

    Raises:
        NotPermitted
        NotFound: there is no such person, or the person is active.
    """
    rules.require(by, "manage_people")
    with transaction.atomic():
        if not Person.active_coordinators().filter(pk=by.id).exists():
            raise NotPermitted("manage_people")
        person = Person.objects.select_for_update().filter(pk=person_id, is_active=False).first()
        if person is None:
            raise NotFound
        Person.objects.filter(pk=person_id).update(is_active=True)
        made = start_again(person, actor=by.label)
        ledger.write_line("person_let_back_in", actor=by.label, about=("person", person_id))
    return made
