"""Reading what the site handed over: nothing in it is believed, and what can be kept is kept.

The site may be taken over, so the opened payload is as foreign as anything from the network. A payload
that is no payload is refused; one wrong field is left out and named, and the rest becomes a report.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tutela.apps.cases.errors import BrokenPayload
from tutela.core.kernel import texts
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.record import addresses
from tutela.core.terms.states import ItemKind, Wish, Worry

VERSION = 1
MOST_TEXT = 20_000
MOST_PLACES_TEXT = 1_000_000
_MOST_SHORT = 255
_MOST_REFUSED_TEXT = 100_000
_MOST_ACCOUNT = 512
_MOST_FIELDS = 40


@dataclass(frozen=True, slots=True)
class Place:
    """One thing reported, ready to become an item; ``key`` is the same for every spelling of it."""

    kind: ItemKind
    key: bytes
    original: str
    canonical: str = ""
    host: str = ""
    registered_domain: str = ""
    scheme: str = ""
    is_onion: bool = False
    service: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """A submission, read. ``None`` means that it says nothing about this."""

    places: tuple[Place, ...] = ()
    refused: tuple[str, ...] = ()
    refused_text: str = ""
    worry: str | None = None
    danger_now: bool | None = None
    words: str = ""
    wish: str | None = None
    email: str | None = None
    language: str = ""
    country: str = ""
    question: uuid.UUID | None = None
    text: str = ""

    @property
    def self_report(self) -> bool:
        return self.worry == Worry.ABOUT_ME


@dataclass(slots=True)
class _Reading:
    payload: Mapping[str, Any]
    refused: list[str] = field(default_factory=list)

    def text(self, name: str, most: int) -> str:
        """Return the field as clean text, empty when it is missing or no text."""
        value = self.payload.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refused.append(f"field_{name}")
            return ""
        if len(value) > most:
            self.refused.append(f"cut_{name}")
            value = value[:most]
        return texts.storable(value)

    def code(self, name: str, known: type[Worry] | type[Wish]) -> str | None:
        """Return the field when it is one of the known codes."""
        value = self.payload.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and value in [*known]:
            return value
        self.refused.append(f"field_{name}")
        return None

    def yes_no(self, name: str) -> bool | None:
        value = self.payload.get(name)
        if value is None or isinstance(value, bool):
            return value
        self.refused.append(f"field_{name}")
        return None


def read_payload(payload: object, *, kind: str, submission_id: uuid.UUID) -> Handed:
    """Read a payload of ``kind`` report, addition or answer.

    Raises:
        BrokenPayload: it is no table of fields, of another version, of another kind, or an answer
            that names no question.
    """
    if not isinstance(payload, dict) or len(payload) > _MOST_FIELDS:
        raise BrokenPayload("not_fields")
    if payload.get("v") != VERSION or isinstance(payload.get("v"), bool):
        raise BrokenPayload("version")
    if payload.get("kind") != kind:
        raise BrokenPayload("kind")
    reading = _Reading(payload)
    if kind == "answer":
        return _answer(reading)
    places, refused_text = _places(reading, submission_id, must_have_one=kind == "report")
    email = reading.text("email", _MOST_SHORT).strip()
    return Handed(
        places=places,
        refused_text=refused_text,
        worry=reading.code("worry", Worry),
        danger_now=reading.yes_no("danger_now"),
        words=reading.text("more", MOST_TEXT).strip(),
        wish=reading.code("wish", Wish),
        email=email or None,
        language=_language(reading),
        country=_country(reading),
        refused=tuple(reading.refused),
    )


@dataclass(frozen=True, slots=True)
class HandedItem:
    """One item that another hotline hands over; ``ref`` is that hotline's name for it."""

    ref: uuid.UUID
    kind: ItemKind
    address: str = ""
    service: str = ""
    account: str = ""
    fingerprints: tuple[Fingerprint, ...] = ()
    danger_now: bool = False


