"""The keeper of a node, as the story asks for things: a process at the node's terminal does them."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tutela.doors.cli import serving
from tutela.doors.cli.visitor import StoryBroken

TERMINAL = "tutela.doors.cli.network.terminal"


class Keeper:
    """Somebody at the terminal of the node in ``home``; the process ends with its standard input."""

    def __init__(self, name: str, home: Path) -> None:
        self.name = name
        with (home / "run" / "keeper.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", TERMINAL], env=serving.environment_of("worker", home),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip

    def type(self, *arguments: str | Path) -> str:
        """Type a command of ``tutela`` that must succeed; returns what it printed.

        Raises:
            StoryBroken: it failed.
        """
        return str(self._do("type", arguments=[str(one) for one in arguments]))

    def make_keys(self) -> str:
        """Make the node's first keys, as ``tutela node init`` does; returns their words."""
        return str(self._do("make_keys"))

    def ping(self, partner: str, number: int) -> None:
        """Say so many messages to a partner that only have to be acted on."""
        self._do("ping", partner=partner, number=number)

    def ledger_lines(self, kind: str) -> int:
        """Return how many lines of this kind the node's ledger has."""
        return int(self._do("ledger_lines", kind=kind))

    def sign_in_links(self) -> dict[str, str]:
        """Return one-time tokens of a demonstration, by the names of the node's people."""
        return dict(self._do("sign_in_links"))

    def _do(self, what: str, **given: Any) -> Any:
        if self._process.stdin is None or self._process.stdout is None:
            raise StoryBroken(f"{self.name}: nobody is at its terminal")
        self._process.stdin.write(json.dumps({"do": what, "given": given}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": "its keeper's process ended; see run/keeper.log"}
        if "error" in answer:
            raise StoryBroken(f"{self.name}: {what} {given}: {answer['error']}")
        return answer["said"]

    def close(self) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
