"""``tutela doctor``: what is green, amber, red, and how to mend it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, EXIT_REFUSED, Home, load_node, told

SIGNS = {
    "green": ("●", typer.colors.GREEN),
    "amber": ("▲", typer.colors.YELLOW),
    "red": ("■", typer.colors.RED),
}


@told
def doctor(
    home: Home = DEFAULT_HOME,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Examine the node: what is green, amber, red and how to mend it. Exit 1 when something is red."""
    load_node(home)
    from tutela.doors.cli import findings

    found = findings.examine(home.resolve())
    if as_json:
        typer.echo(json.dumps([finding.as_dict() for finding in found], ensure_ascii=False, indent=1))
    else:
        for finding in found:
            sign, colour = SIGNS[finding.state]
            typer.secho(f"{sign} {finding.state:<6}", fg=colour, nl=False)
            typer.echo(f"{finding.name:<12} {finding.text}")
            if finding.mend:
                typer.echo(f"{'':<21} → {finding.mend}")
    if any(finding.state == "red" for finding in found):
        raise typer.Exit(EXIT_REFUSED)
