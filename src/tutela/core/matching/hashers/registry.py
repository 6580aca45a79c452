"""Which hashers there are. A hasher is an object named under the entry point group ``tutela.hashers``.

Whatever is installed under the group is checked by ``tutela.testing.hashers``: each brings its own examples.
A hasher is loaded when it is asked for, so that digests alone need neither NumPy nor Numba.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from tutela.core.matching.errors import BadFingerprint
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.hashers.source import Source

GROUP = "tutela.hashers"


@dataclass(frozen=True, slots=True)
class Example:
    """What a hasher promises of one file that ``make`` draws.

    ``text`` and ``quality`` are its fingerprint, the same whether ``exact`` or not unless said so;
    ``refused`` is the reason why there is none.
    """

    name: str
    make: Callable[[], bytes]
    text: str = ""
    quality: int | None = None
    refused: str = ""


class Hasher(Protocol):
    """Makes fingerprints of one kind.

    ``algorithm`` names the digest of ``hashlib`` that it takes from the source, empty when it takes none.
    """

    kind: Kind
    algorithm: str
    EXAMPLES: tuple[Example, ...]

    def needs_content(self, head: bytes) -> bool:
        """Whether a file that begins so must be kept whole."""
        ...

    def hash(self, source: Source, exact: bool) -> Fingerprint:
        """Return the fingerprint; ``exact`` forbids every shortcut that may change a bit.

        Raises:
            CannotHash: there is none, and ``reason`` says why.
        """
        ...

    def variants(self, source: Source, exact: bool) -> tuple[Fingerprint, ...]:
        """Return the fingerprints of the file turned and mirrored; none where that means nothing.

        Raises:
            CannotHash: as ``hash``.
        """
        ...


def hashers() -> dict[str, Hasher]:
    """Return every installed hasher by its name, sorted."""
    return {name: hasher_named(name) for name in sorted(_entries())}


@lru_cache
def hasher_named(kind: str) -> Hasher:
    """Return one installed hasher.

    Raises:
        BadFingerprint: ``unknown_kind``.
    """
    try:
        hasher: Hasher = _entries()[kind].load()
    except KeyError:
        raise BadFingerprint("unknown_kind") from None
    return hasher


def modules_of(kinds: Iterable[str]) -> set[str]:
    """Return the names of the modules in which the hashers of ``kinds`` stand; none is loaded."""
    return {entry.module for kind, entry in _entries().items() if kind in set(kinds)}


@lru_cache
def _entries() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def warm_up() -> float:
    """Load every hasher, compile what it compiles, hash its examples; return the seconds that it took."""
    began = time.perf_counter()
    for hasher in hashers().values():
        algorithms = {hasher.algorithm} - {""}
        for example in hasher.EXAMPLES:
            if not example.refused:
                source = Source(io.BytesIO(example.make()), algorithms, hasher.needs_content)
                hasher.hash(source, exact=False)
                hasher.variants(source, exact=True)
    return time.perf_counter() - began
