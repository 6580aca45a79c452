"""INTERPOL's ICSE CSV: semicolons, one header, flags as y/n, yes/no, t/f or true/false."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from tutela.core.matching.fingerprints import Kind
from tutela.core.record.listed import ListedEntry, Tally
from tutela.formats.errors import CannotRead
from tutela.formats.fingerprints import made_id, read_cell

HEADER = (
    "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;"
    "Number of submissions;File Available;Media Type;Baseline"
)
SCHEME = "icse-baseline"
_NAMES = HEADER.split(";")
_YES, _NO = ("y", "yes", "t", "true"), ("n", "no", "f", "false", "")
_FLAGS = ("Is distributed", "Victim identified", "Offender identified", "File Available", "Baseline")
_LEFT_OUT = ("Is distributed", "Victim identified", "Offender identified", "Series name", "File Available")
_MOST_CELL = 4096


def is_icse(head: bytes) -> bool:
    """Whether a file that begins like this is ICSE's."""
    lines = head.splitlines()
    return bool(lines) and lines[0].decode("utf-8", "replace").strip().lower() == HEADER.lower()


def entries(file: BinaryIO, tally: Tally) -> Iterator[ListedEntry]:
    """Yield one entry a row.

    Raises:
        CannotRead: ``broken_table``, ``not_text``.
    """
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    csv.field_size_limit(_MOST_CELL)
    try:
        table = csv.reader(text, delimiter=";", strict=True)
        next(table, None)
        for cells in table:
            if not cells:
                continue
            if len(cells) != len(_NAMES):
                raise CannotRead("broken_table")
            if found := _entry(dict(zip(_NAMES, cells, strict=True)), tally):
                yield found
    except csv.Error:
        raise CannotRead("broken_table") from None
    except UnicodeDecodeError:
        raise CannotRead("not_text") from None
    finally:
        text.detach()


def _entry(row: Mapping[str, str], tally: Tally) -> ListedEntry | None:
    if any(row[name].strip().lower() not in (*_YES, *_NO) for name in _FLAGS):
        tally.refused["bad_flag"] += 1
        return None
    if row["PhotoDNA"].strip():
        tally.left_out["licensed"] += 1
    if any(row[name].strip().lower() not in _NO for name in _LEFT_OUT):
        tally.left_out["fields"] += 1
    cells = ((Kind.MD5, row["MD5"]), (Kind.SHA1, row["SHA1"]))
    found = [one for kind, value in cells if (one := read_cell(kind, value, None, tally))]
    if not found:
        tally.refused["no_fingerprints"] += 1
        return None
    baseline = "yes" if row["Baseline"].strip().lower() in _YES else "no" if row["Baseline"].strip() else ""
    return ListedEntry(made_id(found, SCHEME, baseline), tuple(found), SCHEME, baseline)
