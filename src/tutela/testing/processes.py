"""The processes of a node, each real: it can be watched, asked to end and killed by itself.

What each writes to its outputs is kept in a file of its own, so that a test can read it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tutela.testing import loaded

SECONDS = 60
"""How long anything may take on a busy machine before a test calls it lost."""

_ROUNDS = """
import json, sys
from datetime import UTC, datetime, timedelta
import django, time_machine
django.setup()
from django.db import close_old_connections
from tutela.doors.worker import loop
for line in sys.stdin:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=int(line))):
        print(json.dumps(loop.run_once()), flush=True)
    close_old_connections()
"""

T = TypeVar("T")


def wait_for(what: Callable[[], T], seconds: float = SECONDS) -> T:
    """Ask again and again until the answer is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (answer := what()):
        assert time.monotonic() < deadline, "what was waited for did not come true"
        time.sleep(0.05)
    return answer


class Process:
    """One process of a node, in a session of its own, writing into ``output``.

    Args:
        from_nothing: start the command itself; otherwise it is forked from the program that is loaded.
        of: what that has loaded: a ``node``, or ``tools`` for a command without one.
    """

    def __init__(
        self,
        name: str,
        command: list[str],
        environment: dict[str, str],
        output: Path,
        *,
        from_nothing: bool = True,
        of: str = "node",
    ) -> None:
        self.name, self.output = name, output
        self._begins = output.stat().st_size if output.exists() else 0
        self._process: subprocess.Popen[bytes] | loaded.Forked
        with output.open("ab") as sink:
            if from_nothing:
                self._process = subprocess.Popen(
                    command, env=environment, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
                )
            else:
                files = {1: sink.fileno(), 2: sink.fileno()}
                self._process = loaded.Forked(command[1:], environment, files, of=of)
        self.pid = self._process.pid

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def said(self) -> str:
        """Everything it wrote so far, errors included; not what one before it wrote."""
        return self.output.read_bytes()[self._begins :].decode(errors="replace")

    def kill(self) -> None:
        """Cut the power: SIGKILL to the process and everything it started."""
        self._kill_family()
        self._process.wait(SECONDS)

    def end(self) -> int:
        """Ask it to end (SIGTERM) and return its exit code."""
        self._process.terminate()
        return self._process.wait(SECONDS)

    def family(self) -> list[int]:
        """Return the ids of all processes of its session that still run."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                state, _parent, _group, session = path.read_text().rpartition(")")[2].split()[:4]
            except OSError:
                continue
            if int(session) == self.pid and state != "Z":
                found.append(int(path.parent.name))
        return found

    def _kill_family(self) -> None:
        for pid in self.family():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def close(self) -> None:
        """End it however it stands; nothing of it stays behind."""
        if self.runs:
            self._process.terminate()
            try:
                self._process.wait(SECONDS / 4)
            except subprocess.TimeoutExpired:
                self._kill_family()
        self._kill_family()
        self._process.wait(SECONDS)


class Rounds:
    """A worker that plays one round for each line that it reads, at the time which the line says."""

    def __init__(self, environment: dict[str, str], errors: Path) -> None:
        reads, writes = os.pipe()
        answers, says = os.pipe()
        with errors.open("ab") as sink:
            files = {0: reads, 1: says, 2: sink.fileno()}
            self._process = loaded.Forked(["-c", _ROUNDS], environment, files)
        os.close(reads)
        os.close(says)
        self._orders, self._answers = os.fdopen(writes, "w", buffering=1), os.fdopen(answers)

    def play(self, minutes: int) -> dict[str, int]:
        self._orders.write(f"{minutes}\n")
        counts: dict[str, int] = json.loads(self._answers.readline())
        return counts

    def close(self) -> None:
        self._orders.close()
        self._process.wait(SECONDS)
        self._answers.close()
