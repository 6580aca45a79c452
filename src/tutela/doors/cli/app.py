"""The tree of commands."""

from __future__ import annotations

import importlib.metadata

import typer

from tutela.doors.cli import (
    audit,
    backups,
    checkup,
    databases,
    intake,
    making,
    parting,
    people,
    playing,
    serving,
)

app = typer.Typer(
    name="tutela",
    help="Tutela: a hotline node and its tools, against the sexual exploitation of children online.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(making.init)
app.command("part")(parting.part)
app.command("serve")(serving.serve)
app.command("doctor")(checkup.doctor)
app.command("backup")(backups.backup)
app.command("restore")(backups.restore)
app.command("demo")(playing.demo)
app.add_typer(people.app, name="people")
app.add_typer(intake.app, name="intake")
app.add_typer(audit.app, name="ledger")
app.add_typer(databases.app, name="database")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(importlib.metadata.version("tutela"))
