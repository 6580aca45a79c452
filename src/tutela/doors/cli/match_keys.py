"""``tutela match key``: who may ask the match service, and for what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tutela.doors.cli.match_serving import DEFAULT_STATE, State, installed
from tutela.doors.cli.node_setup import fail

app = typer.Typer(help="Keys of the match service.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The key's name.")]


@app.command()
def add(
    name: Name,
    right: Annotated[
        list[str] | None,
        typer.Option(help="lookup, curate or metrics; may be given several times. lookup when left out."),
    ] = None,
    rate: Annotated[
        str,
        typer.Option(help="Fingerprints it may look up, as 1000/second;5000000/day; no limit if left out."),
    ] = "",
    state: State = DEFAULT_STATE,
) -> None:
    """Make a key and print it. It is shown once; only its digest is stored."""
    with installed():
        from tutela.doors.wire.keys import BadKey, Right, make_key
        from tutela.doors.wire.settings import make_state

    known = [one.value for one in Right]
    wanted = right or ["lookup"]
    for one in wanted:
        if one not in known:
            raise fail(f"{one!r} is no right; there are: {', '.join(known)}")
    make_state(state)
    try:
        token = make_key(_file(state), name, {Right(one) for one in wanted}, rate)
    except BadKey as refused:
        raise fail(refused.reason) from refused
    typer.echo(token)


@app.command()
def revoke(name: Name, state: State = DEFAULT_STATE) -> None:
    """Make a key useless at once, also for services that run."""
    with installed():
        from tutela.doors.wire.keys import BadKey, revoke_key

    if not state.is_dir():
        raise fail(f"there is no folder {state}")
    try:
        revoke_key(_file(state), name)
    except BadKey as refused:
        raise fail(refused.reason) from refused
    typer.echo(f"{name} is revoked.")


@app.command("list")
def list_keys(
    state: State = DEFAULT_STATE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
) -> None:
    """Name the keys, their rights and limits; never the keys themselves."""
    with installed():
        from tutela.doors.wire.keys import BadKey, read_keys

    try:
        keys = read_keys(_file(state))
    except BadKey as refused:
        raise fail(refused.reason) from refused
    for key in keys:
        fields = {
            "name": key.name,
            "rights": [right.value for right in key.rights],
            "rate": key.rate,
            "made_at": key.made_at,
            "revoked_at": key.revoked_at,
        }
        if as_json:
            typer.echo(json.dumps(fields))
        else:
            rights = ",".join(fields["rights"])
            until = f"revoked {key.revoked_at}" if key.revoked_at else "in use"
            typer.echo(f"{key.name:<24} {rights:<22} {key.rate or 'no limit':<24} {until}")


def _file(state: Path) -> Path:
    from tutela.doors.wire.settings import keys_file

    return keys_file(state)
