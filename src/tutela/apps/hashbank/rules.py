"""What the room judges, without Django: names, digests, when a source delivers too much."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tutela.core.kernel import texts
from tutela.core.matching.errors import BadFingerprint
from tutela.core.matching.fingerprints import MINIMUM_QUALITY, RADIUS, Fingerprint, Kind, read_fingerprint
from tutela.core.matching.sources import Checkpoint, HashItem, Page

DESK = "desk"
"""The source of entries that people of this desk proposed."""

PARTNER = "partner"
"""The kind of a source that sends by itself: another node that shares a list of its own."""

MOST_RADIUS = 64
VOLUME_FACTOR = 10
"""A source that delivers more than so many times its usual volume is held."""

VOLUME_FLOOR = 1000
"""Below so many rows nothing is held: a small list may double in a day."""

SWEEP_SHARE = 2
"""A fetch of everything that would withdraw more than one part in so many of a list is held."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_HANDLING = re.compile(r"TLP:(RED|AMBER\+STRICT|AMBER|GREEN|CLEAR)|H[0-3]|[A-Z0-9][A-Z0-9:+_ -]{0,31}")
_MOST_LINES = 200


class ListState(StrEnum):
    """Whether the hits of a list count."""

    ACTIVE = "active"
    PAUSED = "paused"


class EntryState(StrEnum):
    """Where an entry stands."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class SourceState(StrEnum):
    """Whether the worker fetches from a source."""

    ACTIVE = "active"
    PAUSED = "paused"
    HELD = "held"


class WithdrawReason(StrEnum):
    """Why an entry is no longer in force."""

    BY_SOURCE = "by_source"
    NOT_SENT_AGAIN = "not_sent_again"
    BY_PERSON = "by_person"
    WRONG = "wrong"
    LEGAL = "legal"
    ON_REQUEST = "on_request"
    NO_FINGERPRINT = "no_fingerprint"


CHOSEN_BY_PEOPLE = (WithdrawReason.WRONG, WithdrawReason.LEGAL, WithdrawReason.ON_REQUEST)
"""Reasons that a person can give."""

OPINION_REASONS = ("reviewed", "other_content", "wrong_category", "no_longer_stored")


@dataclass(frozen=True, slots=True)
class ListFields:
    """What is said about a list."""

    name: str
    title: str
    origin: str
    legal_basis: str
    handling: str = "TLP:AMBER"
    scheme: str = ""
    country: str = ""
    radius: int = RADIUS
    minimum_quality: int = MINIMUM_QUALITY
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Derived:
    """The fingerprints of one row, and why others of it cannot be used."""

    fingerprints: tuple[Fingerprint, ...]
    refused: tuple[str, ...]
    scheme: str
    classification: str


def check_list(fields: ListFields) -> str:
    """Return the name of the first field that cannot be used, empty when all can."""
    if not _NAME.fullmatch(fields.name):
        return "name"
    for name in ("title", "origin", "legal_basis"):
        text = getattr(fields, name)
        # Nothing is listed before somebody said where it comes from and by what right it is kept.
        if not text.strip() or len(text) > 300 or not text.isprintable():
            return name
    if not _HANDLING.fullmatch(fields.handling):
        return "handling"
    if len(fields.scheme) > 64 or not fields.scheme.isprintable():
        return "scheme"
    if fields.country and not re.fullmatch(r"[A-Z]{2}", fields.country):
        return "country"
    if not 0 <= fields.radius <= MOST_RADIUS:
        return "radius"
    return "" if 0 <= fields.minimum_quality <= 100 else "minimum_quality"


def is_name(name: str) -> bool:
    """Whether this can be the name of a list or a source."""
    return _NAME.fullmatch(name) is not None


def index_entry(source: str, entry_id: str) -> str:
    """Return the name of an entry in an index: unique in its list whoever delivered it."""
    return f"{source}:{entry_id}"


def entry_digest(list_name: str, source: str, entry_id: str) -> str:
    """Return what a ledger line says instead of an entry's id: SHA-256 in hex."""
    return hashlib.sha256(f"{list_name}\n{source}\n{entry_id}".encode()).hexdigest()


