"""``tutela directory``: make a directory of partners together, publish it, follow one.

The keepers' commands work on a folder and touch no network and no node. docs/guides/directory.md tells the
ceremony step by step.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import typer

from tutela.core.kernel import clock
from tutela.core.kernel.errors import Refusal
from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail
from tutela.doors.cli.node_setup import told as node_told

P = ParamSpec("P")
R = TypeVar("R")

app = typer.Typer(help="The signed directory of partners.", no_args_is_help=True)
Place = Annotated[Path, typer.Argument(metavar="FOLDER", help="The keepers' folder.")]
KeyFile = Annotated[Path, typer.Option("--key", help="Your key file.", exists=True, dir_okay=False)]
Passphrase = Annotated[
    Path | None, typer.Option("--passphrase-file", help="File with its passphrase; asked for if left out.")
]
Keepers = Annotated[
    list[Path] | None, typer.Option("--keeper", help="A keeper's .pub file; several times.", exists=True)
]
Online = Annotated[
    Path | None, typer.Option("--online", help="The .pub file of the online key.", exists=True)
]
Yes = Annotated[bool, typer.Option("--yes", help="The words were compared; do not ask.")]


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a named refusal and an unreadable file into one line and exit code 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Refusal as refused:
            raise fail(f"{refused.code}: {refused}") from refused
        except OSError as error:
            raise fail(f"{error.filename}: {error.strerror}") from error

    return node_told(run)


@app.command()
@told
def key(
    file: Annotated[Path, typer.Argument(help="File to write; the public part goes to FILE.pub.")],
    passphrase_file: Passphrase = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Without a passphrase: for the online key on its own machine.")
    ] = False,
) -> None:
    """Make a key of a keeper, or the online key, on the machine where it stays."""
    from tutela.core.envelope import key_files, node_keys
    from tutela.doors.cli import directory_folder, directory_keys

    if file.exists():
        raise fail(f"{file} exists; choose another name, nothing was written")
    keys = node_keys.generate()
    data = (
        key_files.write_plain(keys)
        if plain
        else key_files.write_locked(keys, directory_keys.passphrase(passphrase_file, confirm=True))
    )
    directory_folder.write(file, data, mode=0o600)
    directory_folder.write(file.with_name(file.name + ".pub"), directory_keys.public_text(keys.public))
    typer.echo(f"{file}: keep it offline; {file.name}.pub goes to the others.")
    typer.echo(f"words: {keys.public.words}")


@app.command()
@told
def init(
    folder: Place,
    keeper: Keepers = None,
    online: Online = None,
    threshold: Annotated[int, typer.Option(help="How many keepers must sign.")] = 2,
) -> None:
    """Begin a directory: a first root and empty targets that wait for the keepers' signatures."""
    from tutela.core.directory import metadata
    from tutela.doors.cli import directory_keys, directory_shown
    from tutela.doors.cli.directory_folder import Folder

    place = Folder(folder)
    if place.root() or place.waiting_root():
        raise fail(f"{folder} is a directory already; nothing was changed")
    if not keeper or online is None:
        raise fail("name each keeper with --keeper FILE.pub and the online key with --online FILE.pub")
    public = [directory_keys.read_public(one) for one in keeper]
    root = metadata.make_root(
        public, threshold=threshold, online=directory_keys.read_public(online), now=clock.now()
    )
    place.keep(root)
    place.renew_targets(clock.now())
    directory_shown.show_waiting(place)


@app.command()
@told
def renew(
    folder: Place,
    keeper: Keepers = None,
    online: Online = None,
    threshold: Annotated[int | None, typer.Option(help="How many keepers must sign from now on.")] = None,
) -> None:
    """Begin the next root and targets: for another year, with other keepers or another online key."""
    from tutela.core.directory import metadata
    from tutela.core.directory.metadata import Part
    from tutela.doors.cli import directory_keys, directory_shown
    from tutela.doors.cli.directory_folder import Folder

    place = Folder(folder)
    before = place.root()
    if before is None:
        raise fail(f"nothing was published from {folder} yet")
    now, held = clock.now(), metadata.keepers_of(before.signed)
    wanted = [directory_keys.read_public(one) for one in keeper or []] or list(held.values())
    line = next(iter(metadata.keepers_of(before.signed, Part.TIMESTAMP).values()))
    root = metadata.make_root(
        wanted,
        threshold=threshold or before.signed.roles[Part.ROOT].threshold,
        online=directory_keys.read_public(online) if online else line,
        now=now,
        before=before.signed,
    )
    place.keep(root)
    place.renew_targets(now)
    directory_shown.show_waiting(place)


