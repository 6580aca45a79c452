"""Give a person another role."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import F

from tutela.apps.accounts import rules
from tutela.apps.accounts.actions.invite_person import known_role
from tutela.apps.accounts.errors import LastCoordinator, NotOneself
from tutela.apps.accounts.models import Person
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel.errors import NotFound, NotPermitted
from tutela.core.terms.states import Role


def change_role(*, by: rules.Actor, person_id: uuid.UUID, role: Role | str) -> None:
    """Change the role; the person's sessions end, so that the next page is already the new role's.

    Raises:
        NotPermitted, NotARole
        NotFound: there is no such active person.
        LastCoordinator: nobody would be left to let people in.
        NotOneself: somebody else changes one's role, in either direction.
    """
    rules.require(by, "manage_people")
    wanted = known_role(role)
    with transaction.atomic():
        person = person_to_change(by, person_id, keeps_coordinator=wanted is Role.COORDINATOR)
        before = person.role
        if before == wanted:
            return
        Person.objects.filter(pk=person_id).update(role=wanted.value, session_epoch=F("session_epoch") + 1)
        ledger.write_line(
            "role_changed",
            actor=by.label,
            about=("person", person_id),
            facts={"role_before": before, "role_after": wanted.value},
        )


def person_to_change(by: rules.Actor, person_id: uuid.UUID, *, keeps_coordinator: bool) -> Person:
    """Lock the coordinators and return the active person whom ``by`` may change now.

    The lock lets two coordinators who demote each other at the same moment happen one after the other:
    the second finds itself no longer permitted.
    """
    coordinators = {one.pk for one in Person.active_coordinators().select_for_update().order_by("pk")}
    if by.id not in coordinators:
        raise NotPermitted("manage_people")
    person = Person.objects.select_for_update().filter(pk=person_id, is_active=True).first()
    if person is None:
        raise NotFound
    if not keeps_coordinator and coordinators == {person_id}:
        raise LastCoordinator
    if person_id == by.id:
        raise NotOneself
    return person
