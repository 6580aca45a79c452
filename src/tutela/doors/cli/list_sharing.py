"""``tutela lists share``, ``unshare`` and ``shared``: which partners get which hash list of this node."""

from __future__ import annotations

from typing import Annotated

import typer

from tutela.doors.cli.exchanging import refusals_told
from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, load_node, told

Name = Annotated[str, typer.Argument(help="Short name of the list.")]
Partner = Annotated[str, typer.Argument(help="The partner's name, such as hotline.example.")]

NOT_TO_BE_SHARED = {
    "negative": "what stands on it is harmless, and partners would look for it",
    "theirs": "it came from this partner",
}


@told
def share(name: Name, partner: Partner, home: Home = DEFAULT_HOME) -> None:
    """Share a list with a partner: what its mark and origin allow, from now on, until it is taken back."""
    load_node(home)
    from tutela.apps.exchange import actions as exchange
    from tutela.apps.exchange.errors import MarkForbids, NotToBeShared
    from tutela.apps.hashbank.errors import ListUnknown

    with refusals_told():
        try:
            exchange.share_list(list_name=name, partner=partner)
        except ListUnknown as refusal:
            raise fail(f"there is no list {name!r}; see: tutela lists show") from refusal
        except MarkForbids as refusal:
            raise fail(f"{name} is not shared: {refusal.mark} keeps it here") from refusal
        except NotToBeShared as refusal:
            raise fail(f"{name} is not shared: {NOT_TO_BE_SHARED[refusal.reason]}") from refusal
    typer.echo(f"{partner} gets {name}; the worker sends it, and every change of it from now on.")


@told
def unshare(name: Name, partner: Partner, home: Home = DEFAULT_HOME) -> None:
    """Take a list back: the partner is told to withdraw everything that it has of it."""
    load_node(home)
    from tutela.apps.exchange import actions as exchange
    from tutela.apps.exchange.errors import NotShared
    from tutela.apps.hashbank.errors import ListUnknown

    with refusals_told():
        try:
            exchange.unshare_list(list_name=name, partner=partner)
        except ListUnknown as refusal:
            raise fail(f"there is no list {name!r}; see: tutela lists show") from refusal
        except NotShared as refusal:
            raise fail(f"{partner} does not have {name}; see: tutela lists shared") from refusal
    typer.echo(f"{partner} is told to withdraw what it has of {name}.")


@told
def shared(home: Home = DEFAULT_HOME) -> None:
    """Print which partners have which list of this node, and which lists came from partners."""
    load_node(home)
    from tutela.apps.exchange import queries

    for one in queries.shares():
        why = f" ({one.code})" if one.code else ""
        typer.echo(f"{one.list_name} → {one.partner}  {one.state}{why}  {one.entries} entries  {one.mark}")
    for heard in queries.lists_heard():
        at = f"{heard.heard_at:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"{heard.list_name} ← {heard.partner}  there {heard.remote}, heard {at}")
