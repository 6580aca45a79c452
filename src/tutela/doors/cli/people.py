"""``tutela people``: the way in when nobody can sign in."""

from __future__ import annotations

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, load_node, told

app = typer.Typer(help="People of the desk.", no_args_is_help=True)


@app.command("first-coordinator")
@told
def first_coordinator(home: Home = DEFAULT_HOME) -> None:
    """Print a new one-time link for the first coordinator, as long as there is none."""
    load_node(home)
    from django.conf import settings

    from tutela.core.kernel.errors import Refusal
    from tutela.doors.cli import making

    try:
        link = making.coordinator_link(settings.TUTELA.desk_listen.url)
    except Refusal as refusal:
        raise fail("this node has a coordinator already; coordinators invite people at the desk") from refusal
    typer.echo(link)
