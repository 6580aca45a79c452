"""Make the link with which a new node gets its first coordinator."""

from __future__ import annotations

from django.db import transaction

from tutela.apps.accounts.actions.invite_person import make_invitation, write_invited
from tutela.apps.accounts.errors import CoordinatorExists
from tutela.apps.accounts.models import Person
from tutela.core.terms.states import Role


def invite_first_coordinator() -> str:
    """Return the token of a one-time link; who opens it chooses name and e-mail address.

    Asked again before it was used, the earlier link ends.

    Raises:
        CoordinatorExists: there is an active coordinator, who invites everybody else.
    """
    with transaction.atomic():
        if Person.active_coordinators().exists():
            raise CoordinatorExists
        made = make_invitation(role=Role.COORDINATOR)
        write_invited(made, actor="command", role=Role.COORDINATOR, again=False)
    return made.link_token
