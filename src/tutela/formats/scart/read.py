"""Read SCARt's export, or a list made to be handed into it."""

from __future__ import annotations

from datetime import UTC, tzinfo

from tutela.core.record.imported import ImportedReport, ImportedReports
from tutela.formats import cells
from tutela.formats.cells import BadRow
from tutela.formats.gathering import Columns, gather, without_last_empty
from tutela.formats.tables import Row, open_table

_RECEIVED = ("received time", "received", "received_at")
_REFERENCE = ("filenumber", "reference", "external reference")
_LIST = Columns(("url", "referer", "workuser-email", "reference", "source", "type"))
_MAILED = Columns(("url", "referer", "note"))
_USED = {"url", *_RECEIVED}


def read(data: bytes, *, zone: tzinfo = UTC) -> ImportedReports:
    """Return the reports of an export or a list; its times are of ``zone``.

    Raises:
        CannotRead: ``empty``, ``too_large``, ``too_long``, ``no_columns`` (a name twice in the header).
    """
    reading = _Reading(zone)
    return gather(open_table(data, delimiter=";", backslashes=True), reading)


class _Reading:
    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.columns: Columns | None = None

    def begin(self, row: Row) -> bool:
        if "url" in [cell.lower() for cell in row.cells]:
            self.columns = Columns(row.cells)
        return self.columns is not None

    def report(self, row: Row) -> ImportedReport:
        said = (self.columns or _columns_of_list(row)).cells(row)
        address = cells.address(said["url"])
        if address is None:
            raise BadRow("no_place")
        return ImportedReport(
            line=row.line,
            address=address,
            reference=cells.reference(cells.first(said, _REFERENCE)),
            received_at=cells.moment(cells.first(said, _RECEIVED), self.zone),
            words=cells.words((name, text) for name, text in said.items() if name not in _USED),
        )


def _columns_of_list(row: Row) -> Columns:
    """A third cell that is no mail address is the note of a list that came by mail."""
    found = without_last_empty(row.cells)
    return _MAILED if len(found) == 3 and "@" not in found[2] else _LIST
