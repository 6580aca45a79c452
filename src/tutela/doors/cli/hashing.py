"""``tutela hash``: fingerprints of files as JSON lines, without a node and without a list."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer

from tutela.core.matching import hashers
from tutela.core.matching.fingerprints import Kind
from tutela.doors.cli import exits
from tutela.doors.cli.looking import told
from tutela.doors.cli.scan import lines, trees

STANDARD_INPUT = "-"


@told
def hash_files(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Files, or - for standard input.")],
    kinds: Annotated[
        list[Kind] | None, typer.Option("--kind", help="Kind of fingerprint; repeatable; all when not given.")
    ] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Decode large pictures in full before their PDQ is taken.")
    ] = False,
    variants: Annotated[
        bool, typer.Option("--variants", help="Also how the picture looks turned and mirrored.")
    ] = False,
) -> None:
    """Print a JSON line with the fingerprints of each file. Exit 0, or 3 when a file gave none."""
    # What Pillow warns of (a broken comment of a camera) is no news to whoever reads the lines.
    warnings.filterwarnings("ignore", module="PIL")
    empty = 0
    for file in files:
        fields = _line(file, list(kinds or Kind), exact, variants)
        empty += not fields.get("fingerprints")
        typer.echo(lines.as_json(fields))
    raise typer.Exit(exits.NOT_ALL_READ if empty else exits.NOTHING_FOUND)


def _line(file: str, kinds: list[Kind], exact: bool, variants: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {"type": "file", **lines.path_fields(file)}
    try:
        hashed = _hashed(file, kinds, exact, variants)
    except FileNotFoundError:
        return fields | {"outcome": "unreadable", "reason": "not_found"}
    except OSError as error:
        return fields | {"outcome": "unreadable", "reason": trees.reason_of(error)}
    if hashed is None:
        return fields | {"outcome": "unreadable", "reason": "not_a_file"}
    fields |= {"outcome": "hashed", "size": hashed.size}
    said = {
        "fingerprints": [lines.fingerprint_fields(one) for one in hashed.fingerprints],
        "variants": [lines.fingerprint_fields(one) for one in hashed.variants],
        "refusals": hashed.refusals,
        "notes": list(hashed.notes),
    }
    return fields | {name: value for name, value in said.items() if value}


def _hashed(file: str, kinds: list[Kind], exact: bool, variants: bool) -> hashers.Hashed | None:
    """Return what became of a file; nothing when it is a folder, a device or a pipe."""
    if file == STANDARD_INPUT:
        return hashers.hash_file(sys.stdin.buffer, kinds, exact=exact, variants=variants)
    path = Path(file)
    if path.exists() and not path.is_file():
        return None
    return hashers.hash_file(path, kinds, exact=exact, variants=variants)
