"""A match service as its keeper starts it: the command, granian, its workers, a real index and real keys.

For tests of whatever asks a match service, and for measuring one.
"""

from __future__ import annotations

import os
import signal
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
from tutela.doors.cli.serving import end_with_parent
from tutela.doors.wire.keys import Right, make_key
from tutela.doors.wire.settings import keys_file, make_state
from tutela.testing.terminal import COMMAND, without_node

T = TypeVar("T")


def tutela(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return without_node(*map(str, arguments))


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return kept | {"COLUMNS": "200", "TERM": "dumb"}


@dataclass
class Served:
    """A service that runs, and keys to it."""

    url: str
    index: Path
    state: Path
    process: subprocess.Popen[str]
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
) -> Iterator[Served]:
    """Start a service in ``folder`` on an index of ``rows``, and stop it again.

    ``verify`` is how its certificate is checked, when ``options`` give it one.

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
    process = subprocess.Popen(
        [*COMMAND, "match", "serve", str(place), "--state", str(state), "--port", str(port),
         "--workers", str(workers), *options],
        env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=end_with_parent,  # also when the test run is killed
    )  # fmt: skip
    scheme = "https" if verify else "http"
    served = Served(f"{scheme}://127.0.0.1:{port}", place, state, process, key, curator)
    try:
        _wait(served, verify)
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[0]
        assert process.returncode == 0, said
        assert "Traceback" not in said, said
        assert " in " not in said.partition("://")[2], said  # no route failed by accident


def _wait(served: Served, verify: ssl.SSLContext | None) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{served.url}/status/live", timeout=5, verify=verify or True).status_code == 200:
                return
        except httpx.TransportError:
            if served.process.poll() is not None:
                break
        time.sleep(0.1)
    raise AssertionError(
        served.process.communicate()[0] if served.process.poll() is not None else "no answer"
    )


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
