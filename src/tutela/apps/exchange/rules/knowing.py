"""Whom this node knows and from where, as frozen facts that cross rooms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from tutela.apps.exchange.errors import NotAPartner
from tutela.core.envelope.header import NODE
from tutela.core.envelope.node_keys import PublicKeys
from tutela.core.terms.nodes import NodeRole

MOST_ORGANISATION = 200
MOST_URL = 300
_COUNTRY = re.compile(r"[A-Z]{2}")

DirectoryKey = tuple[bytes, datetime, datetime | None, datetime | None]
"""Public set (3200 bytes), valid_from, valid_until, revoked_at."""


class PartnerState(StrEnum):
    """Whether anything goes to a partner, or is taken from it."""

    ACTIVE = "active"
    PAUSED = "paused"
    REVOKED = "revoked"


class KeySource(StrEnum):
    """From where a partner's key came; only what is trusted (``trusted_at``) is believed."""

    HAND = "hand"
    DIRECTORY = "directory"
    ROTATION = "rotation"


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """One organisation as the signed directory has it; ``status`` is ``active`` or ``revoked``."""

    node: str
    organisation: str
    role: str
    country: str
    url: str
    relay: str
    status: str
    keys: tuple[DirectoryKey, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """A node as somebody described it: itself at its well-known address, or a person with a file."""

    node: str
    organisation: str
    role: str
    country: str
    url: str
    relay: str
    keys: tuple[DirectoryKey, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one version of the directory changed. ``differing`` are partners pinned by hand for whom the
    directory names keys that nobody here compared: those wait for a pin."""

    version: int
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    revoked: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    already: bool = False


def is_node_name(text: str) -> bool:
    """Say whether this can be the name of a node (spec/envelope.md, "Keys")."""
    return NODE.fullmatch(text) is not None


def check_partner(one: Description | DirectoryEntry) -> None:
    """Refuse what cannot be a partner.

    Raises:
        NotAPartner: names the member that is wrong.
        BadKey: a public set cannot be keys.
    """
    place = urlsplit(one.url)
    fits = {
        "node": is_node_name(one.node),
        "organisation": len(one.organisation) <= MOST_ORGANISATION and one.organisation.isprintable(),
        "role": one.role in [*NodeRole],
        "country": one.country == "" or _COUNTRY.fullmatch(one.country) is not None,
        "url": one.url == "" or (place.scheme in ("https", "http") and bool(place.hostname)),
        "url_length": len(one.url) <= MOST_URL,
        "relay": one.relay == "" or is_node_name(one.relay),
    }  # fmt: skip
    for member, right in fits.items():
        if not right:
            raise NotAPartner(member)
    for public, *_ in one.keys:
        PublicKeys(public)


def key_words(public: bytes) -> str:
    """Return the words by which two people compare these keys.

    Raises:
        BadKey: these cannot be keys.
    """
    return PublicKeys(public).words
