"""``tutela seal``, ``tutela open``, ``tutela keys make``: the exchange by file, for partners without a node.

A sealed file is one envelope (spec/envelope.md). Reading it needs a folder of keys and no more: no node, no
database and no Django.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, load_node, told

if TYPE_CHECKING:
    from tutela.core.envelope.reading import Message
    from tutela.doors.cli.key_folders import Keys

ENDING = ".tutela"
MOST_DAYS = 45

keys = typer.Typer(help="Keys of an organisation.", no_args_is_help=True)
KeyFolder = Annotated[
    Path | None, typer.Option("--keys", help="Folder that `tutela keys make` made.", show_default=False)
]
NodeHome = Annotated[
    Path | None, typer.Option("--home", help="Data folder of a node, in place of --keys.", show_default=False)
]


@keys.command("make")
@told
def make(
    folder: Annotated[Path, typer.Argument(help="Folder to make.")],
    node: Annotated[str, typer.Option(help="Name among partners, such as hotline.example.")],
    organisation: Annotated[str, typer.Option(help="Name that people read.")],
    role: Annotated[str, typer.Option(help="hotline, police or provider.")] = "hotline",
    country: Annotated[str, typer.Option(help="Country, two capitals.")] = "",
    passphrase_file: Annotated[
        Path | None, typer.Option(help="File with a passphrase for the private keys; none if left out.")
    ] = None,
) -> None:
    """Make keys for an organisation without a node, to open sealed files and to answer them."""
    from tutela.core.kernel import clock
    from tutela.core.kernel.errors import Refusal
    from tutela.core.terms.nodes import NodeRole
    from tutela.doors.cli import key_folders

    if role not in [*NodeRole]:
        raise fail(f"{role!r} is no role; there are: {', '.join(NodeRole)}")
    try:
        said, private = key_folders.new_keys(node, organisation, NodeRole(role), country, clock.now())
        passphrase = passphrase_file.read_text(encoding="utf-8").rstrip("\r\n") if passphrase_file else ""
        key_folders.make(folder, said, private, passphrase)
    except Refusal as refusal:
        raise fail(f"no keys were made: {refusal}") from refusal
    except OSError as error:
        raise fail(f"no keys were made: {error.filename}: {error.strerror}") from error
    typer.echo(f"The keys are in {folder}. Keep the .key file to yourself.")
    typer.echo(f"Give away {folder / key_folders.DESCRIPTION}, and read these words over the telephone:")
    typer.echo(f"  {private.public.words}")
    typer.echo(f"Put a partner's node.json into {folder / key_folders.PARTNERS} once you compared its words.")


@keys.command("describe")
@told
def describe(
    out: Annotated[Path | None, typer.Option(help="File to write; printed if left out.")] = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """Write down what this node may give away of itself: a partner without a node needs it as a file."""
    load_node(home)
    from tutela.apps.exchange import queries
    from tutela.core.protocol import descriptions

    said = queries.own_description()
    if said is None:
        raise fail("this node has no keys; see: tutela node init")
    data = descriptions.to_bytes(said) + b"\n"
    if out is None:
        typer.echo(data.decode(), nl=False)
    else:
        _write(out, data)


@told
def seal(
    content: Annotated[Path, typer.Argument(help="JSON file with what is to be said; - for standard input.")],
    kind: Annotated[str, typer.Option(help="What it is: handover, referral, answer, …")],
    to: Annotated[Path | None, typer.Option(help="The partner's node.json.", show_default=False)] = None,
    answers: Annotated[
        Path | None, typer.Option(help="The sealed file that this answers.", show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write.", show_default=False)] = None,
    mark: Annotated[str, typer.Option(help="Handling mark; that of its kind if left out.")] = "",
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="Days for which it opens.")] = 30,
    sequence: Annotated[int, typer.Option(min=1, help="How manieth file of ours in the conversation.")] = 1,
    key_id: Annotated[str, typer.Option(help="Which of our keys signs, when there are several.")] = "",
    key_folder: KeyFolder = None,
    home: NodeHome = None,
) -> None:
    """Seal a file to a partner and sign it. Nobody else can open it, and the partner knows who wrote it."""
    from tutela.doors.cli import sealed_files

    ours = _keys(key_folder, home)
    answered = None
    if answers is not None:
        answered = _opened(answers, ours, [to] if to else [], expired=True).header
    sealed = sealed_files.write(
        _content(content), kind=kind, ours=ours, key_id=key_id, to=to, answered=answered, mark=mark,
        life=timedelta(days=days), sequence=sequence,
    )  # fmt: skip
    there = out or Path(content.stem if content.name != "-" else kind).with_suffix(ENDING)
    _write(there, sealed.data)
    typer.echo(f"{there}: sealed to {sealed.to.node}, {sealed.header.mark}, opens until "
               f"{sealed.header.expires_at:%Y-%m-%d %H:%M} UTC.")  # fmt: skip
    typer.echo(
        f"Sealed to the key with these words; compare them over the telephone: {sealed.to.public.words}"
    )


@told
def open_(
    file: Annotated[Path, typer.Argument(help="The sealed file.")],
    from_: Annotated[
        list[Path] | None,
        typer.Option("--from", help="The sender's node.json; several times.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON with the exact addresses.")] = False,
    to_csv: Annotated[
        Path | None, typer.Option(help="Write the items as a table, exact addresses.", show_default=False)
    ] = None,
    to_pdf: Annotated[
        Path | None, typer.Option(help="Write a referral as a printable sheet.", show_default=False)
    ] = None,
    to_stix: Annotated[
        Path | None, typer.Option(help="Write a referral as a STIX 2.1 bundle.", show_default=False)
    ] = None,
    language: Annotated[str, typer.Option(help="Language of the sheet: en or ka.")] = "en",
    expired: Annotated[bool, typer.Option("--expired", help="Open it though its time is over.")] = False,
    key_folder: KeyFolder = None,
    home: NodeHome = None,
) -> None:
    """Open a sealed file: prove who wrote it, and show it. Addresses on the screen are no links."""
    from tutela.doors.cli import opened_shown, sealed_files

    ours = _keys(key_folder, home)
    message = _opened(file, ours, from_ or [], expired=expired)
    if reason := sealed_files.wrong_with(message):
        typer.echo(f"tutela: the content is not as its kind demands: {reason}", err=True)
    if to_csv is not None:
        _write(to_csv, opened_shown.as_csv(message))
        typer.echo(f"{to_csv}: {len(opened_shown.items(message))} items, {message.header.mark}", err=True)
    if to_pdf is not None:
        _write(to_pdf, sealed_files.as_sheet(message, ours, language))
    if to_stix is not None:
        _write(to_stix, sealed_files.as_bundle(message, ours))
    if as_json:
        typer.echo(opened_shown.as_json(message))
    elif (to_csv, to_pdf, to_stix) == (None, None, None):
        typer.echo(opened_shown.as_text(message))


def _keys(folder: Path | None, home: Path | None) -> Keys:
    from tutela.doors.cli import key_folders

    if (folder is None) == (home is None):
        raise typer.BadParameter("name one of them", param_hint="--keys, --home")
    if folder is not None:
        return key_folders.of_folder(folder)
    return key_folders.of_node(home or Path())


def _opened(file: Path, ours: Keys, given: list[Path], *, expired: bool) -> Message:
    from tutela.core.kernel.errors import Refusal
    from tutela.doors.cli import sealed_files

    try:
        return sealed_files.read(file.read_bytes(), ours=ours, trust=ours.trust(given), expired=expired)
    except OSError as error:
        raise fail(f"{file} cannot be read: {error.strerror}") from error
    except Refusal as refusal:
        raise fail(f"{file} was not opened: {refusal.code}: {refusal}") from refusal


def _content(file: Path) -> Any:
    try:
        data = sys.stdin.buffer.read() if file.name == "-" else file.read_bytes()
        return json.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise fail(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError):
        raise fail(f"{file} is not JSON") from None


def _write(there: Path, data: bytes) -> None:
    """Write a file that only its owner reads, and overwrite none."""
    try:
        handle = os.open(there, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise fail(f"{there} cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "wb") as opened:
        opened.write(data)
