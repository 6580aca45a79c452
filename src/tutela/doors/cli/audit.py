"""``tutela ledger``: prove that nothing in the record was changed or lost."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, EXIT_REFUSED, Home, fail, load_node, told

app = typer.Typer(help="The node's ledger.", no_args_is_help=True)

REASONS = {
    "missing": "the line is missing",
    "not_chained": "the line does not carry the digest of the line before it",
    "changed": "the line was changed after it was written",
    "cut_off": "lines at the end are missing",
    "not_as_witnessed": "it is not the line that was noted; from here the record was rewritten",
    "head_differs": "the head does not carry the digest of the last line",
}


@app.command()
@told
def verify(
    home: Home = DEFAULT_HOME,
    noted: Annotated[
        list[str] | None,
        typer.Option(help="A line noted earlier or elsewhere, as NUMBER:DIGEST; may be given several times."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Walk the chain and name the first line that is missing, moved, changed or cut off. Exit 1 if broken."""
    load_node(home)
    from tutela.apps.ledger import queries as ledger

    verdict = ledger.verify(witnessed=_noted(noted or []))
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "holds": verdict.holds,
                    "lines": verdict.lines,
                    "broken_at": verdict.broken_at,
                    "reason": verdict.reason,
                    "head": verdict.head,
                }
            )
        )
    elif verdict.holds:
        typer.echo(f"The ledger holds: {verdict.lines} lines, head {verdict.head}")
    else:
        reason = REASONS[verdict.reason]
        typer.echo(
            f"The ledger is broken at line {verdict.broken_at}: {reason}. "
            f"{verdict.lines} lines before it hold."
        )
    if not verdict.holds:
        raise typer.Exit(EXIT_REFUSED)


def _noted(given: list[str]) -> dict[int, str]:
    """Return line number → digest in hex."""
    found = {}
    for text in given:
        number, _, digest = text.partition(":")
        if (
            not number.isdigit()
            or len(digest) != 64
            or not all(sign in "0123456789abcdef" for sign in digest)
        ):
            raise fail(f"{text!r} is not NUMBER:DIGEST, such as 12:0f3a… with 64 hexadecimal digits")
        found[int(number)] = digest
    return found
