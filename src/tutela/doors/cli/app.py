"""The tree of commands."""

from __future__ import annotations

import typer

from tutela.doors.cli import (
    audit,
    backups,
    carrying,
    checkup,
    databases,
    directory,
    exchanging,
    hashing,
    importing,
    indexing,
    intake,
    joining,
    laws,
    list_sharing,
    lists,
    mail,
    making,
    match_keys,
    match_serving,
    matching,
    own_keys,
    parting,
    partnering,
    people,
    playing,
    scanning,
    sealing,
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
app.command("import")(importing.import_)
app.command("seal")(sealing.seal)
app.command("open")(sealing.open_)
app.add_typer(sealing.keys, name="keys")
sealing.keys.command("show")(own_keys.show)
sealing.keys.command("rotate")(own_keys.rotate)
sealing.keys.command("revoke")(own_keys.revoke)
app.command("hash")(hashing.hash_files)
app.command("scan")(scanning.scan)
app.add_typer(matching.app, name="match")
matching.app.command("serve")(match_serving.serve)
matching.app.add_typer(match_keys.app, name="key")
app.add_typer(indexing.app, name="index")
app.add_typer(lists.app, name="lists")
lists.app.command("share")(list_sharing.share)
lists.app.command("unshare")(list_sharing.unshare)
lists.app.command("shared")(list_sharing.shared)
app.add_typer(laws.app, name="law")
app.add_typer(people.app, name="people")
app.add_typer(intake.app, name="intake")
app.add_typer(mail.app, name="mail")
app.add_typer(audit.app, name="ledger")
app.add_typer(joining.app, name="node")
app.add_typer(partnering.app, name="partner")
app.add_typer(exchanging.app, name="exchange")
exchanging.app.command("accept")(carrying.accept)
exchanging.app.command("write")(carrying.write)
exchanging.app.command("repeat")(carrying.repeat)
app.add_typer(directory.app, name="directory")
app.add_typer(databases.app, name="database")


@app.command()
def version() -> None:
    """Print the version."""
    import importlib.metadata

    typer.echo(importlib.metadata.version("tutela"))
