"""``tutela intake``: what was handed in and could not be opened is kept, and can be tried again."""

from __future__ import annotations

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, load_node, told

app = typer.Typer(help="What the public handed in.", no_args_is_help=True)


@app.command()
@told
def status(home: Home = DEFAULT_HOME) -> None:
    """Say how many submissions wait, were opened, and could not be opened."""
    load_node(home)
    from tutela.apps.receipts import queries as receipts

    counted = receipts.submission_counts()
    typer.echo(f"waiting {counted.waiting}   opened {counted.opened}   could not be opened {counted.broken}")
    for one in receipts.broken_submissions():
        typer.echo(
            f"  {one.id}  {one.received_at:%Y-%m-%d %H:%M} UTC  {one.reason}, tried {one.attempts} times"
        )


@app.command()
@told
def retry(home: Home = DEFAULT_HOME) -> None:
    """Let every submission that could not be opened wait again, for instance after the right key is back."""
    load_node(home)
    from tutela.apps.receipts import actions, queries

    tried = 0
    while broken := queries.broken_submissions():
        tried += sum(actions.retry_submission(one.id, actor="command") for one in broken)
    typer.echo(f"{tried} wait again; the worker opens them.")