@app.command()
@told
def add(
    folder: Place,
    description: Annotated[
        Path, typer.Argument(help="What the node serves at /.well-known/tutela.", exists=True)
    ],
    url: Annotated[
        str, typer.Option(help="Where it is reached, when it does not say so: only on one machine.")
    ] = "",
    yes: Yes = False,
) -> None:
    """Let an organisation wait for the keepers' signatures, new or changed."""
    from tutela.doors.cli import directory_keys, directory_shown
    from tutela.doors.cli.directory_folder import Folder

    place = Folder(folder)
    place.root_to_be()
    entry = directory_keys.described(description.read_bytes(), place.entries(), url)
    typer.echo(
        f"{entry.node}: {entry.organisation}, {entry.role}, {entry.country}, {entry.url or entry.relay}"
    )
    for one in entry.keys:
        typer.echo(f"  key {one.public.key_id}  words {one.public.words}")
    if not yes and not typer.confirm("Did somebody whose voice you know read you these words?"):
        raise fail("nothing was changed")
    place.put(entry, clock.now())
    directory_shown.show_waiting(place)


@app.command()
@told
def revoke(
    folder: Place,
    node: Annotated[str, typer.Argument(help="Name of the node.")],
    key_id: Annotated[str, typer.Option("--key", help="Only this key of it; all of it if left out.")] = "",
) -> None:
    """Let a revocation wait for signatures: of an organisation with all its keys, or of one key."""
    from tutela.doors.cli import directory_keys, directory_shown
    from tutela.doors.cli.directory_folder import Folder

    place = Folder(folder)
    place.put(directory_keys.revoked(place.entries(), node, key_id, clock.now()), clock.now())
    directory_shown.show_waiting(place)


@app.command()
@told
def sign(
    folder: Place,
    key_file: Annotated[Path | None, typer.Option("--key", help="Your key file.", exists=True)] = None,
    passphrase_file: Passphrase = None,
    other: Annotated[
        Path | None, typer.Option("--from", help="Take the signatures of another copy.", exists=True)
    ] = None,
    yes: Yes = False,
) -> None:
    """Sign everything that waits and that your key has a part in, or take what others signed elsewhere."""
    from tutela.doors.cli import directory_keys, directory_shown
    from tutela.doors.cli.directory_folder import Folder

    place = Folder(folder)
    if other is not None:
        directory_keys.take_from(place, Folder(other))
    elif key_file is None:
        raise fail("name your key with --key FILE, or another copy with --from FOLDER")
    else:
        directory_shown.show_changes(place)
        if not yes and not typer.confirm("Do the others read the same words, and is this what was agreed?"):
            raise fail("nothing was signed")
        directory_keys.sign(place, directory_keys.read_private(key_file, passphrase_file))
    directory_shown.show_waiting(place)


@app.command()
@told
def publish(folder: Place, key_file: KeyFile, passphrase_file: Passphrase = None) -> None:
    """Publish what enough keepers signed; with nothing waiting, say anew that this is the newest state."""
    from tutela.core.directory import standing
    from tutela.doors.cli import directory_folder, directory_keys
    from tutela.doors.cli.directory_folder import Folder

    place = Folder(folder)
    directory_folder.publish(place, directory_keys.read_private(key_file, passphrase_file), clock.now())
    said = standing.read_published(place.file, now=clock.now())
    typer.echo(
        f"{place.published}: version {said.targets.version}, {len(said.entries)} organisations, "
        f"good until {said.good_until:%Y-%m-%d %H:%M} UTC"
    )


@app.command()
@told
def verify(
    folder: Place, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """Say who is in the directory, until when it is good, and what is missing. Exit 1 when it is not good."""
    from tutela.doors.cli import directory_shown
    from tutela.doors.cli.directory_folder import Folder

    directory_shown.show_published(Folder(folder), clock.now(), as_json=as_json)


@app.command()
@told
def follow(
    url: Annotated[str, typer.Argument(help="Where the directory is published.")],
    root: Annotated[Path, typer.Option("--root", help="The root.json that a keeper gave you.", exists=True)],
    home: Home = DEFAULT_HOME,
    words: Annotated[
        str, typer.Option(help="The words that a keeper read to you; asked for if left out.")
    ] = "",
) -> None:
    """Let this node follow a directory: its root is pinned once the words of it were compared."""
    from tutela.doors.cli import directory_keys

    directory_keys.pin(url, root.read_bytes(), words, home)
