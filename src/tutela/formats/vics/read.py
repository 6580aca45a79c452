"""Read VICS and ICSE of any length, record by record.

A record that cannot be read is counted and passed over. A file that ends in the middle is refused at its
end, so whoever imports walks it once before taking anything from it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from tutela.core.record.listed import ListedEntries, ListedEntry, Tally
from tutela.formats.streaming import Document
from tutela.formats.vics import icse, media, profiles

_BOM = b"\xef\xbb\xbf"
_HEAD = 65536


class Reader:
    """The entries of one file, in its order; raises ``CannotRead`` while it is walked.

    Args:
        file: open for reading in binary; it must be able to seek.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.tally = Tally()

    def __iter__(self) -> Iterator[ListedEntry]:
        self.tally.left_out.clear()
        self.tally.refused.clear()
        self._file.seek(0)
        head = self._file.read(_HEAD)
        mark = len(_BOM) if head.startswith(_BOM) else 0
        self._file.seek(mark)
        if icse.is_icse(head[mark:]):
            yield from icse.entries(self._file, self.tally)
        else:
            yield from self._records()

    def _records(self) -> Iterator[ListedEntry]:
        document = Document(self._file, ("value", "value.item.Media"), never=media.NEVER)
        profile: profiles.Profile | None = None
        for item in document.items():
            profile = profile or profiles.profile_of(document.said)
            if not isinstance(item, dict):
                self.tally.refused["not_a_record"] += 1
            elif profile.cases and "MD5" not in item:
                # The case itself, with its officer's name: only its media are read.
                self.tally.left_out["case"] += 1
            elif entry := media.entry(item, profile.scheme, self.tally):
                yield entry
        if profile is None:
            profiles.profile_of(document.said)


def is_vics(head: bytes) -> bool:
    """Whether a file that begins like this is VICS or ICSE."""
    head = head.removeprefix(_BOM)
    return icse.is_icse(head) or (head.lstrip()[:1] == b"{" and profiles.is_named_in(head))


def read(data: bytes) -> ListedEntries:
    """Return what a hash set holds.

    Raises:
        CannotRead: ``not_json``, ``truncated``, ``not_vics``, ``unknown_version``, ``no_entries``,
            ``too_deep``, ``too_long``, ``broken_table``, ``not_text``.
    """
    reader = Reader(io.BytesIO(data))
    entries = tuple(reader)
    return ListedEntries(entries, reader.tally.as_left_out(), reader.tally.as_refused())
