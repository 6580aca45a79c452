"""Two nodes that know each other from a directory alone, each behind a wire and with a clock of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Self

from tutela.doors.cli import serving
from tutela.testing.chaos import clock, hands
from tutela.testing.chaos.wire import Wire
from tutela.testing.exchange_nodes import ExchangeNode
from tutela.testing.nodes import migrate
from tutela.testing.processes import SECONDS, wait_for


class Died(Exception):  # noqa: N818
    """The process was killed while it was at it."""


class Failed(Exception):  # noqa: N818
    """The process refused or failed; says why."""


@dataclass
class Hand:
    """One process of a node that does as it is told."""

    pid: int
    _link: socket.socket
    _talk: IO[str]

    @classmethod
    def call(cls, address: Path) -> Hand:
        """Have one started."""
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(SECONDS * 2)
        link.connect(str(address))
        talk = link.makefile("rw", encoding="utf-8")
        return cls(json.loads(talk.readline())["pid"], link, talk)

    def ask(self, deed: str, **details: Any) -> None:
        """Tell it what to do; :meth:`hear` waits until it is done."""
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps({"do": deed, **details}), file=self._talk, flush=True)

    def hear(self) -> Any:
        """Return what it did.

        Raises:
            Died: it was killed.
            Failed: it says why not.
        """
        try:
            line = self._talk.readline()
        except ConnectionResetError:
            line = ""
        if not line:
            raise Died
        said: Mapping[str, Any] = json.loads(line)
        if "failed" in said:
            raise Failed(said["failed"])
        return said["did"]

    def kill(self) -> None:
        """Cut its power."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill it and forget it."""
        self.kill()
        with contextlib.suppress(OSError):
            self._talk.close()
        self._link.close()


class ChaosNode(ExchangeNode):
    """A node whose door and processes can be killed, and whose clock can be set wrong."""

    def __init__(self, folder: Path, name: str, *, database: str = "") -> None:
        super().__init__(folder, name, database=database)
        self.clock = folder / "clock"
        self.wire = Wire(self.port, kill=self.kill_door)
        self._socket = folder / "hands"
        self._hands: dict[str, Hand] = {}
        self.set_clock(timedelta())

    def set_clock(self, offset: timedelta) -> None:
        """Let all processes of the node be so far off, at once."""
        self.offset = offset
        clock.set_offset(self.clock, offset)

    def now(self) -> datetime:
        """Return what its clock shows."""
        return datetime.now(UTC) + self.offset

    def join(self, tables: Path | None = None, *, relay: str = "", country: str = "GE") -> Self:
        """Make the node as any other that takes part; partners reach it over the wire."""
        self.make(None if self.database else tables)
        if tables is None:
            migrate(self.home)
        self.command(
            "node", "init", "--role", self.role, "--country", country, "--name", self.name,
            "--port", str(self.port), "--url", self.wire.url,
        )  # fmt: skip
        return self

    def start_door(self) -> None:
        """Start the partners' door, as it is served, but with this node's clock."""
        command = serving.command_of("partner", self.home)
        command = ["tutela.testing.chaos.door:served" if ":" in part else part for part in command]
        environment = self.environment("partner") | {clock.VARIABLE: str(self.clock)}
        self._run("partner", command, environment)

    def await_door(self) -> None:
        self.await_process("partner")

    def kill_door(self) -> None:
        self.processes["partner"].kill()

    def door_runs(self) -> bool:
        return self.processes["partner"].runs

    def open_shop(self) -> None:
        """Load the program from which this node's other processes are made."""
        command = [sys.executable, "-m", "tutela.testing.chaos.hands", str(self._socket), str(self.clock)]
        self._run("hands", command, self.environment("worker"))

    def await_shop(self) -> None:
        shop = self.processes["hands"]
        wait_for(lambda: hands.STARTED in shop.said() or not shop.runs)
        assert shop.runs, shop.said()

    def hand(self, name: str) -> Hand:
        """Return the process of this name, started when it does not run."""
        if name not in self._hands:
            self._hands[name] = Hand.call(self._socket)
        return self._hands[name]

    def do(self, deed: str, *, by: str = "desk", **details: Any) -> Any:
        """Have something done and wait for it; a process that was killed at it is started anew next time."""
        self.hand(by).ask(deed, **details)
        return self.hear(by)

    def hear(self, name: str) -> Any:
        try:
            return self._hands[name].hear()
        except Died:
            self._hands.pop(name).close()
            raise

    def drop(self, name: str) -> None:
        """Kill this process, if it runs."""
        if name in self._hands:
            self._hands.pop(name).close()

    def pids(self) -> list[int]:
        """Return all processes that write into the node's data folder or its database."""
        door = self.processes["partner"].family() if "partner" in self.processes else []
        return [*door, *(one.pid for one in self._hands.values())]

    def close_processes(self) -> None:
        for name in list(self._hands):
            self.drop(name)
        self.wire.close()
        super().close_processes()
