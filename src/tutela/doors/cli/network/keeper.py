"""The keeper of a node: types the commands of ``tutela`` there, in one process, so that Django starts once.

A line of JSON on standard input is one thing to do, a line on standard output its answer. Things that are no
commands can be asked for as well, because only a demonstration needs them.
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tutela.doors.cli import serving
from tutela.doors.cli.visitor import StoryBroken

MOST_LINES = 10_000
"""More than a demonstration writes."""


class Keeper:
    """Somebody at the terminal of the node in ``home``; the process ends with its standard input."""

    def __init__(self, name: str, home: Path) -> None:
        self.name = name
        with (home / "run" / "keeper.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__], env=serving.environment_of("worker", home),
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


def _type(home: Path, *, arguments: list[str]) -> str:
    from tutela.doors.cli.app import app

    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(said):
        code = app([*arguments, "--home", str(home)], standalone_mode=False)
    if code:
        raise RuntimeError(said.getvalue())
    return said.getvalue()


def _make_keys(home: Path) -> str:
    from tutela.doors.cli import joining

    return joining.first_keys(home)[1]


def _ping(_home: Path, *, partner: str, number: int) -> None:
    from tutela.apps.exchange import actions as exchange

    for _ in range(number):
        exchange.say(partner=partner, kind="ping", content={}, actor="command")


def _ledger_lines(_home: Path, *, kind: str) -> int:
    from tutela.apps.ledger import queries as ledger

    return len(ledger.lines_after(0, kinds=(kind,), most=MOST_LINES))


def _sign_in_links(_home: Path) -> dict[str, str]:
    from tutela.apps.accounts import actions as accounts
    from tutela.apps.accounts import queries as account_queries

    return {one.name: accounts.make_sign_in_link(one.id) for one in account_queries.people()}


_WAYS: Mapping[str, Callable[..., Any]] = {
    "type": _type,
    "make_keys": _make_keys,
    "ping": _ping,
    "ledger_lines": _ledger_lines,
    "sign_in_links": _sign_in_links,
}


def main() -> None:
    """Do what comes in, line by line, in the node of ``$TUTELA_HOME``."""
    from tutela.config import node
    from tutela.doors.cli.node_setup import load_node

    home = node.home()
    # As its worker: what is said to partners is kept under the records' key.
    load_node(home, "worker")
    for line in sys.stdin:
        wanted = json.loads(line)
        try:
            answer = {"said": _WAYS[wanted["do"]](home, **wanted["given"])}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.__stdout__.write(json.dumps(answer) + "\n")  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
