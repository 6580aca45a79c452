"""What a source of hash lists is: pages of rows in the source's own words, since a checkpoint.

Rows are kept as the source wrote them, by the source's own key, and fingerprints are derived from them: so a
withdrawal, a changed classification or a fingerprint that several rows share comes out right by counting. A
source is a plug-in under the entry point group ``tutela.hash_list_sources``; those that go to the network
stand at the worker, and the room that keeps the lists sees records only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol

from tutela.core.kernel.errors import Refusal

GROUP = "tutela.hash_list_sources"

Row = Mapping[str, Any]
"""One entry as its source wrote it: JSON values, without what must not be kept."""


class Opinion(StrEnum):
    """What somebody who met a fingerprint says of its entry."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a source was read up to.

    ``at`` is the source's own time (a number) up to which everything was taken; ``inside`` says
    where a range that is not complete goes on; ``fetched_at`` (seconds since 1970) is when that was written.
    """

    at: int = 0
    inside: Mapping[str, Any] = field(default_factory=dict)
    fetched_at: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Upserts and deletes by the source's own keys, and where to go on.

    ``complete_range``: this was the last page of its range; only then may ``checkpoint.at`` have moved.
    ``caught_up``: the source has nothing more at this moment. ``everything``: this fetch brings all that
    there is, so what it does not bring is no longer there. ``unread`` are the reasons (codes) of single rows
    that could not be read.
    """

    upserts: Mapping[str, Row]
    deletes: frozenset[str]
    checkpoint: Checkpoint
    complete_range: bool
    caught_up: bool = False
    everything: bool = False
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """A page that could not be read, even in smaller pieces, and how the source goes on without it.

    ``reason`` is ``truncated``, ``not_json``, ``not_xml``, ``wrong_shape`` or ``too_large``; ``digest`` is
    SHA-256 of its bytes in hex. ``checkpoint`` stands behind it, or where the source was when there is no
    way around it.
    """

    reason: str
    digest: str
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class HashItem:
    """One fingerprint of a row: kind and value as text, and the classification as the source gave it."""

    kind: str
    value: str
    quality: int | None = None
    scheme: str = ""
    classification: str = ""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a kind of source says of itself; texts are for people, in English."""

    kind: str
    title: str
    owner: str
    settings: Mapping[str, str]
    """Name of each setting and what it means."""
    opinions: frozenset[Opinion]
    stale_after_days: int | None
    """After so many days without a fetch everything is fetched anew, because withdrawals were missed."""
    has_secret: bool = True


class SourceUnavailable(Refusal):
    """A source did not answer as it should; ``reason`` is ``timeout``, ``denied``, ``http_500`` …"""

    code = "source_unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotSupported(Refusal):
    """A source takes no such opinion."""

    code = "opinion_not_supported"


class BadSettings(Refusal):
    """A source cannot be opened with these settings; ``reason`` names the setting."""

    code = "bad_source_settings"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RowReader(Protocol):
    """The part of a source that needs no network: what its rows mean."""

    def merge(self, old: Row, new: Row, /) -> Row:
        """Return what is kept when a row comes again."""

    def to_hashes(self, row: Row) -> Iterable[HashItem]:
        """Return the fingerprints of a row, of every kind that it names."""


class HashListSource(RowReader, Protocol):
    """A source of one hash list."""

    kind: str

    def describe(self) -> SourceInfo:
        """Return what the source is."""

    def fetch(self, checkpoint: Checkpoint | None) -> Iterator[Page | UnreadPage]:
        """Yield the pages since ``checkpoint``, from the beginning without one.

        Raises:
            SourceUnavailable: it does not answer; what was yielded so far stays.
        """

    def opinion(self, key: str, row: Row, opinion: Opinion, reason: str, /) -> str:
        """Tell the source; returns its receipt, empty when it gives none.

        Raises:
            NotSupported, SourceUnavailable: it was not told.
        """


class SourceKind(Protocol):
    """What an entry point names: opens a source with its settings and its secret."""

    def __call__(self, settings: Mapping[str, str], secret: str) -> HashListSource: ...


def source_kinds() -> dict[str, EntryPoint]:
    """Return the installed kinds of sources by name; nothing of them is imported."""
    return {entry.name: entry for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name)}
