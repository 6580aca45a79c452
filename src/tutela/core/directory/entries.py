"""The entry of one organisation: who it is, where it is reached, which keys are its own (spec/directory.md).

Members that this release does not know are kept in ``more`` and written back unchanged.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from tutela.core.directory.errors import BrokenEntry, UnknownEntryVersion, WrongTarget
from tutela.core.directory.reach import may_be_reached
from tutela.core.envelope import canonical
from tutela.core.envelope import header as headers
from tutela.core.envelope.errors import BadKey, NotCanonical
from tutela.core.envelope.node_keys import PublicKeys
from tutela.core.kernel import clock
from tutela.core.terms.nodes import NodeRole

Kind = TypeVar("Kind", bound=StrEnum)
VERSION = 1
MOST_BYTES = 64 << 10
MOST_KEYS = 8
MOST_NAME = 200
_COUNTRY = re.compile(r"[A-Z]{2}")
_MEMBERS = frozenset(
    ("version", "node", "organisation", "role", "country", "url", "relay", "status", "keys"),
)
_KEY_MEMBERS = frozenset(("public", "valid_from", "valid_until", "revoked_at"))


class Status(StrEnum):
    """Whether the organisation takes part. Who is revoked stays in it, so that everybody hears of it."""

    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True)
class EntryKey:
    """One public set of the organisation, and when it may be believed."""

    public: PublicKeys
    valid_from: datetime
    valid_until: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """One organisation. ``url`` is where its inbox is, ``relay`` which node keeps its mailbox; or empty."""

    node: str
    organisation: str
    role: NodeRole
    country: str
    url: str
    relay: str
    status: Status
    keys: tuple[EntryKey, ...]
    more: Mapping[str, Any] = field(default_factory=dict)


def to_bytes(entry: Entry) -> bytes:
    """Return the entry in its only spelling.

    Raises:
        BrokenEntry: something in it is out of its limits.
    """
    members = dict(entry.more) | {
        "version": VERSION,
        "node": entry.node,
        "organisation": entry.organisation,
        "role": str(entry.role),
        "country": entry.country,
        "url": entry.url,
        "relay": entry.relay,
        "status": str(entry.status),
        "keys": [_key_json(key) for key in entry.keys],
    }
    try:
        data = canonical.to_bytes(members)
    except NotCanonical as refusal:
        raise BrokenEntry(str(refusal)) from None
    from_bytes(data)
    return data


def from_bytes(data: bytes) -> Entry:
    """Read an entry.

    Raises:
        BrokenEntry: too long, not canonical, a member missing, out of its limits or contradicting another.
        UnknownEntryVersion: another version.
    """
    if len(data) > MOST_BYTES:
        raise BrokenEntry(f"longer than {MOST_BYTES} bytes")
    try:
        members = canonical.from_bytes(data)
    except NotCanonical as refusal:
        raise BrokenEntry(str(refusal)) from None
    version = members.get("version")
    if type(version) is not int:
        raise BrokenEntry("version is not a number")
    if version != VERSION:
        raise UnknownEntryVersion(f"version {version} of an entry is not known")
    return _read(members)


def path_of(node: str) -> str:
    """Return the name under which the entry of ``node`` is signed for."""
    return f"{node}.json"


def from_target(path: str, data: bytes) -> Entry:
    """Read the entry that was signed for under ``path``.

    Raises:
        WrongTarget: it speaks of another node.
        BrokenEntry, UnknownEntryVersion: see :func:`from_bytes`.
    """
    entry = from_bytes(data)
    if path_of(entry.node) != path:
        raise WrongTarget(f"{path[:80]} speaks of {entry.node}")
    return entry


def _read(members: dict[str, Any]) -> Entry:
    entry = Entry(
        node=_text(members, "node", headers.NODE),
        organisation=_name(members),
        role=_one_of(members, "role", NodeRole),
        country=_text(members, "country", _COUNTRY),
        url=_url(members),
        relay="" if members.get("relay") == "" else _text(members, "relay", headers.NODE),
        status=_one_of(members, "status", Status),
        keys=_keys(members.get("keys")),
        more={name: value for name, value in members.items() if name not in _MEMBERS},
    )
    if entry.relay == entry.node:
        raise BrokenEntry("relay names the node itself")
    return entry


def _text(members: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise BrokenEntry(f"{name} is missing or not in its form")
    return value


def _name(members: Mapping[str, Any]) -> str:
    value = members.get("organisation")
    if not isinstance(value, str) or not 1 <= len(value) <= MOST_NAME or not value.isprintable():
        raise BrokenEntry(f"organisation is not 1 to {MOST_NAME} printable characters")
    if value != value.strip():
        raise BrokenEntry("organisation begins or ends with white space")
    return value


def _one_of(members: Mapping[str, Any], name: str, kind: type[Kind]) -> Kind:
    value = members.get(name)
    if not isinstance(value, str) or value not in {one.value for one in kind}:
        raise BrokenEntry(f"{name} is none of {', '.join(kind)}")
    return kind(value)


def _url(members: Mapping[str, Any]) -> str:
    value = members.get("url")
    if value == "":
        return ""
    if not isinstance(value, str) or not may_be_reached(value):
        raise BrokenEntry("url is not https, or plain http to this machine, and nothing more")
    return value


def _keys(value: object) -> tuple[EntryKey, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_KEYS:
        raise BrokenEntry(f"keys are not 1 to {MOST_KEYS}")
    keys = tuple(_key(one) for one in value)
    if len({key.public.key_id for key in keys}) != len(keys):
        raise BrokenEntry("keys hold the same set twice")
    return keys


def _key(value: object) -> EntryKey:
    if not isinstance(value, dict) or value.keys() != _KEY_MEMBERS:
        raise BrokenEntry("a key has other members than its four")
    try:
        public = PublicKeys(base64.b64decode(value["public"], validate=True))
        if base64.b64encode(public.raw).decode("ascii") != value["public"]:
            raise ValueError("another spelling of the same bytes")
        valid_from = headers.moment(value["valid_from"])
        until, revoked = (_moment(value[name]) for name in ("valid_until", "revoked_at"))
    except (binascii.Error, ValueError, TypeError, BadKey):
        raise BrokenEntry("a key cannot be one, or a time of it is none") from None
    if until is not None and until <= valid_from:
        raise BrokenEntry("a key is over before it begins")
    return EntryKey(public, valid_from, until, revoked)


def _moment(value: str | None) -> datetime | None:
    return None if value is None else headers.moment(value)


def _key_json(key: EntryKey) -> dict[str, Any]:
    return {
        "public": base64.b64encode(key.public.raw).decode("ascii"),
        "valid_from": clock.to_text(key.valid_from),
        "valid_until": clock.to_text(key.valid_until) if key.valid_until else None,
        "revoked_at": clock.to_text(key.revoked_at) if key.revoked_at else None,
    }
