"""``tutela index``: make, examine and tidy the folder of arrays that lookups go to."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tutela.doors.cli import choosing
from tutela.doors.cli.choosing import Terms, named_lists, rows_of
from tutela.doors.cli.looking import Kind, MinimumQuality, Negative, Radius, told

app = typer.Typer(help="The index that lookups go to.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="Folder of the index.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
@told
def build(
    folder: Folder,
    lists: Annotated[
        list[Path],
        typer.Option(
            "--list", exists=True, dir_okay=False, help="List file (CSV, JSON, VICS, lines); repeatable."
        ),
    ],
    kind: Kind = "",
    radius: Radius = None,
    minimum_quality: MinimumQuality = None,
    negative: Negative = None,
    as_json: AsJson = False,
) -> None:
    """Make an index of list files, or a new snapshot in the place of what the folder holds."""
    from tutela.core.matching import index

    terms = Terms(kind, radius, minimum_quality, tuple(negative or ()))
    files = [*lists, *terms.negative]
    named = named_lists(files, terms)
    rows = itertools.chain.from_iterable(
        rows_of(path, one, kind) for path, one in zip(files, named, strict=True)
    )
    with _counted("rows") as progress:
        choosing.build(folder, named, rows, progress)
    with index.open_index(folder) as opened:
        _tell(opened, as_json)


@app.command()
@told
def info(folder: Folder, as_json: AsJson = False) -> None:
    """Say which lists are in an index, how many entries they have, and what waits to be merged."""
    from tutela.core.matching import index

    with index.open_index(folder) as opened:
        _tell(opened, as_json)


@app.command()
@told
def verify(folder: Folder, as_json: AsJson = False) -> None:
    """Read every byte of an index against its checksums. Exit 1 when something is damaged."""
    from tutela.core.matching import index

    with _counted("bytes") as progress:
        status = index.verify(folder, progress)
    _print({"whole": True, **_plain(status)}, as_json, f"The index is whole: generation {status.generation}.")


@app.command()
@told
def merge(folder: Folder, as_json: AsJson = False) -> None:
    """Make additions and withdrawals part of a new snapshot. Lookups go on meanwhile."""
    from tutela.core.matching import index

    with _counted("rows") as progress, index.write_index(folder) as writer:
        status = writer.merge(progress)
    _print(_plain(status), as_json, f"Merged: generation {status.generation}.")


def _plain(status: Any) -> dict[str, Any]:
    return {**asdict(status), "built_at": status.built_at.isoformat()}


def _tell(opened: Any, as_json: bool) -> None:
    status = opened.status()
    lists = [
        {**asdict(one), "rows": status.entries.get(one.name, 0)}
        for one in sorted(opened.lists(), key=lambda one: one.name)
    ]
    words = [f"Generation {status.generation}, built {status.built_at:%Y-%m-%d %H:%M} UTC"]
    words += [f"  {number:>12,} {kind}" for kind, number in sorted(status.fingerprints.items())]
    words += [f"  waiting to be merged: {status.added:,} added, {status.withdrawn:,} withdrawn"]
    for one in lists:
        marks = [f"radius {one['radius']}", f"quality from {one['minimum_quality']}"]
        marks += ["known good"] * one["negative"] + ["not active"] * (not one["active"])
        words.append(f"{one['name']}: {one['rows']:,} rows ({', '.join(marks)})")
    _print({**_plain(status), "lists": lists}, as_json, "\n".join(words))


def _print(said: dict[str, Any], as_json: bool, words: str) -> None:
    typer.echo(json.dumps(said) if as_json else words)


@contextmanager
def _counted(what: str) -> Iterator[Callable[[int], None] | None]:
    """Show a running number at a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return

    def count(done: int) -> None:
        sys.stderr.write(f"\r{done:,} {what} ")
        sys.stderr.flush()

    yield count
    sys.stderr.write("\r\x1b[K")
