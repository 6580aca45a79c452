"""Reports out of another system's table, one a row, and the rows that are none: nothing of a file is lost.

A row is the same row in next month's file too, so that a file taken in twice, or one that repeats an older
one, makes nothing twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from tutela.core.record.addresses import Address
from tutela.core.record.listed import LeftOut
from tutela.core.terms.states import Worry


@dataclass(frozen=True, slots=True)
class ImportedReport:
    """One row that is a report. ``line`` is where it begins in its file, counted from 1.

    ``reference`` is the other system's own, empty when it has none; ``received_at`` is None when the row does
    not say. ``words`` hold everything else that the row says, each cell with the name of its column.
    """

    line: int
    address: Address | None = None
    service: str = ""
    account: str = ""
    reference: str = ""
    received_at: datetime | None = None
    worry: Worry | None = None
    danger_now: bool | None = None
    country: str = ""
    language: str = ""
    words: str = ""

    @property
    def digest(self) -> bytes:
        """32 bytes that are the same whenever this row comes again, wherever it stands in its file.

        A row with a reference is told by that and by its place, because what else a system says of it
        changes; a row without one is told by all that it says.
        """
        place = (self.address.canonical if self.address else "", self.service, self.account)
        parts = ("reference", self.reference) if self.reference else ("row", self._time(), self.words)
        return hashlib.sha256("\x00".join((*parts, *place)).encode()).digest()

    def _time(self) -> str:
        return self.received_at.astimezone(UTC).isoformat() if self.received_at else ""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A row that cannot be taken: its line, a code why, and its text as it stood in the file."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportedReports:
    """What a file holds. ``header`` is its first row, empty when it has none; ``left_out`` counts remarks."""

    reports: tuple[ImportedReport, ...]
    refused: tuple[RefusedLine, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    header: str = ""
