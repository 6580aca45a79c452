"""Choosing what to hold files against: list files, an index folder, or lists of an index by their names.

A small list file is searched in memory, without NumPy and Numba: loading them takes longer than the search.
A large one becomes an index in a temporary folder that goes when the command ends.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer

from tutela.core.kernel.errors import Refusal
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.in_memory import InMemoryIndex
from tutela.core.matching.lists import Entry, HashList
from tutela.doors.cli.scan.known import Known

FEW_ROWS = 200_000
"""Rows of a list that every worker may hold in its own memory; digests are looked up at once."""

FEW_LOOKS = 4_000
"""PDQ entries that are searched one by one however many files there are: 0.5 ms beside 10 for a picture."""

MOST_LOOKS, MOST_COMPARISONS = 100_000, 4_000_000
"""For a few lookups more entries are searched so: less time than it takes to load the compiled search."""

Pair = tuple[Entry, Fingerprint]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen: ``known`` for lookups; ``said`` names it for a state file, in no secret words."""

    known: Known
    said: list[str]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the command line says of all list files: None leaves the default of a list."""

    kind: str = ""
    radius: int | None = None
    minimum_quality: int | None = None
    negative: tuple[Path, ...] = ()


class Choosing(AbstractContextManager["Choosing"]):
    """Turns ``--list`` and ``--index`` into something to look up in; takes temporary folders away again."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def choose(
        self, lists: Sequence[str], index: Path | None, terms: Terms, *, lookups: int | None = None
    ) -> Chosen:
        """Return what ``lists`` and ``index`` name, for so many lookups (None: nobody knows).

        Raises:
            typer.BadParameter: they name nothing, or files and an index at once.
            NoIndex, IndexBroken: there is no index in the folder, or not a whole one.
        """
        files = [Path(one) for one in lists if Path(one).is_file()] + list(terms.negative)
        folders = [Path(one) for one in lists if Path(one).is_dir()]
        names = [one for one in lists if not Path(one).exists()]
        if index is not None:
            folders.append(index)
        if files and (folders or names):
            raise typer.BadParameter(
                f"{names[0]!r} is no file" if names and not folders else "list files or an index, not both",
                param_hint="--list",
            )
        if files:
            few = FEW_LOOKS if lookups is None else MOST_COMPARISONS // max(1, lookups)
            return self._of_files(files, terms, max(FEW_LOOKS, min(few, MOST_LOOKS)))
        if len(folders) != 1:
            hint = f"no file {names[0]!r}, and no --index to look for it in" if names else "name a list"
            raise typer.BadParameter(hint if not folders else "name one index", param_hint="--list")
        return _of_index(folders[0], names, terms.radius)

    def _of_files(self, files: Sequence[Path], terms: Terms, few_looks: int) -> Chosen:
        lists = named_lists(files, terms)
        rows = itertools.chain.from_iterable(
            rows_of(path, one, terms.kind) for path, one in zip(files, lists, strict=True)
        )
        first, more = _first(rows, few_looks)
        if not more:
            few = InMemoryIndex(lists, first)
            if not few.kinds:
                raise typer.BadParameter("there is no fingerprint in it", param_hint="--list")
            known = Known(kinds=frozenset(few.kinds), few=few)
        else:
            folder = Path(tempfile.mkdtemp(prefix="tutela-index-"))
            self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
            kinds = build(folder / "index", lists, itertools.chain(first, rows))
            known = Known(kinds=kinds, folder=str(folder / "index"))
        said = [f"{one.name}:{_digest(path)}" for path, one in zip(files, lists, strict=True)]
        return Chosen(known, sorted(said))


def _of_index(folder: Path, names: Sequence[str], radius: int | None) -> Chosen:
    from tutela.core.matching import index

    with index.open_index(folder) as opened:
        there = {one.name for one in opened.lists()}
        status = opened.status()
    if missing := [name for name in names if name not in there]:
        raise typer.BadParameter(f"there is no list {missing[0]!r} in {folder}", param_hint="--list")
    # What the journal added is not counted by kind.
    kinds = Kind if status.added else [kind for kind, number in status.fingerprints.items() if number]
    known = Known(
        kinds=frozenset(map(str, kinds)),
        folder=str(folder.resolve()),
        lists=tuple(sorted(names)) or None,
        radius=radius,
    )
    return Chosen(known, [f"index:{folder.resolve()}", *sorted(names)])


def build(
    folder: Path, lists: Sequence[HashList], rows: Iterable[Pair], progress: Any = None
) -> frozenset[str]:
    """Build an index folder and return the kinds of fingerprint in it."""
    from tutela.core.matching import index

    status = index.build(
        folder,
        lists,
        (index.Row(entry.list, entry.id, one, entry.classification) for entry, one in rows),
        progress=progress,
    )
    return frozenset(str(kind) for kind, number in status.fingerprints.items() if number)


def named_lists(files: Sequence[Path], terms: Terms) -> list[HashList]:
    """Return a list for each file, named after it."""
    lists: list[HashList] = []
    for path in files:
        stem = re.sub(r"[^a-z0-9_-]+", "-", path.stem.lower()).strip("-_")[:56] or "list"
        taken = {one.name for one in lists}
        name = next(
            each
            for each in itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
            if each not in taken
        )
        one = HashList(name, title=path.name, negative=path in terms.negative)
        if terms.radius is not None:
            one = replace(one, radius=terms.radius)
        if terms.minimum_quality is not None:
            one = replace(one, minimum_quality=terms.minimum_quality)
        lists.append(one)
    return lists


def rows_of(path: Path, of: HashList, kind: str = "") -> Iterator[Pair]:
    """Yield the rows of a list file; what it leaves out is told on standard error."""
    from tutela.formats.lists import open_list

    with path.open("rb") as handle:
        reader = open_list(handle, kind=kind)
        try:
            for listed in reader:
                entry = Entry(of.name, listed.id, listed.classification)
                for one in listed.fingerprints:
                    yield entry, Fingerprint(Kind(one.kind), bytes.fromhex(one.value), one.quality)
        except Refusal as error:
            reason = getattr(error, "reason", error.code)
            raise typer.BadParameter(
                f"{path} cannot be read as a hash list ({reason})", param_hint="--list"
            ) from error
        for said, found in (("refused", reader.tally.refused), ("left out", reader.tally.left_out)):
            if found:
                counts = ", ".join(f"{number} {why}" for why, number in sorted(found.items()))
                typer.echo(f"tutela: {path}: {said}: {counts}", err=True)


def _first(rows: Iterator[Pair], few_looks: int) -> tuple[list[Pair], bool]:
    """Return the first rows, and whether there are too many to hold each in memory."""
    held: list[Pair] = []
    looks = 0
    for row in rows:
        held.append(row)
        looks += row[1].kind is Kind.PDQ
        if len(held) > FEW_ROWS or looks > few_looks:
            return held, True
    return held, False


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()[:16]
