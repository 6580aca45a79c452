"""What can be asked of the ledger."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from tutela.apps.ledger import rules
from tutela.apps.ledger.models import Cursor, Head, Line
from tutela.apps.ledger.rules import Verdict

__all__ = [
    "LedgerLine",
    "Verdict",
    "cursor_of",
    "head",
    "latest_lines",
    "lines_about",
    "lines_after",
    "verify",
]


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


def verify(*, witnessed: Mapping[int, str] | None = None) -> Verdict:
    """Walk the whole chain and name the first line that does not hold.

    ``witnessed`` are digests in hex that somebody noted earlier or elsewhere, by line number: against these
    even a chain that was rewritten from some line to its head does not hold.
    """
    sequence, digest = head()
    return rules.check_chain(_all_lines(), sequence, bytes.fromhex(digest), witnessed)


def _all_lines() -> Iterator[rules.Chained | None]:
    found = Line.objects.order_by("sequence").iterator(chunk_size=2000)
    while True:
        try:
            line = next(found, None)
        except (ValueError, TypeError):
            # A value that was written past Django, of another type than its column.
            yield None
            return
        if line is None:
            return
        yield _chained(line)


def _chained(line: Line) -> rules.Chained:
    entry = rules.Entry(
        sequence=line.sequence,
        id=line.id,
        at=line.at,
        kind=line.kind,
        actor=line.actor,
        about_kind=line.about_kind,
        about_id=line.about_id,
        facts=line.facts,
        previous=bytes(line.previous),
    )
    return rules.Chained(entry, bytes(line.digest))
