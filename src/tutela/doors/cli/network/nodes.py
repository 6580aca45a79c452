"""A node of the network: its data folder, its keys, its processes, and a keeper who types commands there."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tutela.doors.cli import joining, making, serving
from tutela.doors.cli.network.keeper import Keeper
from tutela.doors.cli.serving import Child
from tutela.doors.cli.stage import Stage, answers, free_port, hold

TABLES = "tutela.sqlite3"


@dataclass(frozen=True, slots=True)
class Member:
    """Who a node is among its partners.

    ``processes`` are those that the demonstration starts; a hotline that nobody reports to directly needs no
    public site. ``relay`` is where its mailbox lies; then nobody reaches it, and it has no address. Under
    ``host`` its people reach it: two doors with cookies of the same name need two names on one machine.
    """

    name: str
    role: str
    country: str
    organisation: str
    processes: tuple[str, ...] = ()
    relay: str = ""
    host: str = "localhost"
    people_port: int = 0
    door_port: int = 0


class NetworkNode:
    """One node; ``home`` is its data folder."""

    def __init__(self, member: Member, home: Path) -> None:
        self.member, self.home, self.name = member, home, member.name
        self.people_port = free_port(member.people_port) if member.people_port else 0
        self.door_port = free_port(member.door_port) if member.door_port else 0
        self._held = [hold(port) for port in (self.people_port, self.door_port) if port]
        self._children: dict[str, Child] = {}
        self._keeper: Keeper | None = None

    @property
    def people_url(self) -> str:
        """Where its people sign in."""
        return f"http://{self.member.host}:{self.people_port}" if self.people_port else ""

    @property
    def door_url(self) -> str:
        """Where partners reach it; empty when they leave everything at its relay."""
        return "" if self.member.relay else f"http://127.0.0.1:{self.door_port}"

    @property
    def keeper(self) -> Keeper:
        if self._keeper is None:
            self._keeper = Keeper(self.name, self.home)
        return self._keeper

    def make(self, world: Stage, like: Path) -> None:
        """Make the data folder as ``tutela init`` does; the tables are copied from the node in ``like``."""
        contact = f"desk@{self.name}.example.org"
        values = world.surroundings() | {
            "organisation": self.member.organisation,
            "country": self.member.country,
            "languages": "en,ka",
            "contact": contact,
            "mail_sender": contact,
            "desk_port": self.people_port or 8001,
            "desk_url": self.people_url,
        }
        making.write_node(self.home, values)
        self._make_tables(like)

    def _make_tables(self, like: Path) -> None:
        """Copy empty tables: the same statements for each node would take longer than all else here."""
        with (
            contextlib.closing(sqlite3.connect(like / TABLES)) as source,
            contextlib.closing(sqlite3.connect(self.home / TABLES)) as copy,
        ):
            source.backup(copy)

    def take_part(self, directory: str) -> None:
        """Join the exchange, as ``tutela node init`` does, following the directory at that address."""
        exchange = {
            "node": self.name,
            "role": self.member.role,
            "url": self.door_url,
            "relay": self.member.relay,
            "directory": directory,
        }
        joining.take_part(self.home, exchange, self.door_port or 8004)

    def collect_static(self) -> None:
        if doors := [name for name in self.member.processes if name in serving.WEB]:
            serving.make_ready(doors, self.home)

    def start(self, *names: str) -> None:
        """Start these processes, or all; does not wait. Only from the thread that goes on until the end."""
        for name in names or self.member.processes:
            with (self.home / "run" / "node.log").open("ab") as log:
                command = serving.command_of(name, self.home)
                child = Child(name, command, serving.environment_of(name, self.home), log)
                child.start()
                child.output = None
            self._children[name] = child

    def await_doors(self, seconds: float = 300) -> None:
        """Wait until whatever can be asked answers."""
        deadline = time.monotonic() + seconds
        for base in filter(None, (self.people_url, self.door_url)):
            while not answers(f"{base}/health"):
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{self.name}: {base} did not answer; see {self.home}/run/node.log")
                time.sleep(0.1)

    def kill(self, *names: str) -> None:
        """Cut the power of these processes: SIGKILL to each and to everything that it started."""
        for name in names:
            self._children[name].sweep()
        for name in names:
            self._ended(name)

    def stop(self, *names: str) -> None:
        """Ask these processes to end (SIGTERM) and wait for them."""
        for name in names:
            self._children[name].stop(signal.SIGTERM)
        for name in names:
            self._ended(name)

    def _ended(self, name: str) -> None:
        child = self._children.pop(name)
        if child.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(20)
            child.sweep()
            child.process.wait()

    def close(self) -> None:
        """End everything of this node."""
        if self._keeper is not None:
            self._keeper.close()
        self.stop(*self._children)
        for held in self._held:
            held.close()
