"""Shut a person out, at once."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import F

from tutela.apps.accounts import rules
from tutela.apps.accounts.actions.change_role import person_to_change
from tutela.apps.accounts.models import Invitation, Person, SignInLink
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock


def deactivate_person(*, by: rules.Actor, person_id: uuid.UUID) -> None:
    """End the person's access, sessions and open links. What the person did stays in the record.

    Raises:
        NotPermitted, NotFound, LastCoordinator, NotOneself
    """
    rules.require(by, "manage_people")
    with transaction.atomic():
        person_to_change(by, person_id, keeps_coordinator=False)
        now = clock.now()
        Person.objects.filter(pk=person_id).update(is_active=False, session_epoch=F("session_epoch") + 1)
        Invitation.still_open().filter(person_id=person_id).update(withdrawn_at=now)
        SignInLink.objects.filter(person_id=person_id, used_at=None).update(used_at=now)
        ledger.write_line("person_deactivated", actor=by.label, about=("person", person_id))
