"""``tutela exchange repeat``: hand over again what was handed over, to a partner that lost it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from tutela.doors.cli.exchanging import refusals_told
from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, load_node, told


@told
def repeat(
    partner: Annotated[str, typer.Argument(help="The partner, which was restored from a backup.")],
    since: Annotated[datetime, typer.Option(help="Since when (UTC), such as 2026-03-04T10:00.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Hand over once more what a partner got since then: it takes what it lacks, and nothing twice."""
    load_node(home)
    from tutela.apps.exchange import actions

    with refusals_told():
        count = actions.repeat_messages(partner=partner, since=since.replace(tzinfo=UTC))
    typer.echo(f"{count} go to {partner} once more.")
