"""What a line may hold, how lines are chained and when a chain holds (spec/ledger.md), without Django."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785

from tutela.apps.ledger.errors import NotALine
from tutela.core.kernel import clock

VERSION = 1
GENESIS = b"\x00" * 32
"""``previous`` of the first line."""

Fact = str | int | bool | None | list[str]

_KIND = re.compile(r"[a-z][a-z0-9_]{2,63}")
_ACTOR = re.compile(r"(site|provider|worker|node|command|person:[0-9a-f-]{36}|partner:[A-Za-z0-9._-]{1,64})")
# A full stop stands between digits only and at most twice: room for 5.1.1 and none for a host or an address.
_CODE = re.compile(r"(?!(?:[^.]*\.){3})(?:[A-Za-z0-9_:+-]|(?<=[0-9])\.(?=[0-9])){0,80}")
_MOST_FACTS = 24


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as it is hashed: everything but its own digest."""

    sequence: int
    id: uuid.UUID
    at: datetime
    kind: str
    actor: str
    about_kind: str
    about_id: uuid.UUID | None
    facts: Mapping[str, Fact]
    previous: bytes


@dataclass(frozen=True, slots=True)
class Chained:
    """A line as it is stored: the entry and the digest that stands beside it."""

    entry: Entry
    digest: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain holds; ``broken_at`` is the first line that does not, ``reason`` says why (spec)."""

    lines: int
    broken_at: int | None
    reason: str
    head: str

    @property
    def holds(self) -> bool:
        return self.broken_at is None


def check_entry(kind: str, actor: str, about_kind: str, facts: Mapping[str, Fact]) -> None:
    """Refuse what is not codes, numbers and ids: the ledger is content-free by construction.

    Raises:
        NotALine: names the field that is wrong, never its value.
    """
    if not _KIND.fullmatch(kind):
        raise NotALine("kind is not a code")
    if not _ACTOR.fullmatch(actor):
        raise NotALine("actor is not one of the known forms")
    if about_kind and not _KIND.fullmatch(about_kind):
        raise NotALine("about_kind is not a code")
    if len(facts) > _MOST_FACTS:
        raise NotALine("too many facts")
    for name, value in facts.items():
        if not _KIND.fullmatch(name) or not _is_fact(value):
            raise NotALine(f"fact {name[:64]!r} is not a code, a number or a list of codes")


def _is_fact(value: object) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) < 2**53
    if isinstance(value, str):
        return _CODE.fullmatch(value) is not None
    return (
        isinstance(value, list)
        and len(value) <= 64
        and all(isinstance(v, str) and _CODE.fullmatch(v) for v in value)
    )


def digest(entry: Entry) -> bytes:
    """Return SHA-256 over the line's canonical JSON (RFC 8785), 32 bytes."""
    members = {
        "version": VERSION,
        "sequence": entry.sequence,
        "id": str(entry.id),
        "at": clock.to_text(entry.at),
        "kind": entry.kind,
        "actor": entry.actor,
        "about_kind": entry.about_kind,
        "about_id": None if entry.about_id is None else str(entry.about_id),
        "facts": dict(entry.facts),
        "previous": entry.previous.hex(),
    }
    return hashlib.sha256(_spell(entry, members)).digest()


def _spell(entry: Entry, members: dict[str, Any]) -> bytes:
    """Return the canonical JSON. What a line may hold has the same spelling in Python's own writer, which is
    ten times as fast; only a line that somebody changed holds anything else."""
    texts = entry.kind + entry.actor + entry.about_kind
    if texts.isascii() and all(_KIND.fullmatch(name) and _is_fact(one) for name, one in entry.facts.items()):
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    return rfc8785.dumps(members)


def check_chain(
    lines: Iterable[Chained | None],
    head_sequence: int,
    head_digest: bytes,
    witnessed: Mapping[int, str] | None = None,
) -> Verdict:
    """Walk a chain and name the first line that is missing, moved, changed or cut off.

    Args:
        lines: in the order of their numbers; ``None`` for one so changed that it cannot even be read.
        head_sequence: number of the last line, as the head has it.
        head_digest: digest of the last line, as the head has it.
        witnessed: digests in hex that somebody else noted for line numbers, at another time or place.
    """
    witnessed, head, last, previous = witnessed or {}, head_digest.hex(), 0, GENESIS
    for line in lines:
        reason = _broken(line, last + 1, previous)
        if line is None or reason:
            return Verdict(last, last + 1, reason, head)
        if witnessed.get(last + 1, line.digest.hex()) != line.digest.hex():
            return Verdict(last, last + 1, "not_as_witnessed", head)
        last, previous = last + 1, line.digest
    if last < head_sequence:
        return Verdict(last, last + 1, "cut_off", head)
    if last > head_sequence or previous != head_digest:
        return Verdict(last, max(last, 1), "head_differs", head)
    if unseen := [number for number in witnessed if number > last]:
        return Verdict(last, min(unseen), "not_as_witnessed", head)
    return Verdict(last, None, "", head)


def _broken(line: Chained | None, expected: int, previous: bytes) -> str:
    if line is None:
        return "changed"
    if line.entry.sequence != expected:
        return "missing"
    if line.entry.previous != previous:
        return "not_chained"
    try:
        return "" if digest(line.entry) == line.digest else "changed"
    except (ValueError, TypeError, AttributeError, rfc8785.CanonicalizationError):
        return "changed"
