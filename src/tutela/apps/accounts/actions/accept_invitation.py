"""Become a person, or come back as one, with a one-time link."""

from __future__ import annotations

import uuid

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from tutela.apps.accounts import rules
from tutela.apps.accounts.errors import AlreadyThere, LinkNotValid, WeakPassword
from tutela.apps.accounts.models import Invitation, Person
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock, ids


def accept_invitation(*, token: str, name: str, password: str, email: str = "") -> uuid.UUID:
    """Use the link and return the id of the person.

    Name and address of an invitation for an existing person are kept as they are; an address is taken
    from ``email`` only when the invitation names none (the first coordinator).

    Raises:
        LinkNotValid: unknown, used, withdrawn, expired; nothing tells which.
        NotAName, NotAnEmail, AlreadyThere, WeakPassword: the link stays good for another try.
    """
    invitation = (
        Invitation.still_open().select_related("person").filter(token_hash=rules.token_hash(token)).first()
    )
    if invitation is None:
        raise LinkNotValid
    person = _new_person(invitation, name, email) if invitation.person is None else invitation.person
    person.password = _hash(password, person)
    with transaction.atomic():
        if Invitation.still_open().filter(pk=invitation.pk).update(used_at=clock.now()) != 1:
            raise LinkNotValid
        _keep(person, is_new=invitation.person is None)
        ledger.write_line(
            "invitation_accepted",
            actor=person.actor.label,
            about=("person", person.id),
            facts={"role": person.role, "again": invitation.person is not None},
        )
    return person.id


def _new_person(invitation: Invitation, name: str, email: str) -> Person:
    return Person(
        id=ids.new_id(),
        email=rules.clean_email(invitation.email or email),
        name=rules.clean_name(name or invitation.name),
        role=invitation.role,
    )


def _hash(password: str, person: Person) -> str:
    # Outside the transaction: Argon2 takes its time on purpose, and nobody else should wait for the lock.
    reasons = rules.password_reasons(password)
    if not reasons:
        try:
            validate_password(password, user=person)
        except ValidationError as error:
            reasons = tuple(entry.code or "password_refused" for entry in error.error_list)
    if reasons:
        raise WeakPassword(reasons)
    return make_password(password)


def _keep(person: Person, *, is_new: bool) -> None:
    if is_new:
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError:
            raise AlreadyThere from None
    else:
        Person.objects.filter(pk=person.pk).update(
            password=person.password, session_epoch=F("session_epoch") + 1
        )
