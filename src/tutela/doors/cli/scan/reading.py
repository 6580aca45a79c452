"""Reading: a worker takes a chunk of places and says of each what was found. It keeps nothing of it."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple, cast

from tutela.core.matching import hashers
from tutela.core.matching.files import outcome_of_file
from tutela.core.matching.fingerprints import Fingerprint
from tutela.core.matching.verdicts import Verdict
from tutela.doors.cli.scan import stores, trees
from tutela.doors.cli.scan.known import Known
from tutela.doors.cli.scan.places import Chunk, Place

UNREADABLE = "unreadable"
BUFFER, PIECE = 256 * 1024, 1024 * 1024
NOTHING_AMISS = frozenset({"empty", "degenerate", "not_a_picture", "too_small"})
"""Refusals to make a fingerprint that say nothing is wrong: there is nothing to be seen in the file."""


class Looked(NamedTuple):
    """What became of one place. ``outcome`` is an ``Outcome`` or ``unreadable``; then ``reason`` says why.

    ``reason`` beside another outcome names the kind of fingerprint that could not be made (``pdq:…``).
    """

    place: Place
    outcome: str
    reason: str = ""
    fingerprints: tuple[Fingerprint, ...] = ()
    notes: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker found in a chunk, and the seconds that it took."""

    looked: Sequence[Looked]
    seconds: float


@dataclass(frozen=True, slots=True)
class Root:
    """A folder or a file with its absolute ``path``, or the address of a store with its ``options``."""

    text: str
    path: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def store(self) -> bool:
        """Whether it is an object store."""
        return not self.path

    def open(self) -> trees.Tree | stores.Store:
        """Open it in this process."""
        return stores.Store(self.text, self.options) if self.store else trees.Tree(self.text, self.path)


@dataclass(frozen=True, slots=True)
class Orders:
    """All that a worker needs to know before its first chunk."""

    roots: tuple[Root, ...]
    known: Known
    exact: bool = False
    keep_all: bool = False

    def modules(self) -> list[str]:
        """Return the names of all modules that a worker will load, now or with its first file."""
        of_stores = {stores.module_of(root.text) for root in self.roots if root.store}
        return [__name__, *sorted(of_stores | self.known.modules())]


class Stopped(BaseException):
    """The scan is to end; the file at hand is left for the next time."""


def never() -> bool:
    """Say that nobody asked to stop."""
    return False


