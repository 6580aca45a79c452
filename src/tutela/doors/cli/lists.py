"""``tutela lists``: hash lists of a node from the command line: make one, import a file, add a source."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Annotated

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, load_node, told

app = typer.Typer(help="Hash lists of this node.", no_args_is_help=True)

_SECRETS = Path("keys") / "desk" / "sources"


@app.command()
@told
def show(home: Home = DEFAULT_HOME) -> None:
    """Print the lists, their sources, and what waits for a person."""
    load_node(home)
    from tutela.apps.hashbank import queries as bank

    for one in bank.hash_lists():
        said = one.fields
        typer.echo(
            f"{one.name}  {one.state}  {one.active} entries, {one.proposed} proposed, {one.disputed} disputed"
        )
        typer.echo(f"  {said.title}; {said.origin}; {said.legal_basis}; {said.handling}")
        for source in bank.sources(one.id):
            fetched = f"{source.fetched_at:%Y-%m-%d %H:%M} UTC" if source.fetched_at else "never"
            typer.echo(f"  source {source.name} ({source.kind})  {source.state}  fetched {fetched}")
            if source.error:
                typer.echo(f"    last fetch failed: {source.error}")
            if source.held_reason:
                typer.echo(f"    held: {source.held_found} against usual {source.held_usual}")
    for page in bank.quarantined_pages():
        typer.echo(f"put aside: a page of {page.source_name}, {page.at:%Y-%m-%d %H:%M} UTC: {page.reason}")


@app.command()
@told
def make(
    name: Annotated[str, typer.Argument(help="Short name: lower-case letters, digits and hyphens.")],
    title: Annotated[str, typer.Option(help="Title.")],
    origin: Annotated[str, typer.Option(help="Who made it and hands it on.")],
    legal_basis: Annotated[str, typer.Option(help="By what law or agreement it is kept here.")],
    handling: Annotated[str, typer.Option(help="Handling mark.")] = "TLP:AMBER",
    scheme: Annotated[str, typer.Option(help="Classification of this desk's own entries.")] = "",
    radius: Annotated[int, typer.Option(help="Bits within which two pictures count as one.")] = 31,
    negative: Annotated[bool, typer.Option(help="What stands on it is known to be harmless.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Make a list."""
    load_node(home)
    from tutela.apps.hashbank import actions as bank
    from tutela.apps.hashbank.errors import NameTaken, NotAList
    from tutela.apps.hashbank.rules import ListFields

    fields = ListFields(
        name=name, title=title, origin=origin, legal_basis=legal_basis, handling=handling, scheme=scheme,
        radius=radius, negative=negative,
    )  # fmt: skip
    try:
        bank.make_list(fields=fields)
    except NotAList as refusal:
        raise fail(f"{refusal.reason.replace('_', ' ')} cannot be used; nothing was made") from refusal
    except NameTaken as refusal:
        raise fail(f"there is a list {name!r} already; nothing was made") from refusal
    typer.echo(f"The list {name} is made. Next: tutela lists import FILE --list {name}")


