"""Read reports out of a plain table."""

from __future__ import annotations

from datetime import UTC, tzinfo

from tutela.core.record.imported import ImportedReport, ImportedReports
from tutela.formats import cells
from tutela.formats.cells import BadRow
from tutela.formats.errors import CannotRead
from tutela.formats.gathering import Columns, gather
from tutela.formats.tables import Row, open_table

_ADDRESS = ("address", "url")
_RECEIVED = ("received_at", "received")
_REFERENCE = ("reference", "ref", "id")
_KNOWN = {
    *_ADDRESS, *_RECEIVED, *_REFERENCE,
    "service", "account", "worry", "danger_now", "country", "language", "note",
}  # fmt: skip


def read(data: bytes, *, zone: tzinfo = UTC) -> ImportedReports:
    """Return the reports of a table; moments without an offset are of ``zone``.

    Raises:
        CannotRead: ``empty``, ``too_large``, ``too_long``, ``no_columns`` (the first row names no place, or a
            name twice).
    """
    reading = _Reading(zone)
    found = gather(open_table(data), reading)
    if not reading.columns.names:
        raise CannotRead("no_columns")
    return found


class _Reading:
    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.columns = Columns()

    def begin(self, row: Row) -> bool:
        self.columns = Columns(row.cells)
        if not any(name in self.columns for name in (*_ADDRESS, "account")):
            raise CannotRead("no_columns")
        return True

    def report(self, row: Row) -> ImportedReport:
        said = self.columns.cells(row)
        address = cells.address(cells.first(said, _ADDRESS))
        service, account = cells.account(said.get("service", ""), said.get("account", ""))
        if address is None and not account:
            raise BadRow("no_place")
        alone = [("service", service)] if not account else []
        others = [(name, text) for name, text in said.items() if name not in _KNOWN]
        return ImportedReport(
            line=row.line,
            address=address,
            service=service if account else "",
            account=account,
            reference=cells.reference(cells.first(said, _REFERENCE)),
            received_at=cells.moment(cells.first(said, _RECEIVED), self.zone),
            worry=cells.worry(said.get("worry", "")),
            danger_now=cells.yes_no(said.get("danger_now", "")),
            country=cells.country(said.get("country", "")),
            language=cells.language(said.get("language", "")),
            words=cells.words([("", said.get("note", "")), *alone, *others]),
        )
