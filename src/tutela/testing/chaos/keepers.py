"""The directory through which two nodes know each other: served to each of them, honestly or not."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from tutela.core.directory import entries, metadata
from tutela.core.directory.entries import Entry, EntryKey, Status
from tutela.core.envelope.node_keys import PublicKeys
from tutela.core.kernel import clock
from tutela.core.terms.nodes import NodeRole
from tutela.testing.chaos.nodes import ChaosNode
from tutela.testing.directories import Directory, entry
from tutela.testing.servers import WebHost
from tutela.testing.web_host import Request, begin_answer

Files = dict[str, bytes]
LIES = {"stale": "frozen", "rolled_back": "rolled_back", "forked": "forked"}
"""What is served instead of the directory → the name by which it is refused."""
_TIMESTAMP_LIVES = timedelta(days=7)


class Keepers:
    """Signs for the nodes' entries and serves a state of the directory to each node by itself."""

    def __init__(self, now: datetime) -> None:
        self.directory = Directory(now)
        self._host = WebHost()
        self._served: dict[str, Files] = {}
        self._host.otherwise = self._answer
        self._host.start()

    def close(self) -> None:
        self._host.stop()

    def _answer(self, request: Request) -> None:
        _, name, path = request.path.split("/", 2)
        data = self._served.get(name, {}).get(path)
        begin_answer(request, 404 if data is None else 200, {"Content-Length": str(len(data or b""))})
        request.wfile.write(data or b"")

    def pin_at(self, node: ChaosNode) -> None:
        """Let the node follow the directory, as ``tutela directory follow`` does."""
        folder = node.home / "directory"
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / "root.json").write_bytes(self.directory.pinned)
        url = self._host.url(f"/{node.name}", "127.0.0.1")
        node.decide("[exchange]\n", f'[exchange]\ndirectory = "{url}"\n')

    def publish(self, now: datetime, nodes: Sequence[ChaosNode] = ()) -> None:
        """Sign anew, with what these nodes say of themselves, and serve it to everybody."""
        self.directory.now = now
        if nodes:
            self.directory.put(*(_entry(node) for node in nodes))
        self.directory.renew()
        self.serve_truth()

    def serve_truth(self) -> None:
        """Serve the newest state to everybody again."""
        self._served = dict.fromkeys(self._served, self.directory.copy())

    def serve(self, node: ChaosNode, files: Files) -> None:
        self._served[node.name] = files

    def lie(self, node: ChaosNode, kind: str, now: datetime) -> None:
        """Serve this node something that it must not believe; ``stale`` is refused from ``now`` on."""
        self.serve(node, getattr(self, f"_{kind}")(now))

    def _stale(self, now: datetime) -> Files:
        """Nothing newer than this for seven days."""
        old = self._another()
        old.now = now - _TIMESTAMP_LIVES - timedelta(hours=2)
        old.renew()
        return old.files

    def _rolled_back(self, now: datetime) -> Files:
        """What was true until a moment ago; the node knows what came after it."""
        return self._before

    def _another(self) -> Directory:
        """Return a directory of the same keepers that goes on by itself."""
        other = copy.copy(self.directory)
        other.entries, other.files = dict(other.entries), dict(other.files)
        return other

    def put_something(self, now: datetime) -> None:
        """Publish one more version, and keep the state before it."""
        self._before = self.directory.copy()
        self.directory.now = now
        self.directory.put(entry("relay.example", at=now, role=NodeRole.RELAY))
        self.serve_truth()

    def _forked(self, now: datetime) -> Files:
        """Another version of the same number, signed by the same keepers."""
        other = self._another()
        other.now = now
        other.entries.pop("relay.example.json", None)
        stranger = entry("police.ge", at=now, role=NodeRole.POLICE)
        other.entries["police.ge.json"] = entries.to_bytes(stranger)
        version = other.targets.signed.version
        other.targets = metadata.make_targets(other.entries, now=now)
        other.targets.signed.version = version
        other.sign(other.targets, *other.signing)
        other.publish()
        return other.files


def judged(node: ChaosNode) -> str:
    """Return what the node thinks of the directory; empty while it believes it."""
    return str(json.loads((node.home / "directory" / "state.json").read_text())["code"])


def _entry(node: ChaosNode) -> Entry:
    keys = [_key(one) for one in node.do("keys")]
    good = [one for one in keys if one.revoked_at is None][:4]
    revoked = [one for one in keys if one.revoked_at is not None][:4]
    return Entry(
        node.name, f"Example {node.name}", NodeRole.HOTLINE, "GE", node.wire.url, "", Status.ACTIVE,
        tuple(good + revoked),
    )  # fmt: skip


def _key(said: dict[str, str | None]) -> EntryKey:
    public = PublicKeys(bytes.fromhex(str(said["public"])))
    revoked = said["revoked_at"]
    return EntryKey(
        public, clock.from_text(str(said["valid_from"])), None, clock.from_text(revoked) if revoked else None
    )
