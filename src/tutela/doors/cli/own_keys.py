"""``tutela keys``: this node's own keys among partners: shown, rotated, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from tutela.doors.cli.exchanging import keyring_of, refusals_told
from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, load_node, told


@told
def show(home: Home = DEFAULT_HOME) -> None:
    """Print this node's keys, their words and their times; never a private key."""
    load_node(home)
    from tutela.apps.exchange import queries

    ring = keyring_of(home)
    for one in queries.own_keys():
        until = f" until {one.valid_until:%Y-%m-%d}" if one.valid_until else ""
        state = "revoked" if one.revoked_at else "destroyed" if one.destroyed_at else "in use"
        here = "" if (ring.folder / f"{one.key_id}.key").exists() else ", private half is not in this folder"
        typer.echo(f"{one.key_id}  {state}, from {one.valid_from:%Y-%m-%d}{until}{here}")
        typer.echo(f"  {one.words}")


@told
def rotate(
    overlap_days: Annotated[int, typer.Option(help="Days for which the keys before stay good.")] = 30,
    home: Home = DEFAULT_HOME,
) -> None:
    """Make new keys and announce them, signed by the old ones; both are good for the overlap."""
    if not 1 <= overlap_days <= 90:
        raise fail("the overlap is 1 to 90 days; nothing was changed")
    load_node(home)
    from tutela.apps.exchange import actions as exchange

    with refusals_told():
        made = exchange.rotate_keys(keyring_of(home), overlap=timedelta(days=overlap_days))
    typer.echo(f"New key {made.key_id}; the one before is good until {made.old_until:%Y-%m-%d}.")
    typer.echo(f"Words: {made.words}")
    typer.echo(
        "The worker announces it to every partner; each is written to with the old key until it has it."
    )
    typer.echo("Older backups lack it, and a node without it cannot be spoken to: tutela backup")


@told
def revoke(
    key: Annotated[str, typer.Argument(help="Id of the key, as `tutela keys show` prints it.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Stop using keys that somebody else may have. Tell partners by telephone, or through the directory."""
    load_node(home)
    from tutela.apps.exchange import actions as exchange

    with refusals_told():
        made = exchange.revoke_own_keys(keyring_of(home), key_id=key)
    typer.echo(f"{key} is revoked here. Partners do not know yet: tell each of them by telephone.")
    if made is not None:
        typer.echo(f"New key {made.key_id}, to be pinned by every partner.")
        typer.echo(f"Words: {made.words}")