class Reader:
    """One worker's open index, trees and stores."""

    def __init__(self, orders: Orders, stopping: Callable[[], bool] = never) -> None:
        self._orders, self._stopping = orders, stopping
        self._look = orders.known.open()
        self._roots = [root.open() for root in orders.roots]

    def read(self, chunk: Chunk) -> Answer:
        """Return what was found at the places of ``chunk``; fewer than asked when the scan is stopping."""
        began = time.monotonic()
        looked: list[Looked] = []
        try:
            for one in self._hashed(chunk.places):
                looked.append(one)
        except Stopped:
            pass
        for root in self._roots:
            if isinstance(root, trees.Tree):
                root.close()
        return Answer(self._judged(looked), time.monotonic() - began)

    def _hashed(self, places: Sequence[Place]) -> Iterator[Looked]:
        for place in places:
            if self._stopping():
                raise Stopped
            if isinstance(self._roots[place.root], trees.Tree):
                yield self._file(place)
        for number, root in enumerate(self._roots):
            if isinstance(root, stores.Store):
                yield from self._objects(root, [place for place in places if place.root == number])

    def _file(self, place: Place) -> Looked:
        """Hash one file; one that changes while it is read is read once more, then named."""
        tree = cast(trees.Tree, self._roots[place.root])
        for _ in range(2):
            try:
                opened = tree.open_file(place.name)
            except trees.NotAFile:
                return Looked(place, UNREADABLE, "not_a_file")
            except OSError as error:
                return Looked(place, UNREADABLE, trees.reason_of(error))
            try:
                place = _as_it_is(place, opened)
                looked = self._opened(place, opened)
                if _as_it_is(place, opened) == place:
                    return looked
            finally:
                os.close(opened)
        return Looked(place, UNREADABLE, "changed")

    def _opened(self, place: Place, opened: int) -> Looked:
        """Hash an open file: a small one in one piece, others as they are read."""
        try:
            if place.size <= PIECE:
                data = os.read(opened, place.size + 1)
                if len(data) == place.size:
                    return self._made(place, io.BytesIO(data))
                os.lseek(opened, 0, os.SEEK_SET)  # as in /proc, where sizes say nothing
            with os.fdopen(opened, "rb", buffering=0, closefd=False) as raw:
                return self._stream(place, cast(IO[bytes], raw))
        except OSError as error:
            return Looked(place, UNREADABLE, trees.reason_of(error))

    def _stream(self, place: Place, raw: IO[bytes]) -> Looked:
        with io.BufferedReader(_Stoppable(raw, self._stopping), BUFFER) as handle:
            return self._made(place, handle)

    def _made(self, place: Place, handle: Any) -> Looked:
        try:
            hashed = hashers.hash_file(handle, self._orders.known.kinds, exact=self._orders.exact)
        except OSError:
            raise
        except Exception as error:  # one strange file is named; it does not end the scan
            return Looked(place, UNREADABLE, f"failed_{type(error).__name__}")
        amiss = [f"{kind}:{why}" for kind, why in hashed.refusals.items() if why not in NOTHING_AMISS]
        return Looked(place, "", ",".join(sorted(amiss)), hashed.fingerprints, hashed.notes)

    def _objects(self, store: stores.Store, places: Sequence[Place]) -> Iterator[Looked]:
        small = [place for place in places if 0 < place.size <= stores.SMALL]
        for place, data in zip(small, store.fetch([one.name for one in small]) if small else [], strict=True):
            if isinstance(data, bytes) and len(data) == place.size:
                yield self._made(place, io.BytesIO(data))
            else:
                yield Looked(place, UNREADABLE, "changed" if isinstance(data, bytes) else _reason(data))
        for place in places:
            if place.size == 0:
                yield Looked(place, "no_match")
            elif place.size > stores.SMALL:
                yield self._large(store, place)

    def _large(self, store: stores.Store, place: Place) -> Looked:
        if self._stopping():
            raise Stopped
        try:
            with store.open(place.name) as handle:
                return self._stream(place, handle)
        except Exception as error:  # each store has errors of its own
            return Looked(place, UNREADABLE, _reason(error))

    def _judged(self, looked: Sequence[Looked]) -> list[Looked]:
        """Look all fingerprints of a chunk up at once, and strip what nobody asked for."""
        verdicts = iter(self._look.up([one for each in looked for one in each.fingerprints]))
        judged = []
        for each in looked:
            own = [next(verdicts) for _ in each.fingerprints]
            judged.append(
                Looked(
                    each.place,
                    each.outcome or str(outcome_of_file(own)),
                    each.reason,
                    each.fingerprints if self._orders.keep_all else (),
                    each.notes,
                    tuple(one for one in own if one.hits),
                )
            )
        return judged


class _Stoppable(io.RawIOBase):
    """Bytes of a file, until the scan is to end: Ctrl-C need not wait for the end of a huge file."""

    def __init__(self, raw: IO[bytes], stopping: Callable[[], bool]) -> None:
        self._raw, self._stopping = raw, stopping

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._stopping():
            raise Stopped
        return cast(int, self._raw.readinto(buffer))  # type: ignore[attr-defined]

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        return self._raw.tell()


def _as_it_is(place: Place, opened: int) -> Place:
    now = os.fstat(opened)
    return Place(place.root, place.name, now.st_size, str(now.st_mtime_ns))


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "vanished"
    if isinstance(error, PermissionError):
        return "not_permitted"
    if type(error).__name__ == "FileExpired":
        return "changed"
    return "store_error"
