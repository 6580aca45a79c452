"""The program, loaded once: each command that a test types is a process forked from it.

Most of what a short command takes is reading its modules, and the tests type hundreds. What is forked has
loaded modules and nothing else: no settings, no tables, no open file; environment, arguments and outputs are
those of the call, and it ends as any other process does. The processes of a node, the demonstration and what
is sent signals are started from nothing, as on a node.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

LOADED = (
    "tutela.doors.cli.app",
    "allauth",
    "django.contrib.auth.hashers",
    "django.core.management.commands.migrate",
    "tutela.config.sqlite.base",
    "django.template.backends.django",
    "django.views.generic",
    "psycopg",
    "structlog",
)
"""What needs no settings to be loaded."""

_MOST = 200_000


class Order(TypedDict):
    """What a process is to be."""

    arguments: list[str]
    code: str
    environment: dict[str, str]
    folder: str


class Loaded:
    """A process that waits for orders and forks one process for each."""

    def __init__(self) -> None:
        self._channel, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(there.fileno())],
            env=plain(),
            pass_fds=[there.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        there.close()

    def run(self, order: Order, outputs: Sequence[int], seconds: float) -> int:
        """Run one process to its end; returns its exit code, as :mod:`subprocess` counts it."""
        self._channel.settimeout(seconds)
        socket.send_fds(self._channel, [json.dumps(order).encode()], list(outputs))
        return int(self._channel.recv(64))

    def close(self) -> None:
        """End it, and what it forked."""
        self._channel.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


_idle: list[Loaded] = []


def plain() -> dict[str, str]:
    """Return an environment that holds nothing of the test run's."""
    return {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}


def run(
    arguments: Sequence[str | Path] = (),
    *,
    code: str = "",
    environment: Mapping[str, str],
    seconds: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run the command ``tutela`` with these arguments, or Python statements, in a process of its own.

    Raises:
        TimeoutError: it took longer than ``seconds``; it was ended.
    """
    order = Order(
        arguments=[str(one) for one in arguments],
        code=code,
        environment=dict(environment),
        folder=str(Path.cwd()),
    )
    loaded = _idle.pop() if _idle else Loaded()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            ended_with = loaded.run(order, [out.fileno(), err.fileno()], seconds)
        except BaseException:
            loaded.close()
            raise
        _idle.append(loaded)
        said = [_read(one.fileno()) for one in (out, err)]
    return subprocess.CompletedProcess(order["arguments"], ended_with, *said)


def _read(output: int) -> str:
    size = os.fstat(output).st_size
    return os.pread(output, size, 0).decode().replace("\r\n", "\n")


@atexit.register
def _close() -> None:
    while _idle:
        _idle.pop().close()


def _orders(channel: socket.socket) -> str | None:
    """Fork a process for each order; returns its statements in the forked one, nothing at the end."""
    while True:
        data, outputs, _, _ = socket.recv_fds(channel, _MOST, 2)
        if not data:
            return None
        child = os.fork()
        if child == 0:
            channel.close()
            return _become(json.loads(data), outputs)
        for one in outputs:
            os.close(one)
        _, status = os.waitpid(child, 0)
        channel.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(order: Order, outputs: Sequence[int]) -> str:
    for number, output in enumerate(outputs, 1):
        os.dup2(output, number)
        os.close(output)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.argv = ["tutela", *order["arguments"]]
    return order["code"] or "from tutela.doors.cli import run; run()"


def main() -> None:
    """Load, then be what is ordered."""
    for name in LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    statements = _orders(socket.socket(fileno=int(sys.argv[1])))
    if statements is not None:
        exec(compile(statements, "<ordered>", "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    main()
