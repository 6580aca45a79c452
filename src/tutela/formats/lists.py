"""Open a list file without knowing which format it is in: VICS and ICSE say so at their beginning."""

from __future__ import annotations

from typing import BinaryIO

from tutela.core.record.listed import EntryReader
from tutela.formats.hashlist.read import Reader as HashListReader
from tutela.formats.vics.read import Reader as VicsReader
from tutela.formats.vics.read import is_vics

_HEAD = 65536


def open_list(file: BinaryIO, *, kind: str = "") -> EntryReader:
    """Return the reader of a list file: walk it for entries, then ask its ``tally`` what was left out.

    Args:
        file: open for reading in binary; it must be able to seek, and stays the caller's.
        kind: the kind of bare values (``md5`` …) in plain lines, where the file does not say it.

    Walking raises ``formats.errors.CannotRead``, for a file that ends in the middle only at its end: walk it
    once before taking anything from it when half a list must not count.
    """
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    return VicsReader(file) if is_vics(head) else HashListReader(file, kind=kind)
