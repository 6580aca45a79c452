"""The terminal of a node: commands of ``tutela`` are typed there in one process, so that Django starts once.

A line of JSON on standard input is one thing to do, a line on standard output its answer. Things that are no
commands can be asked for as well, because only a demonstration needs them.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

MOST_LINES = 10_000
"""More than a demonstration writes."""


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
