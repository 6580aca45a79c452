"""The keys of an organisation without a node, in a folder of its own; and a node's own, in its data folder.

``node.json`` is what may be given away, in the form of a node's description. ``<key id>.key`` are the private
keys. ``partners/*.json`` are the descriptions of those whose words were compared. No database is asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typer

from tutela.core.envelope import key_files, node_keys
from tutela.core.envelope.errors import PassphraseNeeded
from tutela.core.envelope.node_keys import NodeKeys, PublicKeys
from tutela.core.envelope.trust import KnownKey, OwnNode, Trust
from tutela.core.kernel.errors import Refusal
from tutela.core.protocol import descriptions
from tutela.core.protocol.descriptions import DescribedKey, NodeDescription
from tutela.core.terms.nodes import NodeRole
from tutela.doors.cli.node_setup import fail

DESCRIPTION = "node.json"
PARTNERS = "partners"
PASSPHRASE_VARIABLE = "TUTELA_KEY_PASSPHRASE_FILE"  # noqa: S105 - names a file


@dataclass(frozen=True)
class Keys:
    """Who we are and what we can open, without any private key opened yet."""

    node: str
    role: NodeRole
    folder: Path
    passphrase_file: Path | None = None

    def own(self, key_id: str = "") -> OwnNode:
        """Open our private keys, or the ones with ``key_id``."""
        files = sorted(self.folder.glob("*.key"))
        chosen = [one for one in files if one.stem == key_id] if key_id else files
        if not chosen:
            raise fail(f"there are no keys {key_id}in {self.folder}".replace("  ", " "))
        return OwnNode(self.node, tuple(self._open(one) for one in chosen))

    def trust(self, given: Iterable[Path]) -> Trust:
        """Return whom to believe: ``given`` descriptions, and those in the folder of partners."""
        there = sorted((self.folder / PARTNERS).glob("*.json"))
        return Trust([key for one in (*given, *there) for key in known_keys(read_description(one))])

    def _open(self, file: Path) -> NodeKeys:
        try:
            data = file.read_bytes()
            try:
                return key_files.read(data)
            except PassphraseNeeded:
                return key_files.read(data, self._passphrase())
        except OSError as error:
            raise fail(f"{file} cannot be read: {error.strerror}") from error
        except Refusal as refusal:
            raise fail(f"{file} was not opened: {refusal.code}") from refusal

    def _passphrase(self) -> str:
        named = os.environ.get(PASSPHRASE_VARIABLE, "")
        file = Path(named) if named else self.passphrase_file
        if file is not None:
            return file.read_text(encoding="utf-8").rstrip("\r\n")
        return str(typer.prompt("Passphrase", hide_input=True))


def of_folder(folder: Path) -> Keys:
    """Return the keys in a folder that :func:`make` made."""
    said = read_description(folder / DESCRIPTION)
    return Keys(said.node, said.role, folder)


def of_node(home: Path) -> Keys:
    """Return the keys of the node in ``home``."""
    from tutela.config import node

    said = node.load(home).exchange
    if not said.node:
        raise fail("this node takes no part in the exchange: [exchange] node in node.toml is empty")
    named = home / said.passphrase_file if said.passphrase_file else None
    return Keys(said.node, NodeRole(said.role), home / "keys" / "exchange", named)


def make(folder: Path, said: NodeDescription, keys: NodeKeys, passphrase: str) -> None:
    """Write a new folder: private keys for its owner alone, and what may be given away."""
    data = key_files.write_locked(keys, passphrase) if passphrase else key_files.write_plain(keys)
    folder.mkdir(mode=0o700, parents=True)
    (folder / PARTNERS).mkdir()
    private = folder / f"{keys.public.key_id}.key"
    private.touch(mode=0o600)
    private.write_bytes(data)
    (folder / DESCRIPTION).write_bytes(descriptions.to_bytes(said))


def new_keys(
    node: str, organisation: str, role: NodeRole, country: str, now: datetime
) -> tuple[NodeDescription, NodeKeys]:
    """Return fresh keys and the description of their owner.

    Raises:
        BadContent: a name that no partner could use.
    """
    keys = node_keys.generate()
    key = DescribedKey(id=keys.public.key_id, public=keys.public.raw, valid_from=now)
    said = NodeDescription(
        node=node, organisation=organisation, role=role, country=country,
        versions=(descriptions.VERSION,), keys=(key,),
    )  # fmt: skip
    return NodeDescription.from_json(said.to_json()), keys


def read_description(file: Path) -> NodeDescription:
    """Read the description of a node from a file."""
    try:
        return descriptions.from_bytes(file.read_bytes())
    except OSError as error:
        raise fail(f"{file} cannot be read: {error.strerror}") from error
    except Refusal as refusal:
        raise fail(f"{file} does not describe a node: {refusal}") from refusal


def known_keys(said: NodeDescription) -> list[KnownKey]:
    """Return the keys of a description as a reader believes them."""
    return [KnownKey(said.node, PublicKeys(one.public), one.valid_from, one.valid_until) for one in said.keys]


def newest_key(said: NodeDescription, now: datetime) -> KnownKey:
    """Return the keys to seal to: valid now, and the latest of these."""
    good = [
        one
        for one in known_keys(said)
        if one.valid_from <= now and (one.valid_until is None or now <= one.valid_until)
    ]
    if not good:
        raise fail(f"no key of {said.node} is valid now")
    return max(good, key=lambda one: one.valid_from)
