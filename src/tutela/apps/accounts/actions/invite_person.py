"""Make the one-time link with which somebody becomes a person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tutela.apps.accounts import rules
from tutela.apps.accounts.errors import AlreadyThere, NotARole
from tutela.apps.accounts.models import Invitation, Person
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock, ids
from tutela.core.terms.states import Role


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation just made. The token exists here and in the link that is handed over, nowhere else."""

    invitation_id: uuid.UUID
    expires_at: datetime
    link_token: str = field(repr=False)


def invite_person(*, by: rules.Actor, email: str, name: str, role: Role | str) -> Invited:
    """Invite somebody; an older open invitation of the same address ends.

    Raises:
        NotPermitted, NotAnEmail, NotAName, NotARole
        AlreadyThere: the address belongs to a person, active or not.
    """
    rules.require(by, "manage_people")
    email, name = rules.clean_email(email), rules.clean_name(name)
    with transaction.atomic():
        if Person.objects.filter(email=email).exists():
            raise AlreadyThere
        made = make_invitation(role=known_role(role), email=email, name=name)
        write_invited(made, actor=by.label, role=known_role(role), again=False)
    return made


def known_role(role: Role | str) -> Role:
    """Return the role, or raise :class:`NotARole`."""
    try:
        return Role(role)
    except ValueError:
        raise NotARole from None


def make_invitation(*, role: Role, email: str = "", name: str = "", person: Person | None = None) -> Invited:
    """Insert an invitation in the caller's transaction; older ones of the same person or address end."""
    now, token = clock.now(), ids.new_token()
    same = Q(person=person) if person is not None else Q(person=None, email=email)
    Invitation.still_open().filter(same).update(withdrawn_at=now)
    # Who was invited and never came is forgotten; the ledger keeps that somebody was.
    over = Q(withdrawn_at__isnull=False) | Q(used_at=None, expires_at__lte=now)
    Invitation.objects.filter(over).exclude(email="", name="").update(email="", name="")
    invitation = Invitation.objects.create(
        token_hash=rules.token_hash(token),
        role=role.value,
        email=email,
        name=name,
        person=person,
        made_at=now,
        expires_at=now + rules.INVITATION_LASTS,
    )
    return Invited(invitation.id, invitation.expires_at, token)


def write_invited(made: Invited, *, actor: str, role: Role, again: bool) -> None:
    """Write the ledger line of an invitation."""
    ledger.write_line(
        "person_invited",
        actor=actor,
        about=("invitation", made.invitation_id),
        facts={"role": role.value, "again": again},
    )
