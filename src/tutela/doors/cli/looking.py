"""What the commands that look things up share: their options, and how a refusal becomes one line."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import typer

from tutela.core.kernel.errors import Refusal
from tutela.doors.cli.node_setup import fail

P = ParamSpec("P")
R = TypeVar("R")

Lists = Annotated[
    list[str] | None,
    typer.Option(
        "--list",
        help="List file (CSV, JSON, VICS, plain lines), index folder, or a list in --index; repeatable.",
    ),
]
Index = Annotated[
    Path | None, typer.Option("--index", help="Index folder; all its lists, or those of --list.")
]
Kind = Annotated[str, typer.Option("--kind", help="Kind of bare values: sha256, sha1, md5 or pdq.")]
Radius = Annotated[
    int | None, typer.Option(min=0, max=64, help="Bits by which PDQ may differ, instead of the lists' own.")
]
MinimumQuality = Annotated[
    int | None, typer.Option(min=0, max=100, help="Least PDQ quality that counts, for list files.")
]
Negative = Annotated[
    list[Path] | None,
    typer.Option(exists=True, dir_okay=False, help="List file of what is known to be harmless; repeatable."),
]

_MISSING = {"numpy": "scan", "numba": "scan", "PIL": "scan", "fsspec": "scan", "s3fs": "s3", "ray": "ray"}


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Turn named refusals and a missing extra into one line and exit code 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ModuleNotFoundError as error:
            extra = _MISSING.get((error.name or "").partition(".")[0])
            if extra is None:
                raise
            raise fail(
                f"this needs more packages; install them with: pip install 'tutela[{extra}]'"
            ) from error
        except Refusal as error:
            reason = getattr(error, "reason", "")
            raise fail(
                f"{error.code}{f' ({reason})' if reason else ''}: {_SAID.get(error.code, '')}"
            ) from error

    return run


_SAID = {
    "no_index": "there is no index in that folder; make one with: tutela index build FOLDER --list FILE",
    "index_broken": "the index is damaged or of another release; build it again",
    "index_busy": "somebody else writes to this index",
    "unknown_list": "there is no list of that name in the index",
    "bad_fingerprint": "that is no fingerprint of its kind",
}
