"""Read a hash list of any length from CSV, JSON or plain lines.

A row that cannot be read is counted and passed over, so that one wrong line does not cost a list; a file that
is none of these, or that ends in the middle, is refused as a whole.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from tutela.core.record.listed import ListedEntries, ListedEntry, Tally
from tutela.formats.errors import CannotRead
from tutela.formats.hashlist import columns, documents, lines

_BOM = b"\xef\xbb\xbf"
_HEAD = 65536


class Reader:
    """The entries of one file, in its order; raises ``CannotRead`` while it is walked.

    Args:
        file: open for reading in binary; it must be able to seek.
        kind: the kind of bare values in plain lines, where the file does not say it.
    """

    def __init__(self, file: BinaryIO, *, kind: str = "") -> None:
        self._file = file
        self._kind = kind
        self.tally = Tally()

    def __iter__(self) -> Iterator[ListedEntry]:
        self.tally.left_out.clear()
        self.tally.refused.clear()
        head = _begin(self._file)
        if not head.strip():
            raise CannotRead("empty")
        if head.lstrip()[:1] in (b"{", b"["):
            yield from documents.entries(self._file, self.tally)
            return
        if b"\x00" in head:
            raise CannotRead("not_text")
        text = io.TextIOWrapper(self._file, encoding="utf-8", newline="")
        try:
            if columns.has_header(head):
                yield from columns.entries(text, self.tally)
            else:
                yield from lines.entries(text, self.tally, self._kind)
        except UnicodeDecodeError:
            raise CannotRead("not_text") from None
        finally:
            # The file belongs to the caller.
            text.detach()


def read(data: bytes) -> ListedEntries:
    """Return what a list file holds.

    Raises:
        CannotRead: ``empty``, ``not_text``, ``no_entry``, ``no_kind``, ``no_columns``, ``broken_table``,
            ``not_json``, ``truncated``, ``no_entries``.
    """
    reader = Reader(io.BytesIO(data))
    entries = tuple(reader)
    if not entries and not reader.tally.refused:
        raise CannotRead("no_entry")
    return ListedEntries(entries, reader.tally.as_left_out(), reader.tally.as_refused())


def _begin(file: BinaryIO) -> bytes:
    """Return the beginning of ``file`` without a byte-order mark, and stand behind the mark."""
    file.seek(0)
    head = file.read(_HEAD)
    mark = len(_BOM) if head.startswith(_BOM) else 0
    file.seek(mark)
    return head[mark:]
