"""CSV with a header: one fingerprint a row, or one column a kind.

Rows that follow each other with the same entry are one entry; no more than that is kept in memory.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import TextIO

from tutela.core.record.listed import ListedEntry, ListedFingerprint, Tally
from tutela.formats.errors import CannotRead
from tutela.formats.fingerprints import LICENSED, NAMES, kind_named, made_id, read_cell

_MOST_CELL = 4096
_DELIMITERS = ",;\t"
_ENTRY = ("entry", "entry_id", "id")
_KIND = ("kind", "type", "algorithm")
_VALUE = ("value", "hash", "fingerprint")
_CLASSIFICATION = ("classification", "category")
_QUALITY = ("quality", "pdq_quality")
_TAKEN = {*_ENTRY, *_KIND, *_VALUE, *_CLASSIFICATION, *_QUALITY, "scheme", *NAMES}


def has_header(head: bytes) -> bool:
    """Whether the first line names columns of a hash list."""
    names = _names(head.splitlines()[0].decode("utf-8", "replace"))[0]
    return _usable(names)


def entries(text: TextIO, tally: Tally) -> Iterator[ListedEntry]:
    """Yield the entries of a table.

    Raises:
        CannotRead: ``broken_table``.
    """
    names, delimiter = _names(text.readline())
    left_out = [name for name in names if name not in _TAKEN]
    gathered: list[ListedFingerprint] = []
    before: tuple[str, str, str] | None = None
    for row in _rows(text, names, delimiter):
        for name in left_out:
            if row[name].strip():
                tally.left_out["licensed" if name in LICENSED else "columns"] += 1
        found = list(_fingerprints(row, tally))
        key = (_first(row, _ENTRY), row.get("scheme", "").strip(), _first(row, _CLASSIFICATION))
        if before is not None and key[0] and key == before:
            gathered += found
            continue
        if before is not None and gathered:
            yield _entry(before, gathered)
        before, gathered = key, found
    if before is not None and gathered:
        yield _entry(before, gathered)


def _entry(key: tuple[str, str, str], found: list[ListedFingerprint]) -> ListedEntry:
    entry, scheme, classification = key
    return ListedEntry(entry or made_id(found), tuple(found), scheme, classification)


def _names(line: str) -> tuple[list[str], str]:
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        cells = []
    return [cell.strip().lower() for cell in cells], delimiter


def _usable(names: list[str]) -> bool:
    tall = any(name in _KIND for name in names) and any(name in _VALUE for name in names)
    return len(set(names)) == len(names) and (tall or any(name in NAMES for name in names))


def _rows(text: TextIO, names: list[str], delimiter: str) -> Iterator[Mapping[str, str]]:
    csv.field_size_limit(_MOST_CELL)
    try:
        for cells in csv.reader(text, delimiter=delimiter, strict=True):
            if not cells:
                continue
            if len(cells) != len(names):
                raise CannotRead("broken_table")
            yield dict(zip(names, cells, strict=True))
    except csv.Error:
        raise CannotRead("broken_table") from None


def _fingerprints(row: Mapping[str, str], tally: Tally) -> Iterator[ListedFingerprint]:
    quality = _quality(_first(row, _QUALITY), tally)
    cells = [(name, row[name]) for name in row if name in NAMES]
    if named := _first(row, _KIND):
        cells.append((named, _first(row, _VALUE)))
    for name, value in cells:
        kind = kind_named(name)
        if kind is None:
            reason = "licensed" if name.lower() in LICENSED else "unknown_kind"
            (tally.left_out if reason == "licensed" else tally.refused)[reason] += 1
        elif found := read_cell(kind, value, quality, tally):
            yield found


def _quality(text: str, tally: Tally) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 3:
        return int(text)
    tally.refused["bad_quality"] += 1
    return 0


def _first(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((row[name].strip() for name in names if row.get(name, "").strip()), "")