def derive(items: Iterable[HashItem], minimum_quality: int) -> Derived:
    """Return the fingerprints of a row; each that is none, or too poor, is named by its reason."""
    found: dict[tuple[Kind, bytes], Fingerprint] = {}
    refused, scheme, classification = [], "", ""
    for item in items:
        scheme, classification = scheme or item.scheme, classification or item.classification
        try:
            one = read_fingerprint(item.kind, item.value, item.quality)
        except BadFingerprint as bad:
            refused.append(bad.reason)
            continue
        if one.kind is Kind.PDQ and one.quality is not None and one.quality < minimum_quality:
            refused.append("low_quality")
        else:
            found[one.kind, one.value] = one
    said = [texts.storable(text)[:64] for text in (scheme, classification)]
    return Derived(tuple(found.values()), tuple(refused), *said)


def storable(value: Any) -> Any:
    """Return a row's values as every database takes them: a source's text is a stranger's."""
    if isinstance(value, str):
        return texts.storable(value)
    if isinstance(value, Mapping):
        return {texts.storable(str(name)): storable(part) for name, part in value.items()}
    return [storable(part) for part in value] if isinstance(value, list | tuple) else value


def next_checkpoint(old: Checkpoint | None, page: Page) -> Checkpoint:
    """Return what is stored after a page: the time moves only with the last page of a range."""
    if page.complete_range:
        return Checkpoint(page.checkpoint.at, {}, page.checkpoint.fetched_at)
    return Checkpoint(old.at if old else 0, page.checkpoint.inside, page.checkpoint.fetched_at)


def too_much(found: int, usual: int | None, factor: int = VOLUME_FACTOR) -> bool:
    """Whether one fetch brings more than a source's usual volume allows; a first fetch has no usual one."""
    return usual is not None and found > max(VOLUME_FLOOR, usual * factor)


def sweeps_too_much(gone: int, in_force: int) -> bool:
    """Whether a fetch of everything left so much out that a person should look first."""
    return gone > VOLUME_FLOOR // 10 and gone * SWEEP_SHARE > in_force


def usual_after(usual: int | None, found: int) -> int:
    """Return the usual volume after a fetch that brought ``found`` rows: a slow average."""
    return found if usual is None else (usual * 7 + found + 7) // 8


def is_stale(checkpoint: Checkpoint | None, stale_after_days: int | None, now: int) -> bool:
    """Whether withdrawals may have been missed, so that everything must be fetched again."""
    if checkpoint is None or stale_after_days is None or not checkpoint.fetched_at:
        return False
    return now - checkpoint.fetched_at > stale_after_days * 86400


def read_proposed(text: str) -> tuple[list[Fingerprint], list[str]]:
    """Read lines ``<kind> <value> [<quality>]`` that a person pasted; returns fingerprints and reasons."""
    found: dict[tuple[Kind, bytes], Fingerprint] = {}
    reasons = []
    lines = [line.split() for line in text.splitlines() if line.strip()]
    for words in lines[:_MOST_LINES]:
        try:
            quality = int(words[2]) if len(words) > 2 and words[2].isascii() and words[2].isdigit() else None
            one = read_fingerprint(words[0].lower(), words[1] if len(words) > 1 else "", quality)
        except BadFingerprint as bad:
            reasons.append(bad.reason)
            continue
        if one.kind is Kind.PDQ and one.quality is not None and one.quality < MINIMUM_QUALITY:
            reasons.append("low_quality")
            continue
        found[one.kind, one.value] = one
    if len(lines) > _MOST_LINES:
        reasons.append("too_many")
    return list(found.values()), reasons


def checkpoint_json(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return the stored form of a checkpoint."""
    return {"at": checkpoint.at, "inside": dict(checkpoint.inside), "fetched_at": checkpoint.fetched_at}


def checkpoint_of(stored: Mapping[str, Any] | None) -> Checkpoint | None:
    """Return the checkpoint of a stored form."""
    if not stored:
        return None
    return Checkpoint(int(stored["at"]), dict(stored["inside"]), int(stored["fetched_at"]))
