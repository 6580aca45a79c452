"""From the rows of a table to reports: a format says what a row is; a bad row is met in one way."""

from __future__ import annotations

import re
from typing import Protocol

from tutela.core.record.imported import ImportedReport, ImportedReports, RefusedLine
from tutela.core.record.listed import Tally
from tutela.formats.cells import BadRow
from tutela.formats.errors import CannotRead
from tutela.formats.tables import Row, Table

_REMARK = "#"
_LINE_END = re.compile(r"\r\n|\r|\n")
_OF_A_LOST_QUOTE = ("too_many_cells", "control_characters")
"""How a row looks that has swallowed the lines after it."""


class Columns:
    """The names over the cells, in lower case; empty for a table without a header."""

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        self.names = tuple(name.lower() for name in without_last_empty(names))
        if len(set(self.names)) != len(self.names):
            raise CannotRead("no_columns")

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def cells(self, row: Row) -> dict[str, str]:
        """Return the cells of ``row`` by the names of their columns; cells left away at its end are empty."""
        cells = without_last_empty(row.cells) if len(row.cells) > len(self.names) else row.cells
        if len(cells) > len(self.names):
            raise BadRow("too_many_cells")
        return dict(zip(self.names, (*cells, *[""] * (len(self.names) - len(cells))), strict=True))


def without_last_empty(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``cells`` without the empty one that a delimiter at the end of a line makes."""
    return cells[:-1] if cells and not cells[-1] else cells


class Meaning(Protocol):
    """What a format knows of its rows."""

    def begin(self, row: Row) -> bool:
        """Say whether the first row is a header, and remember its columns."""

    def report(self, row: Row) -> ImportedReport:
        """Return the report that any other row is; raises ``BadRow``."""


class Gathering:
    """Walks a table once and keeps what it finds."""

    def __init__(self, table: Table, meaning: Meaning) -> None:
        self._table, self._meaning = table, meaning
        self._reports: list[ImportedReport] = []
        self._refused: list[RefusedLine] = []
        self._tally = Tally()
        self._header: str | None = None

    def walk(self) -> ImportedReports:
        """Return the reports of the table, and every row that is none.

        Raises:
            CannotRead: ``empty``, and what ``Meaning.begin`` raises.
        """
        at = 0
        while at < len(self._table.lines):
            at += self._take(at)
        if self._header is None and not self._refused:
            raise CannotRead("empty")
        found = (tuple(self._reports), tuple(self._refused), self._tally.as_left_out())
        return ImportedReports(*found, self._header or "")

    def _take(self, at: int) -> int:
        """Take the row that begins in line ``at``; return how many lines it was."""
        row = self._table.row(at)
        if row is None:
            return 1
        if isinstance(row, RefusedLine):
            self._refused.append(row)
            return 1
        if row.cells[0].startswith(_REMARK):
            self._tally.left_out["remark"] += 1
        elif self._header is None and self._meaning.begin(row):
            self._header = row.text
        else:
            self._header = self._header or ""
            return self._report(row)
        return row.lines

    def _report(self, row: Row) -> int:
        try:
            self._reports.append(self._meaning.report(row))
        except BadRow as bad:
            if row.lines > 1 and bad.reason in _OF_A_LOST_QUOTE:
                self._refused.append(
                    RefusedLine(row.line, "broken_row", _LINE_END.split(row.text, maxsplit=1)[0])
                )
                return 1
            self._refused.append(RefusedLine(row.line, bad.reason, row.text))
        return row.lines


def gather(table: Table, meaning: Meaning) -> ImportedReports:
    """Return the reports of a table, and every row that is none; see :meth:`Gathering.walk`."""
    return Gathering(table, meaning).walk()
