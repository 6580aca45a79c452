"""What a notice is when it leaves: its items, its reference, its one-time link."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.apps.notices.errors import NotAnEmail
from tutela.core.terms.states import ItemKind

LINK_LASTS = timedelta(days=30)
MOST_ITEMS = 150
"""Items in one notice; the next one opens another. Fewer than the fields that one form may send (200)."""
LISTED_ITEMS = 20
"""Items spelled out in the letter, each with its attachment; the rest stands behind the link."""
LETTER_LANGUAGES = ("en", "ka")
COUNTRY_LANGUAGES = {"GE": "ka"}
"""The language that a desk in a country reads, where a letter exists in it."""
EMAIL_AT_MOST = 254

# Narrower than RFC 5321 on purpose: what a registry publishes as abuse contact is never quoted text.
_LETTER = re.compile(r"<notice\.([0-9a-f]{32})@[^<>@\s]+>")
_EMAIL = re.compile(r"[a-z0-9._%+=-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


@dataclass(frozen=True, slots=True)
class ItemToSend:
    """One item as the letter needs it. ``address`` is live: it is defanged only where it is printed."""

    item_id: uuid.UUID
    kind: str
    address: str
    host: str
    ip: str
    asn: int | None
    network: str
    network_name: str
    country: str
    category: str
    seen_at: datetime
    resolved_at: datetime | None
    assessed_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticeToSend:
    """A claimed notice. ``token`` is the one-time link's secret; only its digest is stored.

    ``partner`` is the provider's own node, when it goes there instead of by mail.
    """

    notice_id: uuid.UUID
    reference: str
    attempt: int
    email: str
    languages: tuple[str, ...]
    message_id: str
    token: str
    expires_at: datetime
    at: datetime
    items: tuple[ItemToSend, ...]
    partner: str = ""


def address_of(*, kind: str, canonical: str, service: str, account: str) -> str:
    """Return where an item is, as a letter says it."""
    if kind != ItemKind.ACCOUNT:
        return canonical
    return f"{account} @ {service}" if service else account


def host_of(*, host: str, service: str) -> str:
    """Return the item's host, or the one that an account's service names; a service may be just a name."""
    return host or (service if "." in service and " " not in service else "")


def link_token(key: bytes, notice_id: uuid.UUID) -> str:
    """Return the secret of a notice's one-time link: 256 bits as 43 URL-safe characters.

    It is derived, not drawn, so that a letter that is sent again after a crash carries the same link:
    receivers drop the second letter by its Message-ID, and the first one must keep working.
    """
    secret = hmac.digest(key, b"tutela notice link 1 " + notice_id.bytes, "sha256")
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode("ascii")


def token_digest(token: str) -> bytes:
    """Return what is stored of a token: SHA-256, 32 bytes. Never fails, whatever a stranger typed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def reference(year: int, number: int) -> str:
    """Return the name of a notice in letters and talk: ``TUT-2026-000123``."""
    return f"TUT-{year:04d}-{number:06d}"


def message_id(notice_id: uuid.UUID, sender: str) -> str:
    """Return the letter's Message-ID (RFC 5322 section 3.6.4): the same for every try of one notice."""
    domain = sender.rpartition("@")[2].lower() or "localhost"
    return f"<notice.{notice_id.hex}@{domain}>"


def notice_of(letter: str) -> uuid.UUID | None:
    """Return the notice whose letter has this Message-ID; none where it is no letter of a notice."""
    found = _LETTER.fullmatch(letter)
    return uuid.UUID(hex=found[1]) if found else None


def clean_email(text: str) -> str:
    """Return ``text`` as one plain address in lower case.

    Raises:
        NotAnEmail: anything else: a name, a list, a line break.
    """
    email = text.strip().lower()
    if len(email) > EMAIL_AT_MOST or not _EMAIL.fullmatch(email):
        raise NotAnEmail(email[:80])
    return email


def languages_for(provider_language: str, country: str) -> tuple[str, ...]:
    """Return the languages of a letter: English, and the provider's own where a letter exists in it."""
    own = provider_language or COUNTRY_LANGUAGES.get(country, "")
    return ("en", own) if own in LETTER_LANGUAGES and own != "en" else ("en",)
