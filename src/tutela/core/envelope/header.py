"""The header: what everybody on the way may read, in canonical JSON (spec/envelope.md, "Header").

Members that this release does not know are kept in ``more`` and written back unchanged.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tutela.core.envelope import canonical
from tutela.core.envelope.errors import BrokenHeader, NotCanonical, UnknownSuite, UnknownVersion
from tutela.core.kernel import clock
from tutela.core.terms.marks import HandlingMark

VERSION = 1
SUITE = "x-wing.hkdf-sha256.chacha20-poly1305.ed25519.ml-dsa-65"
MOST_BYTES = 16 << 10
MOST_ADDRESSEES = 16
LONGEST_LIFE = timedelta(days=45)
NODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
KIND = re.compile(r"[a-z][a-z0-9_]{2,63}")
KEY_ID = re.compile(r"[0-9a-f]{32}")
_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_MARK = re.compile(r"TLP:[A-Z+]{1,16}")
_MEMBERS = frozenset(
    (
        "version",
        "suite",
        "id",
        "kind",
        "conversation",
        "sequence",
        "from",
        "to",
        "sent_at",
        "expires_at",
        "mark",
    )
)


@dataclass(frozen=True)
class Party:
    """A node, and which of its keys is meant."""

    node: str
    key: str

    def to_json(self) -> dict[str, Any]:
        """Return the member that names this party."""
        return {"node": self.node, "key": self.key}


@dataclass(frozen=True)
class Header:
    """Everything about an envelope but what it says."""

    id: uuid.UUID
    kind: str
    conversation: uuid.UUID
    sequence: int
    sender: Party
    to: tuple[Party, ...]
    sent_at: datetime
    expires_at: datetime
    mark: HandlingMark
    more: Mapping[str, Any] = field(default_factory=dict)


def to_bytes(header: Header) -> bytes:
    """Return the header in its only spelling.

    Raises:
        BrokenHeader: something in it is out of its limits.
    """
    members: dict[str, Any] = dict(header.more) | {
        "version": VERSION,
        "suite": SUITE,
        "id": str(header.id),
        "kind": header.kind,
        "conversation": str(header.conversation),
        "sequence": header.sequence,
        "from": header.sender.to_json(),
        "to": [party.to_json() for party in header.to],
        "sent_at": clock.to_text(header.sent_at),
        "expires_at": clock.to_text(header.expires_at),
        "mark": str(header.mark),
    }
    try:
        data = canonical.to_bytes(members)
    except NotCanonical as refusal:
        raise BrokenHeader(str(refusal)) from None
    if len(data) > MOST_BYTES:
        raise BrokenHeader(f"longer than {MOST_BYTES} bytes")
    _read(members)
    return data


def from_bytes(data: bytes) -> Header:
    """Read a header.

    Raises:
        BrokenHeader: too long, not canonical, a member missing, out of its limits or contradicting another.
        UnknownVersion, UnknownSuite: another version, or another suite of this one.
    """
    if len(data) > MOST_BYTES:
        raise BrokenHeader(f"longer than {MOST_BYTES} bytes")
    try:
        members = canonical.from_bytes(data)
    except NotCanonical as refusal:
        raise BrokenHeader(str(refusal)) from None
    version = members.get("version")
    if type(version) is not int:
        raise BrokenHeader("version is not a number")
    if version != VERSION:
        raise UnknownVersion(f"version {version} is not known")
    suite = members.get("suite")
    if not isinstance(suite, str):
        raise BrokenHeader("suite is not a text")
    if suite != SUITE:
        raise UnknownSuite("another suite")
    return _read(members)


def moment(text: str) -> datetime:
    """Read a time in its only spelling; some releases of Python take ``24:00`` for the next day.

    Raises:
        ValueError: another spelling, or a time that does not exist.
    """
    if not _TIME.fullmatch(text) or clock.to_text(found := clock.from_text(text)) != text:
        raise ValueError("not a time in its only spelling")
    return found


def _read(members: dict[str, Any]) -> Header:
    header = Header(
        id=uuid.UUID(_text(members, "id", _UUID7)),
        kind=_text(members, "kind", KIND),
        conversation=uuid.UUID(_text(members, "conversation", _UUID7)),
        sequence=_sequence(members),
        sender=_party(members.get("from"), "from"),
        to=_parties(members.get("to")),
        sent_at=_time(members, "sent_at"),
        expires_at=_time(members, "expires_at"),
        mark=_mark(members),
        more={name: value for name, value in members.items() if name not in _MEMBERS},
    )
    if not timedelta(0) < header.expires_at - header.sent_at <= LONGEST_LIFE:
        raise BrokenHeader("expires_at is not after sent_at, or too long after it")
    return header


def _text(members: dict[str, Any], name: str, form: re.Pattern[str]) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise BrokenHeader(f"{name} is missing or not in its form")
    return value


def _time(members: dict[str, Any], name: str) -> datetime:
    try:
        return moment(_text(members, name, _TIME))
    except ValueError:
        raise BrokenHeader(f"{name} is no time") from None


def _sequence(members: dict[str, Any]) -> int:
    value = members.get("sequence")
    if type(value) is not int or value < 1:
        raise BrokenHeader("sequence is not a number from 1 on")
    return value


def _mark(members: dict[str, Any]) -> HandlingMark:
    try:
        return HandlingMark(_text(members, "mark", _MARK))
    except ValueError:
        raise BrokenHeader("mark is not one of TLP 2.0") from None


def _party(value: object, name: str) -> Party:
    if not isinstance(value, dict) or value.keys() != {"node", "key"}:
        raise BrokenHeader(f"{name} does not name a node and a key, and nothing else")
    return Party(_text(value, "node", NODE), _text(value, "key", KEY_ID))


def _parties(value: object) -> tuple[Party, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_ADDRESSEES:
        raise BrokenHeader(f"to does not name 1 to {MOST_ADDRESSEES} addressees")
    parties = tuple(_party(one, "to") for one in value)
    if len({party.node for party in parties}) != len(parties):
        raise BrokenHeader("to names a node twice")
    return parties
