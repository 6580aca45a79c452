"""A node whose processes are real and can be started, watched and killed one by one.

The world around it is the demonstration's own stage. What each process writes to its outputs is kept in a
file of its own, so that a test can read it.
"""

from __future__ import annotations

import fcntl
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import httpx

from tutela.doors.cli import serving
from tutela.doors.cli.stage import Ports, Stage, free_port
from tutela.doors.cli.visitor import PLAIN
from tutela.testing import loaded
from tutela.testing.processes import SECONDS, Process, Rounds, wait_for
from tutela.testing.terminal import COMMAND, WIDE

_MIGRATE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""


def some_ports() -> Ports:
    """Choose below the range from which the kernel takes ports for outgoing connections."""
    return Ports(*(free_port(random.randrange(20_000, 32_000)) for _ in range(4)))


class Node(Stage):
    """A stage whose node is started in parts; ``folder`` also holds outputs and temporary files.

    Args:
        static: where style and script of the doors are kept once they are collected, for the next node.
    """

    def __init__(self, folder: Path, *, database: str = "", static: Path | None = None) -> None:
        super().__init__(folder / "home", database=database, ports=some_ports())
        self.folder = folder
        self._static = static
        self.processes: dict[str, Process] = {}
        self._rounds: Rounds | None = None
        (folder / "tmp").mkdir()

    def make(self, tables: Path | None = None) -> Self:
        """Make the node; ``tables`` is an empty SQLite database of this release."""
        self.make_node()
        if tables is not None:
            shutil.copy2(tables, self.home / "tutela.sqlite3")
        return self

    def decide(self, old: str, new: str) -> None:
        """Change a line of ``node.toml``, as the organisation would before a start."""
        path = self.home / "node.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in node.toml"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def environment(self, name: str) -> dict[str, str]:
        return serving.environment_of(name, self.home) | {"TMPDIR": str(self.folder / "tmp")}

    def start(self, *names: str, ready: bool = True) -> Self:
        """Start these processes as ``tutela serve`` would and wait until they are ready, or just answer."""
        for name in names:
            if name in serving.WEB and not (self.home / "static" / name).exists():
                self._collect_static(name)
        for name in names:
            self._run(name, serving.command_of(name, self.home), self.environment(name))
        for name in names:
            self.await_process(name, ready=ready)
        return self

    def _collect_static(self, name: str) -> None:
        """Collect as ``tutela serve`` does, or take what was collected for another node of this release."""
        here = self.home / "static" / name
        if self._static is None:
            self._make_ready(name)
            return

        def collect(folder: Path) -> None:
            self._make_ready(name)
            shutil.copytree(here, folder, dirs_exist_ok=True)

        kept = made_once(self._static / name, collect)
        shutil.copytree(kept, here, dirs_exist_ok=True)

    def _make_ready(self, name: str) -> None:
        code = f"from tutela.doors.cli import readying; readying.main([{name!r}])"
        loaded.run(code=code, environment=self.environment(name)).check_returncode()

    def serve(self, *names: str) -> Process:
        """Start ``tutela serve`` itself, which starts the processes."""
        command = [*COMMAND, "serve", *names, "--home", str(self.home)]
        process = self._run("serve", command, self.environment("owner"), from_nothing=True)
        for name in names or serving.ALL:
            self.await_process(name, "serve")
        return process

    def _run(
        self, name: str, command: list[str], environment: dict[str, str], *, from_nothing: bool = False
    ) -> Process:
        output = self.folder / f"{name}.out"
        self.processes[name] = Process(name, command, environment, output, from_nothing=from_nothing)
        return self.processes[name]

    def await_process(self, name: str, started_as: str = "", *, ready: bool = True) -> None:
        """Wait until a process of that name is ready, or just answers; or the worker says that it works."""
        process = self.processes[started_as or name]
        if name == "worker":
            wait_for(lambda: "worker_started" in process.said() or not process.runs)
            assert process.runs, process.said()
            return
        wait_for(lambda: self._answers(name, ready=ready) or not process.runs)
        assert process.runs, process.said()

    def _answers(self, name: str, *, ready: bool) -> bool:
        try:
            answer = httpx.get(f"{self.url(name)}/health", timeout=SECONDS, trust_env=False, verify=PLAIN)
            return answer.status_code < 500 or not ready
        except httpx.TransportError:
            return False

    def tutela(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command on this node, which the environment names, as its keeper types it."""
        return loaded.run(arguments, environment=self.environment("owner") | WIDE, seconds=SECONDS * 2)

    def work(self, *, minutes: int = 0) -> dict[str, int]:
        """Let a worker do everything once that will be due in so many minutes; returns what it did."""
        if self._rounds is None:
            self._rounds = Rounds(self.environment("worker"), self.folder / "rounds.out")
        return self._rounds.play(minutes)

    def rows(self, statement: str) -> list[Any]:
        """Read the database as its owner does, past the program."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as asked:
                return asked.execute(statement.encode()).fetchall()
        connection = sqlite3.connect(f"file:{self.home}/tutela.sqlite3?mode=ro", uri=True, timeout=20)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def database_as(self, role: str) -> str:
        """Return the address of the PostgreSQL database for another role."""
        return self.database.replace("//postgres@", f"//{role}@")

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def wait_for_rows(self, statement: str, number: int) -> list[Any]:
        """Wait until the statement finds so many rows."""
        rows: list[Any] = []

        def as_many() -> bool:
            rows[:] = self.rows(statement)
            return len(rows) == number

        wait_for(as_many)
        return rows

    def close_processes(self) -> None:
        for process in self.processes.values():
            process.close()
        if self._rounds is not None:
            self._rounds.close()
            self._rounds = None

    def __exit__(self, *_: object) -> None:
        self.close_processes()
        super().__exit__()


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """Let the first of several processes make ``folder``; the others wait and find it made."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            half = folder.with_suffix(".half")
            half.mkdir()
            make(half)
            half.rename(folder)
    return folder


def migrate(home: Path) -> None:
    """Bring the node's database to this release, as ``tutela init`` does."""
    environment = serving.environment_of("owner", home)
    loaded.run(code=_MIGRATE, environment=environment, seconds=SECONDS * 2).check_returncode()
