"""Write a hash list as CSV: one row a fingerprint, the rows of one entry together."""

from __future__ import annotations

import csv
import io

from tutela.core.matching.errors import BadFingerprint
from tutela.core.matching.fingerprints import read_fingerprint
from tutela.core.record.listed import ListedEntries, ListedEntry
from tutela.formats.errors import CannotExpress

HEADER = ("entry", "kind", "value", "quality", "scheme", "classification")


def write(record: ListedEntries) -> bytes:
    """Return ``record`` as UTF-8 CSV with a header.

    Raises:
        CannotExpress: ``no_entries``, ``no_fingerprints``, ``bad_text`` (a line break or a cell that a
            spreadsheet would take for a formula), or the reason of a fingerprint that is none.
    """
    if not record.entries:
        raise CannotExpress("no_entries")
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(HEADER)
    for entry in record.entries:
        table.writerows(_rows(entry))
    return out.getvalue().encode()


def _rows(entry: ListedEntry) -> list[tuple[str | int, ...]]:
    if not entry.fingerprints:
        raise CannotExpress("no_fingerprints")
    said = (_cell(entry.scheme), _cell(entry.classification))
    rows: list[tuple[str | int, ...]] = []
    for one in entry.fingerprints:
        try:
            value = read_fingerprint(one.kind, one.value, one.quality).text
        except BadFingerprint as bad:
            raise CannotExpress(bad.reason) from None
        rows.append((_cell(entry.id), one.kind, value, "" if one.quality is None else one.quality, *said))
    return rows


def _cell(text: str) -> str:
    if text and (not text.isprintable() or text[0] in "=+-@"):
        raise CannotExpress("bad_text")
    return text
