"""What files are held against, in a form that travels to a worker: an index folder, or a few entries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from tutela.core.matching import hashers
from tutela.core.matching.fingerprints import Fingerprint
from tutela.core.matching.in_memory import InMemoryIndex
from tutela.core.matching.verdicts import Verdict

INDEX = "tutela.core.matching.index"


class Searched(Protocol):
    """What an open index folder and a list in memory have in common."""

    def lookup(
        self,
        fingerprints: Sequence[Fingerprint],
        *,
        lists: Collection[str] | None = None,
        radius: int | None = None,
        limit: int | None = 100,
    ) -> list[Verdict]:
        """Return one verdict for each fingerprint."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """Either ``folder`` (an index; ``lists`` chosen from it, None for all) or ``few`` (entries in memory).

    ``kinds`` are those of the entries: nothing else needs to be computed. ``radius`` overrides the lists'.
    """

    kinds: frozenset[str]
    folder: str | None = None
    lists: tuple[str, ...] | None = None
    few: InMemoryIndex | None = None
    radius: int | None = None

    def modules(self) -> set[str]:
        """Return the names of the modules that are loaded to fingerprint a file and to look it up."""
        return hashers.modules_of(self.kinds) | (set() if self.folder is None else {INDEX})

    def open(self) -> Look:
        """Open it for lookups in this process."""
        if self.few is not None:
            return Look(self, self.few)
        from tutela.core.matching import index

        opened = index.open_index(Path(cast(str, self.folder)), threads=1)
        return Look(self, opened, opened)


class Look:
    """Lookups with the lists and the radius that were chosen."""

    def __init__(
        self, known: Known, searched: Searched, opened: AbstractContextManager[object] | None = None
    ) -> None:
        self._known, self._searched, self._opened = known, searched, opened

    def up(self, fingerprints: Sequence[Fingerprint]) -> list[Verdict]:
        """Return one verdict for each fingerprint, in order."""
        if not fingerprints:
            return []
        return self._searched.lookup(fingerprints, lists=self._known.lists, radius=self._known.radius)

    def close(self) -> None:
        """Close the index folder."""
        if self._opened is not None:
            self._opened.__exit__(None, None, None)
