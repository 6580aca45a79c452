"""A file that is hashed: read once, in pieces, for every hasher at the same time.

Digests are taken while the pieces pass. The whole content is kept only when a hasher needs it, which it
decides by how the file begins, so that a film of many gigabytes costs one piece of memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from typing import Any, Protocol, TypeVar

from tutela.core.matching.errors import CannotHash

PIECE = 1 << 20
MOST_BYTES = 256 << 20
"""Content of more bytes is not kept: its digests are taken, and how it looks is not."""

T = TypeVar("T")


class Readable(Protocol):
    """What can be read: a file opened for bytes, or the like."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, none at the end."""
        ...


class Source:
    """What hashers see of a file: how it begins, how long it is, its digests, and its content where kept."""

    def __init__(
        self, stream: Readable, algorithms: Collection[str], needed: Callable[[bytes], bool]
    ) -> None:
        self.head = b""
        """The first bytes, up to ``PIECE``."""
        self.size = 0
        self.notes: list[str] = []
        self._known: dict[str, Any] = {}
        self._content: bytes | None = None
        self._read(stream, {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}, needed)

    def _read(self, stream: Readable, digests: dict[str, Any], needed: Callable[[bytes], bool]) -> None:
        self.head = _first_piece(stream)
        pieces = [self.head] if needed(self.head) else None
        piece = self.head
        while piece:
            self.size += len(piece)
            for digest in digests.values():
                digest.update(piece)
            piece = stream.read(PIECE)
            if pieces is not None:
                pieces.append(piece)
                if self.size + len(piece) > MOST_BYTES:
                    pieces = None
        if pieces is not None:
            self._content = b"".join(pieces)
        self._digests = {name: bytes(digest.digest()) for name, digest in digests.items()}

    def digest(self, algorithm: str) -> bytes:
        """Return a digest that was asked for before the file was read."""
        return self._digests[algorithm]

    def content(self) -> bytes:
        """Return all bytes.

        Raises:
            CannotHash: ``too_many_bytes``.
        """
        if self._content is None:
            raise CannotHash("too_many_bytes")
        return self._content

    def note(self, code: str) -> None:
        """Leave a word for whoever reads the result, once."""
        if code not in self.notes:
            self.notes.append(code)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what ``make`` made the first time it was asked for by this name."""
        if name not in self._known:
            self._known[name] = make()
        made: T = self._known[name]
        return made


def _first_piece(stream: Readable) -> bytes:
    """Read until a whole piece is there: a pipe gives less than asked."""
    found = b""
    while len(found) < PIECE and (piece := stream.read(PIECE - len(found))):
        found += piece
    return found
