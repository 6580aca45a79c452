"""People of the desk for tests: made in one line, signed in through the real pages."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

    from tutela.apps.accounts.rules import Actor

PASSWORD = "five plain words that nobody guesses"
"""What everybody in a test has; no node knows it."""

STEP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class MadePerson:
    """Somebody in a test; ``secret`` is empty for who has no authenticator app."""

    id: uuid.UUID
    email: str
    secret: str
    actor: Actor

    def code(self, steps_from_now: int = 0) -> str:
        """Return what the person's app shows now, or so many half minutes away."""
        return code_of(self.secret, steps_from_now)


def make_person(role: str = "analyst", *, name: str = "Nino", app: bool = True, **more: Any) -> MadePerson:
    """Make a person with a password and, unless ``app`` is false, an authenticator app."""
    from allauth.core.context import request_context
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal import auth as totp
    from django.contrib.auth import get_user_model

    from tutela.core.kernel import ids

    key = ids.new_id()
    email = f"{role}-{key.hex[-8:]}@hotline.example.org"
    person = get_user_model()(id=key, email=email, name=name, role=role, **more)
    person.set_password(PASSWORD)
    person.save(force_insert=True)
    secret = ""
    if app:
        with request_context(None):
            secret = totp.generate_totp_secret()
            totp.TOTP.activate(person, secret)
            RecoveryCodes.activate(person)
    return MadePerson(key, person.email, secret, person.actor)


def code_of(secret: str, steps_from_now: int = 0) -> str:
    """Return the time-based code (RFC 6238) of a secret."""
    from allauth.mfa.totp.internal import auth as totp

    step = int(time.time()) // STEP_SECONDS + steps_from_now
    return str(totp.format_hotp_value(totp.hotp_value(secret, step)))


def sign_in(client: Client, person: MadePerson) -> None:
    """Sign in with password and code, through the pages; one's code of the moment is used up."""
    answer = client.post("/sign-in/", {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    if person.secret:
        answer = client.post("/sign-in/second/", {"code": person.code()})
        assert answer.status_code == 302, answer.content


def be(client: Client, person: MadePerson) -> None:
    """Be signed in with a second factor, without going through the pages."""
    from django.contrib.auth import get_user_model

    from tutela.entry import access

    client.force_login(
        get_user_model()._default_manager.get(pk=person.id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    session = client.session
    session[access.FACTOR_SHOWN] = True
    session.save()
