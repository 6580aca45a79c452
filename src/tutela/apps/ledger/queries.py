"""What can be asked of the ledger."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from tutela.apps.ledger import rules
from tutela.apps.ledger.models import Cursor, Head, Line


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line as other rooms see it."""

    sequence: int
    at: datetime
    kind: str
    actor: str
    about_kind: str
    about_id: uuid.UUID | None
    facts: dict[str, rules.Fact]
    digest: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain holds. ``broken_at`` is the first line that does not."""

    lines: int
    broken_at: int | None
    reason: str
    head: str

    @property
    def holds(self) -> bool:
        return self.broken_at is None


def _seen(line: Line) -> LedgerLine:
    return LedgerLine(
        sequence=line.sequence,
        at=line.at,
        kind=line.kind,
        actor=line.actor,
        about_kind=line.about_kind,
        about_id=line.about_id,
        facts=line.facts,
        digest=bytes(line.digest).hex(),
    )


def lines_after(sequence: int, *, kinds: Collection[str] = (), most: int = 200) -> list[LedgerLine]:
    """Return up to ``most`` lines after ``sequence``, oldest first, of these kinds (all when empty)."""
    found = Line.objects.filter(sequence__gt=sequence).order_by("sequence")
    if kinds:
        found = found.filter(kind__in=kinds)
    return [_seen(line) for line in found[:most]]


def latest_lines(
    *, before: int | None = None, kind: str = "", actor: str = "", most: int = 100
) -> list[LedgerLine]:
    """Return up to ``most`` lines, newest first, older than ``before``."""
    found = Line.objects.order_by("-sequence")
    if before is not None:
        found = found.filter(sequence__lt=before)
    if kind:
        found = found.filter(kind=kind)
    if actor:
        found = found.filter(actor=actor)
    return [_seen(line) for line in found[:most]]


def lines_about(about_id: uuid.UUID, *, most: int = 500) -> list[LedgerLine]:
    """Return the lines about one thing, oldest first."""
    return [_seen(line) for line in Line.objects.filter(about_id=about_id).order_by("sequence")[:most]]


def head() -> tuple[int, str]:
    """Return the number of the last line and its digest in hex; ``(0, "00…")`` when there is none."""
    row = Head.objects.filter(pk=1).first() or Head()
    return row.sequence, bytes(row.digest).hex()


def cursor_of(follower: str) -> int:
    """Return how far ``follower`` has read."""
    return Cursor.objects.filter(follower=follower).values_list("sequence", flat=True).first() or 0


def verify() -> Verdict:
    """Walk the whole chain and name the first line that is missing, moved, changed or cut off."""
    head_sequence, head_digest = head()
    expected, previous = 1, rules.GENESIS
    for line in _all_lines():
        if line.sequence != expected:
            return Verdict(expected - 1, expected, "missing", head_digest)
        if bytes(line.previous) != previous:
            return Verdict(expected - 1, expected, "not_chained", head_digest)
        entry = rules.Entry(
            sequence=line.sequence,
            id=line.id,
            at=line.at,
            kind=line.kind,
            actor=line.actor,
            about_kind=line.about_kind,
            about_id=line.about_id,
            facts=line.facts,
            previous=previous,
        )
        if rules.digest(entry) != bytes(line.digest):
            return Verdict(expected - 1, expected, "changed", head_digest)
        expected, previous = expected + 1, bytes(line.digest)
    if expected - 1 != head_sequence:
        return Verdict(expected - 1, expected, "cut_off", head_digest)
    if previous.hex() != head_digest:
        return Verdict(expected - 1, max(expected - 1, 1), "head_differs", head_digest)
    return Verdict(expected - 1, None, "", head_digest)


def _all_lines() -> Iterator[Line]:
    return Line.objects.order_by("sequence").iterator(chunk_size=2000)
