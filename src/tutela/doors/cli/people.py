"""``tutela people``: the way in when nobody can sign in."""

from __future__ import annotations

from typing import Annotated

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


@app.command()
@told
def reset(
    email: Annotated[str, typer.Argument(help="E-mail address of the person.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Take away a person's password and second factors and print a one-time link to set new ones."""
    load_node(home)
    from django.conf import settings

    from tutela.apps.accounts import actions as accounts
    from tutela.core.kernel.errors import Refusal

    try:
        invited = accounts.reset_second_factor_by_command(email=email)
    except Refusal as refusal:
        raise fail("nobody of the desk has this e-mail address, or the person was deactivated") from refusal
    typer.echo(f"{settings.TUTELA.desk_listen.url.rstrip('/')}/invitation/{invited.link_token}/")
