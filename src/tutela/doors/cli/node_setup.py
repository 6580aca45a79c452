"""Getting from ``--home`` to a loaded node, and from an error to one clear line."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import typer

P = ParamSpec("P")
R = TypeVar("R")

Home = Annotated[
    Path,
    typer.Option("--home", envvar="TUTELA_HOME", help="The node's data folder.", show_default=True),
]
DEFAULT_HOME = Path("node-home")

EXIT_REFUSED = 1
"""Something is wrong with the node or was refused; the line on standard error says what."""


def fail(message: str) -> typer.Exit:
    """Print ``message`` on standard error and return the exit to raise."""
    typer.secho(f"tutela: {message}", err=True, fg=typer.colors.RED if sys.stderr.isatty() else None)
    return typer.Exit(EXIT_REFUSED)


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a node's named errors into one line and exit code 1, instead of a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in ("django", "cryptography", "allauth", "granian"):
                raise
            raise fail("this command needs a node; install it with: pip install 'tutela[node]'") from error
        except Exception as error:
            from tutela.config.node import BadConfiguration

            if isinstance(error, BadConfiguration):
                raise fail(str(error)) from error
            raise

    return run


def load_node(home: Path, settings: str = "owner") -> None:
    """Start Django in this process as ``settings`` of the node in ``home``."""
    os.environ["TUTELA_HOME"] = str(home.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = f"tutela.config.{settings}"
    import django

    from tutela.config import node

    node.load(home.resolve())
    django.setup()
