"""A hash list for tests: one source that delivers what a test says, and fingerprints of nothing."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank.rules import ListFields
from tutela.apps.ledger import queries as ledger_queries
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.sources import Checkpoint, HashItem, Page, Row


def value(number: int, kind: str = "sha256") -> str:
    """Return the hex of a fingerprint of nothing that exists."""
    return hashlib.new("sha256" if kind == "pdq" else kind, f"example {number}".encode()).hexdigest()


def fingerprint(number: int, kind: str = "sha256", quality: int | None = None) -> Fingerprint:
    return Fingerprint(Kind(kind), bytes.fromhex(value(number, kind)), quality)


class Rows:
    """A source's rows: a list of kind, value and quality, and a classification."""

    def merge(self, _old: Row, new: Row, /) -> Row:
        return new

    def to_hashes(self, row: Row) -> Iterator[HashItem]:
        for kind, text, quality in row["hashes"]:
            yield HashItem(kind, text, quality, "example-scheme", row.get("class", ""))


def row(*numbers: int, kind: str = "sha256", quality: int | None = None, **more: Any) -> dict[str, Any]:
    return {"hashes": [[kind, value(number, kind), quality] for number in numbers], **more}


@dataclass
class Bank:
    """A list with one source, and what they look like from outside."""

    list_id: uuid.UUID
    source_id: uuid.UUID
    reader: Rows = field(default_factory=Rows)

    def take(
        self,
        upserts: dict[str, Row] | None = None,
        deletes: tuple[str, ...] = (),
        *,
        at: int = 0,
        inside: dict[str, Any] | None = None,
        caught_up: bool | None = None,
        unread: tuple[str, ...] = (),
    ) -> bank.PageTaken:
        """Take a page; with ``inside`` it is not the last of its range."""
        complete = inside is None
        page = Page(
            upserts or {}, frozenset(deletes), Checkpoint(at, inside or {}, at), complete,
            complete if caught_up is None else caught_up, unread=unread,
        )  # fmt: skip
        return bank.take_page(source_id=self.source_id, page=page, reader=self.reader, expected=self.stored())

    def stored(self) -> Checkpoint | None:
        return self.source().checkpoint

    def entries(self, state: str = "active") -> dict[str, bank_queries.EntrySeen]:
        found = bank_queries.entries(self.list_id, state=state, most=10_000).rows
        return {seen.index_entry.partition(":")[2]: seen for seen in found}

    def source(self) -> bank_queries.SourceSeen:
        seen = bank_queries.source(self.source_id)
        assert seen is not None
        return seen


FIELDS = ListFields(
    name="example", title="Example list", origin="Example Hotline", legal_basis="Example Act, section 1"
)


def make_store() -> Bank:
    """Make the list ``example`` and its source ``partner``."""
    list_id = bank.make_list(fields=FIELDS)
    source_id = bank.add_source(name="partner", kind="simulated", list_name="example", settings={})
    return Bank(list_id, source_id)


def lines(kind: str) -> list[ledger_queries.LedgerLine]:
    """Return the ledger's lines of one kind."""
    return ledger_queries.lines_after(0, kinds=(kind,), most=1000)
