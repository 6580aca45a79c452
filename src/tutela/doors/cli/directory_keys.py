"""What the commands of ``tutela directory`` do with key files, signatures and the entry of a node."""

from __future__ import annotations

import base64
import binascii
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import typer
from tuf.api.metadata import Root  # type: ignore[attr-defined]  # it exports it without saying so

from tutela.core.directory import entries, metadata, standing
from tutela.core.directory.entries import Entry, EntryKey, Status
from tutela.core.directory.errors import NotAKeeper
from tutela.core.directory.metadata import Part
from tutela.core.directory.reach import may_be_reached
from tutela.core.envelope import key_files
from tutela.core.envelope.errors import BadKey, PassphraseNeeded
from tutela.core.envelope.node_keys import NodeKeys, PublicKeys
from tutela.core.envelope.words import are_same
from tutela.core.protocol import descriptions
from tutela.doors.cli.directory_folder import Folder, write
from tutela.doors.cli.node_setup import fail


def passphrase(file: Path | None, *, confirm: bool = False) -> str:
    """Return the passphrase: the first line of ``file``, or what is typed."""
    if file is not None:
        return file.read_text(encoding="utf-8").splitlines()[0] if file.stat().st_size else ""
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm))


def read_private(file: Path, passphrase_file: Path | None) -> NodeKeys:
    """Open a key file; its passphrase is asked for only when it has one."""
    data = file.read_bytes()
    try:
        return key_files.read(data)
    except PassphraseNeeded:
        return key_files.read(data, passphrase(passphrase_file))


def public_text(public: PublicKeys) -> bytes:
    """Return what stands in a ``.pub`` file."""
    said = {
        "key": public.key_id,
        "words": public.words,
        "public": base64.b64encode(public.raw).decode("ascii"),
    }
    return (json.dumps(said, indent=1) + "\n").encode()


def read_public(file: Path) -> PublicKeys:
    """Read a ``.pub`` file; the id and the words in it are for people and are not believed."""
    try:
        public = PublicKeys(base64.b64decode(json.loads(file.read_bytes())["public"], validate=True))
    except (ValueError, TypeError, KeyError, binascii.Error, BadKey):
        raise fail(f"{file} is no public key that tutela directory key wrote") from None
    typer.echo(f"{file.name}: {public.words}")
    return public


def described(data: bytes, known: Mapping[str, bytes], url: str = "") -> Entry:
    """Return the entry of a node that described itself. What was revoked here stays revoked.

    Args:
        url: where it is reached if it does not say so, as a node that is for one machine only does not.
    """
    said = descriptions.from_bytes(data)
    before = known.get(entries.path_of(said.node))
    gone = {one.public.key_id: one.revoked_at for one in entries.from_bytes(before).keys} if before else {}
    keys = tuple(
        EntryKey(PublicKeys(one.public), one.valid_from, one.valid_until, gone.get(one.id))
        for one in said.keys
    )
    here = {one.public.key_id for one in keys}
    old = entries.from_bytes(before).keys if before else ()
    keys += tuple(one for one in old if one.revoked_at and one.public.key_id not in here)
    entry = Entry(
        said.node,
        said.organisation,
        said.role,
        said.country,
        said.url or url,
        said.relay,
        Status.ACTIVE,
        keys,
    )
    entries.to_bytes(entry)
    return entry


def revoked(known: Mapping[str, bytes], node: str, key_id: str, now: datetime) -> Entry:
    """Return the entry of ``node`` with one key revoked, or with all of them and itself."""
    data = known.get(entries.path_of(node))
    if data is None:
        raise fail(f"{node} is not in the directory")
    entry = entries.from_bytes(data)
    if key_id and key_id not in {one.public.key_id for one in entry.keys}:
        raise fail(f"{node} has no key {key_id}")
    keys = tuple(
        replace(one, revoked_at=one.revoked_at or now) if key_id in ("", one.public.key_id) else one
        for one in entry.keys
    )
    return replace(entry, keys=keys, status=entry.status if key_id else Status.REVOKED)


def sign(place: Folder, keys: NodeKeys) -> None:
    """Put the signature of ``keys`` to every waiting file that it has a part in."""
    signed = 0
    root, targets = place.waiting_root(), place.waiting_targets()
    among_root, among_targets = place.signers_of(Part.ROOT), place.signers_of(Part.TARGETS)
    if root and keys.public.key_id in among_root:
        metadata.sign(root, keys, among=among_root)
        place.keep(root)
        signed += 1
    if targets and keys.public.key_id in among_targets:
        metadata.sign(targets, keys, among=among_targets)
        place.keep(targets)
        signed += 1
    if not signed:
        raise NotAKeeper("nothing waits that this key may sign")


def take_from(place: Folder, other: Folder) -> None:
    """Add the signatures that others put to their copy."""
    taken = 0
    root, their_root = place.waiting_root(), other.waiting_root()
    if root and their_root:
        taken += metadata.take_signatures(root, their_root)
        place.keep(root)
    targets, their_targets = place.waiting_targets(), other.waiting_targets()
    if targets and their_targets:
        taken += metadata.take_signatures(targets, their_targets)
        place.keep(targets)
    typer.echo(f"{taken} signatures taken")


def pin(url: str, data: bytes, typed: str, home: Path) -> None:
    """Keep ``data`` as the root that this node believes, when ``typed`` are its words."""
    from tutela.config import node

    config = node.load(home)
    if not may_be_reached(url):
        raise fail(f"{url} is neither https nor this machine; nothing was changed")
    file = metadata.read(data, Root)
    standing.standing_of_root(file, None).require()
    words = metadata.words(file)
    typer.echo(f"root version {file.signed.version}, words: {words}")
    typed = typed or typer.prompt("Type the words that a keeper read to you by telephone")
    if not are_same(typed, words):
        raise fail("words_differ: these are other words; nothing was changed")
    folder = home / "directory"
    before = folder / "root.json"
    if before.exists() and before.read_bytes() != data:
        shutil.rmtree(folder)
        typer.echo("another root was pinned before; what was known from it is forgotten")
    write(before, data, mode=0o600)
    typer.echo("The root is pinned; the worker follows the directory.")
    if config.exchange.directory != url:
        typer.echo(f'Set this in node.toml, under [exchange]:  directory = "{url}"')
