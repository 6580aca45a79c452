"""A directory in memory, with keepers who sign real metadata and can be made to sign what they should not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from securesystemslib.signer import Signature  # type: ignore[attr-defined]  # as below
from tuf.api.metadata import (  # type: ignore[attr-defined]  # it exports them without saying so
    Metadata,
    Root,
    Snapshot,
    Targets,
    Timestamp,
)

from tutela.core.directory import entries, metadata
from tutela.core.directory.entries import Entry, EntryKey, Status
from tutela.core.directory.metadata import Part
from tutela.core.directory.signatures import KeeperSigner
from tutela.core.envelope import node_keys
from tutela.core.envelope.node_keys import NodeKeys
from tutela.core.terms.nodes import NodeRole

KEEPERS = tuple(node_keys.from_seed(bytes([number]) * 32) for number in (201, 202, 203))
ONLINE = node_keys.from_seed(bytes([210]) * 32)
NODE_KEYS = {
    name: node_keys.from_seed(bytes([number]) * 32)
    for number, name in enumerate(("hotline.ge", "hotline.nl", "police.ge", "relay.example"), 220)
}


_SIGNED: dict[tuple[str, bytes], Signature] = {}
"""Two directories that say the same are the same bytes, though a signature takes fresh randomness."""


def entry(node: str, *, at: datetime, role: NodeRole = NodeRole.HOTLINE, url: str = "") -> Entry:
    """Return an organisation of the simulation with one key, valid from ``at``."""
    key = EntryKey(NODE_KEYS[node].public, at)
    country = {"hotline.nl": "NL"}.get(node, "GE")
    return Entry(node, f"Example {node}", role, country, url, "", Status.ACTIVE, (key,))


@dataclass
class Directory:
    """``files`` is what a web server would serve. Every change is signed and published at once."""

    now: datetime
    threshold: int = 2
    signing: tuple[NodeKeys, ...] = KEEPERS[:2]
    entries: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    root: Metadata[Root] = field(init=False)
    targets: Metadata[Targets] = field(init=False)
    snapshot: Metadata[Snapshot] = field(init=False)
    timestamp: Metadata[Timestamp] = field(init=False)

    def __post_init__(self) -> None:
        self.root = metadata.make_root(
            [one.public for one in KEEPERS], threshold=self.threshold, online=ONLINE.public, now=self.now
        )
        self.sign(self.root, *self.signing)
        self.files["metadata/1.root.json"] = self.root.to_bytes()
        self.put()

    @property
    def pinned(self) -> bytes:
        """The first root, as a keeper hands it to a node."""
        return self.files["metadata/1.root.json"]

    def put(self, *changed: Entry) -> None:
        """Publish targets with these entries changed."""
        self.entries |= {entries.path_of(one.node): entries.to_bytes(one) for one in changed}
        before = self.targets.signed if Part.TARGETS in self._made() else None
        self.targets = metadata.make_targets(self.entries, now=self.now, before=before)
        self.sign(self.targets, *self.signing)
        self.publish()

    def revoke(self, node: str) -> None:
        """Publish that ``node`` takes part no longer."""
        found = entries.from_bytes(self.entries[entries.path_of(node)])
        self.put(replace(found, status=Status.REVOKED))

    def renew_root(self, *, by: tuple[NodeKeys, ...] | None = None) -> None:
        """Publish the next root, signed by those before and those now."""
        public = [one.public for one in KEEPERS]
        self.root = metadata.make_root(
            public, threshold=self.threshold, online=ONLINE.public, now=self.now, before=self.root.signed
        )
        self.sign(self.root, *(by or self.signing))
        self.files[f"metadata/{self.root.signed.version}.root.json"] = self.root.to_bytes()

    def publish(self) -> None:
        """Make snapshot and timestamp for what the targets are now."""
        made = self._made()
        data = self.targets.to_bytes()
        self.files[f"metadata/{self.targets.signed.version}.targets.json"] = data
        for path, target in self.targets.signed.targets.items():
            self.files[f"targets/{target.hashes['sha256']}.{path}"] = self.entries[path]
        before = self.snapshot.signed if Part.SNAPSHOT in made else None
        self.snapshot = metadata.make_snapshot(data, now=self.now, before=before)
        self.sign(self.snapshot, ONLINE)
        self.files[f"metadata/{self.snapshot.signed.version}.snapshot.json"] = self.snapshot.to_bytes()
        self.renew()

    def renew(self) -> None:
        """Make a timestamp anew: this is still the newest state."""
        before = self.timestamp.signed if Part.TIMESTAMP in self._made() else None
        self.timestamp = metadata.make_timestamp(self.snapshot.to_bytes(), now=self.now, before=before)
        self.sign(self.timestamp, ONLINE)
        self.files["metadata/timestamp.json"] = self.timestamp.to_bytes()

    def sign(self, file: Metadata[Root] | Metadata[Targets] | Metadata[Snapshot] | Metadata[Timestamp],
             *keys: NodeKeys) -> None:  # fmt: skip
        """Put signatures to a file, without asking who may."""
        for one in keys:
            key_id = one.public.key_id
            if (key_id, file.signed_bytes) not in _SIGNED:
                _SIGNED[key_id, file.signed_bytes] = KeeperSigner(one).sign(file.signed_bytes)
            file.signatures[key_id] = _SIGNED[key_id, file.signed_bytes]

    def copy(self) -> dict[str, bytes]:
        """Return the files as they are now, to be served again later."""
        return dict(self.files)

    def _made(self) -> set[str]:
        return {part for part in Part if hasattr(self, part)}


def look_up(files: Mapping[str, bytes], path: str) -> bytes | None:
    """Answer as a web server does: the bytes, or nothing."""
    return files.get(path)
