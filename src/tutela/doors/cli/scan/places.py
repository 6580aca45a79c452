"""Places: files and objects that a scan is to read, and the chunks in which workers take them."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

FILES_IN_A_CHUNK = 256
BYTES_IN_A_CHUNK = 16 * 1024 * 1024
"""A chunk is what a worker takes at once and what is lost with it: small, yet worth a message."""


class Place(NamedTuple):
    """One file or object; a tuple, for millions of them travel to the workers.

    ``name`` is relative to the root; undecodable bytes are surrogate escapes. ``version`` changes when the
    content does: nanoseconds of the last change, or an object's ETag.
    """

    root: int
    name: str
    size: int
    version: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Places that one worker reads. ``attempt`` counts the workers who were lost on it before."""

    places: tuple[Place, ...]
    attempt: int = 0

    def one_by_one(self) -> Iterator[Chunk]:
        """Yield a chunk for each place, the largest last, to find the one that kills its reader."""
        for place in sorted(self.places, key=lambda place: place.size):
            yield Chunk((place,), self.attempt + 1)


class Pace:
    """How many files make a chunk that takes about ``SECONDS``: a few photographs, or hundreds of texts."""

    SECONDS = 0.3

    def __init__(self, files: int = 8) -> None:
        self.files = files

    def took(self, files: int, seconds: float) -> None:
        """Learn from a chunk that came back; at most twice or half as many each time."""
        if files:
            wanted = files * self.SECONDS / max(seconds, 1e-6)
            bounded = min(max(wanted, self.files / 2), self.files * 2)
            self.files = max(1, min(round(bounded), FILES_IN_A_CHUNK))


def in_chunks(places: Iterable[Place], pace: Pace) -> Iterator[Chunk]:
    """Yield ``places`` in chunks of as many files as ``pace`` says, and of about so many bytes at most."""
    held: list[Place] = []
    size = 0
    for place in places:
        held.append(place)
        size += place.size
        if len(held) >= pace.files or size >= BYTES_IN_A_CHUNK:
            yield Chunk(tuple(held))
            held, size = [], 0
    if held:
        yield Chunk(tuple(held))


def excluder(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return whether a relative path is excluded: shell patterns, against the whole path and each name in it.

    ``*.tmp`` excludes every such file, ``cache`` every folder of that name, ``a/b/*`` what lies there.
    """
    compiled = [re.compile(fnmatch.translate(pattern.strip("/"))) for pattern in patterns]
    if not compiled:
        return lambda _: False

    def excluded(path: str) -> bool:
        name = path.rpartition("/")[2]
        return any(pattern.match(path) or pattern.match(name) for pattern in compiled)

    return excluded


@dataclass(slots=True)
class Passed:
    """What a walk passed by, counted."""

    links: int = 0
    not_files: int = 0
    excluded: int = 0
    elsewhere: int = 0


Unreadable = Callable[[Place, str], None]
"""Called with what cannot be listed, and the reason."""


def unlisted(root: int, name: str) -> Place:
    """Return the place that stands for a folder that cannot be listed."""
    return Place(root, name, 0, "unlisted")
