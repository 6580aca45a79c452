"""Entries of a hash list as they come out of somebody's file or go into one: texts and codes, never bytes.

What a file carries beyond that (pictures, names of files, remarks, licensed fingerprints) is not read into a
record; how often it was left out is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ListedFingerprint:
    """A fingerprint: its kind (``sha256``, ``sha1``, ``md5``, ``pdq``) and its value in lower-case hex.

    ``quality`` is 0-100 for ``pdq`` and None where the file does not say.
    """

    kind: str
    value: str
    quality: int | None = None


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """One entry. ``id`` is unique in its list; ``classification`` is the file's own value of ``scheme``."""

    id: str
    fingerprints: tuple[ListedFingerprint, ...]
    scheme: str = ""
    classification: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How often something was not taken, and why (a code)."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class ListedEntries:
    """A whole list file. ``left_out`` says what was in it and is not kept, ``refused`` what could not be."""

    entries: tuple[ListedEntry, ...]
    left_out: tuple[LeftOut, ...] = ()
    refused: tuple[LeftOut, ...] = ()


@dataclass(slots=True)
class Tally:
    """What a reader left out and refused so far."""

    left_out: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def as_left_out(self) -> tuple[LeftOut, ...]:
        return tuple(LeftOut(reason, count) for reason, count in sorted(self.left_out.items()))

    def as_refused(self) -> tuple[LeftOut, ...]:
        return tuple(LeftOut(reason, count) for reason, count in sorted(self.refused.items()))


class EntryReader(Protocol):
    """Reads a list file of any length, entry by entry; ``tally`` is right once the last entry was read."""

    tally: Tally

    def __iter__(self) -> Iterator[ListedEntry]: ...
