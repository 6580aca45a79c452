"""Tables as people save them: any of three delimiters, with or without a mark at the beginning, 8 or 16 bits.

Rows are found one at a time and each by itself: a quote that nobody closed costs its own line and no other.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from tutela.core.record.imported import RefusedLine
from tutela.formats.errors import CannotRead

MOST_BYTES = 64 << 20
MOST_LINES = 500_000
MOST_CELL = 100_000
MOST_LINES_OF_A_ROW = 50
DELIMITERS = ";,\t"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")
_SAID = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line it begins in (from 1), how many lines it is, its text, its cells stripped."""

    line: int
    lines: int
    text: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file, and how its cells are told apart (``delimiter`` empty: the first row decides)."""

    lines: tuple[str, ...]
    delimiter: str
    backslashes: bool = False
    """Quotes inside a cell may be written with a backslash before them."""

    def row(self, at: int) -> Row | RefusedLine | None:
        """Return the row that begins in line ``at`` (from 0), the line if it is none, None if it is empty."""
        lines = self.lines[at : at + MOST_LINES_OF_A_ROW]
        first = lines[0].rstrip("\r\n")
        if not first.strip():
            return None
        if _UNREADABLE.search(first):
            return RefusedLine(at + 1, "not_text", _shown(first))
        csv.field_size_limit(MOST_CELL)
        # A row without a quote was not written by a program that escapes anything.
        escapes = "\\" if self.backslashes and '"' in first else None
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True, escapechar=escapes)
        try:
            cells = next(reader)
        except csv.Error:
            return RefusedLine(at + 1, "broken_row", first)
        text = "".join(lines[: reader.line_num]).rstrip("\r\n")
        if _UNREADABLE.search(text):
            return RefusedLine(at + 1, "broken_row", first)
        return Row(at + 1, reader.line_num, text, tuple(cell.strip() for cell in cells))


def open_table(data: bytes, *, delimiter: str = "", backslashes: bool = False) -> Table:
    """Return the table that ``data`` holds; without ``delimiter`` its first line decides.

    Raises:
        CannotRead: ``too_large``, ``too_long`` (lines), ``empty``.
    """
    if len(data) > MOST_BYTES:
        raise CannotRead("too_large")
    lines = [found.group() for found in _LINE.finditer(_decoded(data))]
    if len(lines) > MOST_LINES:
        raise CannotRead("too_long")
    if lines and (said := _SAID.fullmatch(lines[0])) and said.group(1) in DELIMITERS:
        delimiter = said.group(1)
        lines[0] = "\n"
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if not first:
        raise CannotRead("empty")
    return Table(tuple(lines), delimiter or max(DELIMITERS, key=first.count), backslashes)


def _decoded(data: bytes) -> str:
    """Return the text; what cannot be decoded becomes halves of pairs, by which its line is known."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding)
    if data[1:2] == b"\x00" and data[:1] != b"\x00":
        return _decode(data, "utf-16-le")
    if data[:1] == b"\x00" and data[1:2] not in (b"\x00", b""):
        return _decode(data, "utf-16-be")
    return _decode(data, "utf-8")


def _decode(data: bytes, encoding: str) -> str:
    if encoding == "utf-8":
        return data.decode(encoding, "surrogateescape")
    rest = "\udc00" if len(data) % 2 else ""
    return data[: len(data) // 2 * 2].decode(encoding, "surrogatepass") + rest


def _shown(text: str) -> str:
    """Return a line that is no text so that it can be written down: its bytes as ``\\xNN``."""
    return "".join(_escaped(sign) if _UNREADABLE.match(sign) else sign for sign in text)


def _escaped(sign: str) -> str:
    return (
        f"\\x{ord(sign) & 0xFF:02x}"
        if ord(sign) < 0x100 or 0xDC80 <= ord(sign) <= 0xDCFF
        else f"\\u{ord(sign):04x}"
    )
