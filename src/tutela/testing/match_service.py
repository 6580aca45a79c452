"""A match service as its keeper starts it: the command, granian, its workers, a real index and real keys.

For tests of whatever asks a match service, and for measuring one.
"""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from tutela.core.matching import index
from tutela.core.matching.index import Row
from tutela.core.matching.lists import HashList
from tutela.doors.wire.keys import Right, make_key
from tutela.doors.wire.settings import keys_file, make_state
from tutela.testing import loaded
from tutela.testing.processes import Process
from tutela.testing.terminal import COMMAND, WIDE, without_node

T = TypeVar("T")


def tutela(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return without_node(*map(str, arguments))


@dataclass
class Served:
    """A service that runs, and keys to it."""

    url: str
    index: Path
    state: Path
    process: Process
    key: str
    curator: str

    def client(self, key: str | None = None) -> httpx.Client:
        """A client with the lookup key, or another."""
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {key or self.key}"}, timeout=30
        )


@contextmanager
def serving(
    folder: Path,
    *options: str,
    lists: Iterable[HashList] = (),
    rows: Iterable[Row] = (),
    workers: int = 2,
    with_index: bool = True,
    verify: ssl.SSLContext | None = None,
    from_nothing: bool = False,
) -> Iterator[Served]:
    """Start a service in ``folder`` on an index of ``rows``, and stop it again.

    ``verify`` is how its certificate is checked, when ``options`` give it one. ``from_nothing`` starts the
    command itself; otherwise it is forked from the program that is loaded, and only its server starts so.

    Raises:
        AssertionError: it did not start or end as it should, or one of its routes failed by accident.
    """
    place, state = folder / "index", folder / "state"
    if with_index:
        index.build(place, lists, rows)
    make_state(state)
    key = make_key(keys_file(state), "platform", {Right.LOOKUP})
    curator = make_key(keys_file(state), "curator", {Right.LOOKUP, Right.CURATE})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = Process(
        "match",
        [*COMMAND, "match", "serve", str(place), "--state", str(state), "--port", str(port),
         "--workers", str(workers), *options],
        loaded.plain() | WIDE, folder / "output", from_nothing=from_nothing, of="tools",
    )  # fmt: skip
    scheme = "https" if verify else "http"
    served = Served(f"{scheme}://127.0.0.1:{port}", place, state, process, key, curator)
    try:
        _wait(served, verify)
        yield served
        ended_with, said = process.end(), process.said()
    finally:
        process.close()
    assert ended_with == 0, said
    assert "Traceback" not in said, said
    assert " in " not in said.partition("://")[2], said  # no route failed by accident


def _wait(served: Served, verify: ssl.SSLContext | None) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{served.url}/status/live", timeout=5, verify=verify or True).status_code == 200:
                return
        except httpx.TransportError:
            if not served.process.runs:
                break
        time.sleep(0.1)
    raise AssertionError("no answer" if served.process.runs else served.process.said())


def soon(question: Callable[[], T], seconds: float = 5.0) -> T:
    """Ask until the answer is yes six times in a row, for each request may reach another worker.

    A change counts everywhere within a second; a machine that is busy with other tests is given more.

    Raises:
        AssertionError: it still is not.
    """
    deadline = time.monotonic() + seconds
    in_a_row = 0
    while True:
        answer = question()
        in_a_row = in_a_row + 1 if answer else 0
        if in_a_row == 6:
            return answer
        assert answer or time.monotonic() < deadline, "not everywhere"
