"""``tutela mail``: what a mail server hands back to the node.

``returned`` is made to stand behind the address that notices are sent from: the mail server pipes each mail
into it (an alias, a sieve ``pipe``), or somebody gives it saved ones. A mail that is not about a notice is
named and left alone with exit code 0, because an error would only make the server write a mail about it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, load_node, told

app = typer.Typer(help="What a mail server hands back.", no_args_is_help=True)

Files = Annotated[list[Path] | None, typer.Argument(help="Saved mails; standard input when left out.")]


@app.callback()
def about() -> None:
    """Keep ``returned`` a command of its own while it is the only one."""


@app.command()
@told
def returned(files: Files = None, home: Home = DEFAULT_HOME) -> None:
    """Record notices that came back undelivered, from delivery reports (RFC 3464): a pipe or files.

    The notice has failed then and its contact waits for a person, as if the desk had said so. Exit code 75
    asks a mail server to try again later.
    """
    load_node(home)
    from django.db import DatabaseError

    mails = [(str(path), _read(path)) for path in files or ()] or [("standard input", _standard_input())]
    try:
        for name, data in mails:
            typer.echo(f"{name}: {_take(data)}")
    except DatabaseError as error:
        typer.secho(f"tutela: the database cannot be used now: {type(error).__name__}", err=True)
        raise typer.Exit(os.EX_TEMPFAIL) from error


def _read(path: Path) -> bytes:
    from tutela.formats.returned import MOST_BYTES

    try:
        with path.open("rb") as handle:
            return handle.read(MOST_BYTES + 1)
    except OSError as error:
        raise fail(f"{path} cannot be read: {error.strerror}") from error


def _standard_input() -> bytes:
    from tutela.formats.returned import MOST_BYTES

    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    while len(data) > MOST_BYTES and sys.stdin.buffer.read(MOST_BYTES):
        pass  # Read to its end: a mail server whose pipe breaks would send the mail back.
    return data


def _take(data: bytes) -> str:
    """Record what one mail says; returns what became of it."""
    from tutela.apps.notices import actions as notices
    from tutela.apps.notices import rules
    from tutela.apps.notices.errors import NoticeUnknown, NotSendable
    from tutela.formats import returned as reports
    from tutela.formats.errors import CannotRead

    try:
        letters = reports.failed(data)
    except CannotRead as refusal:
        return f"left alone ({refusal.reason})"
    notice_id = next(filter(None, map(rules.notice_of, letters)), None)
    if notice_id is None:
        return "left alone (nothing that came back)"
    try:
        notices.record_bounce(notice_id=notice_id)
    except NoticeUnknown:
        return "left alone (no notice of this node)"
    except NotSendable:
        return "known already"
    return "a notice came back; its contact waits for a person"
