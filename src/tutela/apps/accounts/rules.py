"""Who may do what, without Django. A role that is not in the table may do nothing."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from tutela.apps.accounts.errors import NotAName, NotAnEmail
from tutela.core.kernel.errors import NotPermitted
from tutela.core.terms.states import Role

INVITATION_LASTS = timedelta(days=7)
SIGN_IN_LINK_LASTS = timedelta(hours=12)
"""Links of a demo node; it stays up for a working day and no longer."""

NAME_AT_MOST = 120
EMAIL_AT_MOST = 254
PASSWORD_AT_LEAST = 12
PASSWORD_AT_MOST = 128
"""ASVS 4.0 sections 2.1.1 and 2.1.2; no rules of composition (2.1.9)."""

_DESK_WORK = frozenset(
    {
        "see_queue", "claim", "assess", "confirm", "decide", "read_words",
        "see_lists", "propose_entry", "approve_entry", "talk_to_partners",
        "see_referrals", "answer_referrals", "ask_preservation", "see_requests", "answer_requests",
    }
)  # fmt: skip

ABILITIES: Mapping[Role, frozenset[str]] = MappingProxyType(
    {
        Role.COORDINATOR: _DESK_WORK
        | {
            "approve_contact",
            "manage_people",
            "manage_providers",
            "see_audit",
            "reassign",
            "release_others",
            "change_settings",
            "manage_lists",
            "manage_partners",
        },
        Role.ANALYST: _DESK_WORK,
        # How long others worked with open items is between them and the welfare lead, not their superior.
        Role.WELFARE_LEAD: frozenset({"see_exposure_of_others"}),
        # An auditor sees that nothing was changed or lost, and by what right lists are kept; not what was
        # reported.
        Role.AUDITOR: frozenset({"see_audit", "see_lists"}),
    }
)

ALL_ABILITIES: frozenset[str] = frozenset().union(*ABILITIES.values())

_EMAIL = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}@[^@\s<>\"(),:;\\\[\]]+\.[^@\s<>\"(),:;\\\[\]]{2,}")


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts, as every action of every room takes it."""

    id: uuid.UUID
    role: Role

    @property
    def label(self) -> str:
        """The name of the actor in a ledger line."""
        return f"person:{self.id}"


def may(role: Role | str, ability: str) -> bool:
    """Return whether ``role`` has ``ability``.

    Raises:
        ValueError: there is no such ability; a typing mistake must not read as "no".
    """
    if ability not in ALL_ABILITIES:
        raise ValueError(f"unknown ability {ability!r}")
    try:
        return ability in ABILITIES[Role(role)]
    except (KeyError, ValueError):
        return False


def require(actor: Actor, ability: str) -> None:
    """Let ``actor`` pass, or raise :class:`NotPermitted`."""
    if not may(actor.role, ability):
        raise NotPermitted(ability)


def token_hash(token: str) -> str:
    """Return what is stored of a one-time token: SHA-256 in hex.

    A token has 256 random bits, so a fast hash without salt loses nothing; the row is found by the
    hash, so that nothing secret is ever compared byte by byte.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def clean_email(text: str) -> str:
    """Return the address trimmed and in lower case: two spellings are one person.

    Raises:
        NotAnEmail: it is empty, too long or has no ``name@host.tld`` shape.
    """
    email = text.strip().lower()
    if len(email) > EMAIL_AT_MOST or not email.isprintable() or not _EMAIL.fullmatch(email):
        raise NotAnEmail
    return email


def clean_name(text: str) -> str:
    """Return the name with its white space in order.

    Raises:
        NotAName: it is empty, too long or has control characters.
    """
    name = " ".join(text.split())
    if not name or len(name) > NAME_AT_MOST or not name.isprintable():
        raise NotAName
    return name


def password_reasons(password: str) -> tuple[str, ...]:
    """Return why the length of a password does not do, as codes; empty when it does."""
    if len(password) < PASSWORD_AT_LEAST:
        return ("password_too_short",)
    if len(password) > PASSWORD_AT_MOST:
        return ("password_too_long",)
    return ()
