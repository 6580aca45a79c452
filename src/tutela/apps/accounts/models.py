"""Tables of the room. Tokens are kept as hashes; a person is never deleted, only shut out."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from tutela.apps.accounts import rules
from tutela.core.kernel import clock, ids
from tutela.core.terms.states import Role

_ROLES = sorted(role.value for role in Role)


class People(BaseUserManager["Person"]):
    """What the sign-in library asks for; people are made by ``accept_invitation`` alone."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """Somebody who works at the desk."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    email = models.EmailField(max_length=rules.EMAIL_AT_MOST, unique=True)
    name = models.CharField(max_length=rules.NAME_AT_MOST)
    role = models.CharField(max_length=32)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    # Counted up to end every session of the person at once.
    session_epoch = models.PositiveIntegerField(default=0)
    # The last thirty-second step whose one-time code was used; nothing up to it is accepted again.
    last_code_step = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="person_email_lower_case"),
            models.CheckConstraint(condition=models.Q(role__in=_ROLES), name="person_role_known"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        # Django's own hash covers the password; the epoch lets a coordinator end sessions as well.
        covered = f"{self.password}:{self.session_epoch}"
        return salted_hmac("tutela.accounts.session", covered, secret=secret, algorithm="sha256").hexdigest()

    @property
    def actor(self) -> rules.Actor:
        return rules.Actor(self.id, Role(self.role))

    @classmethod
    def active_coordinators(cls) -> models.QuerySet[Person]:
        return cls.objects.filter(is_active=True, role=Role.COORDINATOR.value)


class Invitation(models.Model):
    """A one-time link with which somebody becomes a person, or a person comes back with a new password."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=32)
    email = models.CharField(max_length=rules.EMAIL_AT_MOST, blank=True)
    name = models.CharField(max_length=rules.NAME_AT_MOST, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="invitations")
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=_ROLES), name="invitation_role_known"),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
                name="invitation_used_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def still_open(cls) -> models.QuerySet[Invitation]:
        return cls.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=clock.now())


class SignInLink(models.Model):
    """A one-time sign-in of a demo node."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sign_in_links")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)