@app.command("import")
@told
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, JSON, plain lines, VICS 1.2-2.0 or ICSE CSV.")],
    into: Annotated[str, typer.Option("--list", help="Short name of the list.")],
    name: Annotated[str, typer.Option(help="Name under which its entries stand.")] = "",
    kind: Annotated[str, typer.Option(help="Kind of bare values: md5, sha1, sha256, pdq.")] = "",
    replace: Annotated[bool, typer.Option(help="Withdraw what this file does not hold any more.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Take a list file into a list. Pictures, remarks and file names in it are left out, and counted."""
    load_node(home)
    from tutela.apps.hashbank import actions as bank
    from tutela.apps.hashbank.errors import ListUnknown, NotASource, NothingToList, Overtaken
    from tutela.formats.errors import CannotRead
    from tutela.formats.lists import open_list

    try:
        with file.open("rb") as opened:
            done = bank.import_entries(
                list_name=into,
                source_name=name or f"import-{into}"[:64],
                reader=open_list(opened, kind=kind),
                replace=replace,
            )
    except OSError as error:
        raise fail(f"{file} cannot be read: {error.strerror}") from error
    except CannotRead as refusal:
        raise fail(f"{file} was not taken, nothing of it was kept: {refusal.reason}") from refusal
    except ListUnknown as refusal:
        raise fail(f"there is no list {into!r}; make it first: tutela lists make {into} …") from refusal
    except NotASource as refusal:
        raise fail("the name belongs to another list or to a source that is fetched") from refusal
    except Overtaken as refusal:
        raise fail("another import under this name runs at this moment; do it again") from refusal
    except NothingToList as refusal:
        reasons = ", ".join(refusal.reasons) or "it is empty"
        raise fail(f"{file} holds nothing that can be listed: {reasons}") from refusal
    typer.echo(f"{done.put} put, {done.unchanged} known before, {done.withdrawn} withdrawn")
    for label, counts in (("left out", done.left_out), ("refused", done.refused)):
        for reason, count in sorted(counts.items()):
            typer.echo(f"  {label}: {reason} {count}")


@app.command("add-source")
@told
def add_source(
    name: Annotated[str, typer.Argument(help="Short name of the source.")],
    kind: Annotated[str, typer.Option(help="Its kind; `tutela lists kinds` prints what there is.")],
    into: Annotated[str, typer.Option("--list", help="Short name of the list that it feeds.")],
    setting: Annotated[list[str] | None, typer.Option(help="NAME=VALUE; may be given often.")] = None,
    secret_file: Annotated[Path | None, typer.Option(help="File with its secret; it is copied.")] = None,
    every_minutes: Annotated[int, typer.Option(help="How often it is fetched.")] = 60,
    home: Home = DEFAULT_HOME,
) -> None:
    """Add a source that the worker fetches from."""
    load_node(home)
    from tutela.apps.hashbank import actions as bank
    from tutela.apps.hashbank import queries as bank_queries
    from tutela.apps.hashbank.errors import ListUnknown, NotASource
    from tutela.apps.hashbank.rules import is_name
    from tutela.core.matching.sources import source_kinds

    if kind not in source_kinds():
        raise fail(f"there is no kind {kind!r}; there are: {', '.join(source_kinds())}")
    settings = dict(_pair(text) for text in setting or ())
    if bank_queries.source_named(name) is not None:
        raise fail(f"there is a source {name!r} already; nothing was added")
    if secret_file is not None and is_name(name):
        # Before the source: the worker may ask for it at once.
        _keep_secret(home / _SECRETS / name, secret_file)
    try:
        bank.add_source(name=name, kind=kind, list_name=into, settings=settings, every_minutes=every_minutes)
    except NotASource as refusal:
        raise fail(f"{refusal.reason.replace('_', ' ')} cannot be used; nothing was added") from refusal
    except ListUnknown as refusal:
        raise fail(f"there is no list {into!r}; make it first: tutela lists make {into} …") from refusal
    typer.echo(f"The source {name} is added; the worker fetches from it at its next round.")


@app.command()
@told
def fetch(
    name: Annotated[str, typer.Argument(help="Short name of the source; all when left out.")] = "",
    home: Home = DEFAULT_HOME,
) -> None:
    """Let the worker fetch at its next round."""
    load_node(home)
    from tutela.apps.hashbank import actions as bank

    asked = bank.fetch_now(source_name=name)
    if not asked:
        raise fail("there is no such source, or it is paused or held; nothing will be fetched")
    typer.echo(f"The worker fetches from {asked} at its next round.")


@app.command()
def kinds() -> None:
    """Print the kinds of sources that are installed."""
    from tutela.core.matching.sources import source_kinds

    for name in source_kinds():
        typer.echo(name)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise fail(f"{text!r} is not NAME=VALUE")
    return name, value


def _keep_secret(target: Path, given: Path) -> None:
    """Copy a secret to where only the worker's user reads it."""
    try:
        data = given.read_bytes()
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = stat.S_IRUSR | stat.S_IWUSR
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(data)
    except OSError as error:
        raise fail(f"the secret could not be copied from {given}: {error.strerror}") from error
