"""What can be asked about people."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator

from tutela.apps.accounts import rules
from tutela.apps.accounts.models import Invitation, Person
from tutela.core.kernel.errors import NotFound, NotPermitted
from tutela.core.terms.states import Role

SECOND_FACTORS = frozenset({Authenticator.Type.TOTP.value, Authenticator.Type.WEBAUTHN.value})
"""Recovery codes stand in for a second factor; alone they are none."""


@dataclass(frozen=True, slots=True)
class FactorSeen:
    """One way to prove who one is, without its secret."""

    id: int
    kind: str
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """A person as other rooms and the doors see it."""

    id: uuid.UUID
    name: str
    email: str
    role: Role
    active: bool
    language: str
    last_sign_in_on: date | None
    factors: tuple[FactorSeen, ...]

    @property
    def has_second_factor(self) -> bool:
        return any(factor.kind in SECOND_FACTORS for factor in self.factors)


@dataclass(frozen=True, slots=True)
class InvitationSeen:
    """An open invitation; ``person_id`` is set when it lets an existing person back in."""

    id: uuid.UUID
    email: str
    name: str
    role: Role
    expires_at: datetime
    person_id: uuid.UUID | None


def person(person_id: uuid.UUID) -> PersonSeen:
    """Return the person, active or not; raises :class:`NotFound`."""
    row = Person.objects.filter(pk=person_id).first()
    if row is None:
        raise NotFound
    return _person(row, factors_of(person_id))


def people() -> list[PersonSeen]:
    """Return everybody, active first, by name."""
    rows = list(Person.objects.order_by("-is_active", "name", "pk"))
    factors = defaultdict(list)
    for one in Authenticator.objects.filter(user__in=rows).order_by("pk"):
        factors[one.user_id].append(_factor(one))
    return [_person(row, factors[row.pk]) for row in rows]


def name_of(person_id: uuid.UUID | None) -> str:
    """Return the person's name, or an empty text."""
    if person_id is None:
        return ""
    return Person.objects.filter(pk=person_id).values_list("name", flat=True).first() or ""


def names_of(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the names of many people in one look."""
    return dict(Person.objects.filter(pk__in=set(person_ids)).values_list("pk", "name"))


def actor_of(user: object) -> rules.Actor:
    """Return the signed-in person as the one who acts.

    Raises:
        NotPermitted: nobody is signed in, or the person was shut out.
    """
    if not isinstance(user, Person) or not user.is_active:
        raise NotPermitted("sign_in")
    return user.actor


def factors_of(person_id: uuid.UUID) -> tuple[FactorSeen, ...]:
    """Return the person's factors, oldest first."""
    return tuple(_factor(one) for one in Authenticator.objects.filter(user_id=person_id).order_by("pk"))


def has_second_factor(person_id: uuid.UUID) -> bool:
    """Return whether the person has a second factor or passkey."""
    return bool(Authenticator.objects.filter(user_id=person_id, type__in=SECOND_FACTORS).exists())


def open_invitations() -> list[InvitationSeen]:
    """Return the invitations that may still be used, the next to expire first."""
    return [_invitation(row) for row in Invitation.still_open().order_by("expires_at", "pk")]


def invitation_by_token(token: str) -> InvitationSeen | None:
    """Return the open invitation of a token, or ``None`` for whatever reason it is not good."""
    row = Invitation.still_open().filter(token_hash=rules.token_hash(token)).first()
    return None if row is None else _invitation(row)


def has_coordinator() -> bool:
    """Return whether somebody active can let people in."""
    return Person.active_coordinators().exists()


def _person(row: Person, factors: Iterable[FactorSeen]) -> PersonSeen:
    return PersonSeen(
        id=row.pk,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        active=row.is_active,
        language=row.language,
        last_sign_in_on=None if row.last_login is None else row.last_login.date(),
        factors=tuple(factors),
    )


def _factor(row: Authenticator) -> FactorSeen:
    name = str(row.data.get("name", "")) if row.type == Authenticator.Type.WEBAUTHN else ""
    return FactorSeen(row.pk, str(row.type), name, row.created_at, row.last_used_at)


def _invitation(row: Invitation) -> InvitationSeen:
    return InvitationSeen(row.pk, row.email, row.name, Role(row.role), row.expires_at, row.person_id)
