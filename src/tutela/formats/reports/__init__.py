"""Reports as a plain table (CSV): what any system, or a person with a spreadsheet, can hand over.

For what: reports that were taken in elsewhere.
Owns: the names of the columns, and its samples.
Speaks to: ``core.record``.
Never: takes an assessment over; what a row says beyond the known columns is kept as words for a person.

Columns, in any order, only one of the first three is needed: ``address`` (or ``url``); ``service`` and
``account``; ``received_at``, ISO 8601 or ``31.12.2026 23:59``; ``reference``; ``worry``, a code of the public
form; ``danger_now``, yes or no; ``country`` of the reporter, ISO 3166-1; ``language``; ``note``. Cells
stand between semicolons, commas or tabs, in UTF-8 or UTF-16; lines that begin with ``#`` are remarks.
"""

from tutela.core.record.imported import ImportedReports
from tutela.formats.registry import Manifest

MANIFEST = Manifest(
    name="reports",
    title="Reports as a table (CSV)",
    media_type="text/csv",
    extensions=("csv", "txt"),
    reads=ImportedReports,
    writes=None,
)