def place_of(item: HandedItem) -> Place:
    """Return where a handed item is, as if a reporter had named it here.

    Raises:
        NotAnAddress: it is nowhere that this desk could look for it.
    """
    match item.kind:
        case ItemKind.ADDRESS:
            return _of_address(addresses.parse_address(item.address))
        case ItemKind.ACCOUNT:
            name, who, key = addresses.account_key(item.service, item.account)
            said = f"{item.service} {item.account}".strip()
            return Place(kind=ItemKind.ACCOUNT, key=key, original=said, service=name, account=who)
        case ItemKind.FINGERPRINT if item.fingerprints:
            first = min(item.fingerprints, key=lambda one: ([*Kind].index(one.kind), one.text))
            text = f"{first.kind}:{first.text}"
            return Place(kind=item.kind, key=_digest("fingerprint", text), original=text, canonical=text)
        case _:
            raise addresses.NotAnAddress(addresses.PlaceReason.EMPTY)


def _answer(reading: _Reading) -> Handed:
    try:
        question = uuid.UUID(str(reading.payload.get("question")))
    except ValueError:
        raise BrokenPayload("question") from None
    text = reading.text("text", MOST_TEXT).strip()
    return Handed(question=question, text=text, refused=tuple(reading.refused))


def _places(
    reading: _Reading, submission_id: uuid.UUID, *, must_have_one: bool
) -> tuple[tuple[Place, ...], str]:
    text = reading.text("places", MOST_PLACES_TEXT)
    parsed = addresses.parse_places(text)
    found = {address.key: _of_address(address) for address in parsed.addresses}
    left = [refused.text for refused in parsed.refused]
    reading.refused += [refused.reason.value for refused in parsed.refused]
    if parsed.left_out:
        # What one report does not take is kept as it was handed in, for a person to read.
        reading.refused.append("too_many")
        left = [text]
    account = _account(reading, left)
    if account is not None:
        found.setdefault(account.key, account)
    if not found and (must_have_one or reading.payload.get("no_address") is True):
        nowhere = Place(kind=ItemKind.NO_ADDRESS, key=_digest("no_address", str(submission_id)), original="")
        found[nowhere.key] = nowhere
    return tuple(found.values()), texts.storable("\n".join(left))[:_MOST_REFUSED_TEXT]


def places_of(address: addresses.Address | None, service: str, account: str) -> tuple[Place, ...]:
    """Return the places of a row that was read before: an address, a canonical account, or both."""
    found = [] if address is None else [_of_address(address)]
    if account:
        found.append(_of_account(service, account, f"{service} {account}".strip()))
    return tuple(found)


def _of_address(address: addresses.Address) -> Place:
    return Place(
        kind=ItemKind.ADDRESS,
        key=address.key,
        original=texts.storable(address.original),
        canonical=address.canonical,
        host=address.host,
        registered_domain=address.registered_domain or "",
        scheme=address.scheme,
        is_onion=address.is_onion,
    )


def _account(reading: _Reading, left: list[str]) -> Place | None:
    service, account = reading.text("service", _MOST_SHORT), reading.text("account", _MOST_SHORT)
    if not service.strip() and not account.strip():
        return None
    original = f"{service.strip()} {account.strip()}".strip()
    try:
        return _of_account(service, account, original)
    except addresses.NotAnAddress as refusal:
        reading.refused.append(refusal.reason.value)
        left.append(original)
        return None


def _of_account(service: str, account: str, original: str) -> Place:
    name, who, key = addresses.account_key(service, account)
    if max(len(name), len(who)) > _MOST_ACCOUNT:
        raise addresses.NotAnAddress(addresses.PlaceReason.TOO_LONG)
    return Place(kind=ItemKind.ACCOUNT, key=key, original=original, service=name, account=who)


def _language(reading: _Reading) -> str:
    language = reading.text("language", 16)
    return language if language.replace("-", "").isalnum() and language.isascii() else ""


def _country(reading: _Reading) -> str:
    """Return two capitals (ISO 3166-1); whether they name a country is for whoever asks its law."""
    country = reading.text("country", _MOST_SHORT).upper()
    return country if len(country) == 2 and country.isascii() and country.isalpha() else ""


def _digest(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}\x00{text}".encode()).digest()
