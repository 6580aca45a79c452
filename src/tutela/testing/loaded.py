"""The program, loaded once: each command that a test types is a process forked from it.

Most of what a short command takes is reading its modules, and the tests type hundreds. What is forked has
loaded modules and nothing else: no settings, no tables, no open file; environment, arguments and outputs are
those of the call, and it ends as any other process does. The processes of a node may be forked from it as
well: each has a session of its own and is watched, asked to end and killed as one started from nothing. The
demonstration and what ``tutela serve`` starts are started from nothing, as on a node.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tutela.testing.loading import Order

_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
"""The test run, whose processes share what is loaded."""


class Loaded:
    """A process that waits for orders and forks one process for each; ``of`` names what it has loaded.

    It is itself forked, for this one who orders, from what all processes of a test run load together.
    """

    def __init__(self, of: str) -> None:
        self._channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        while self._channel.connect_ex(_address(of)):
            _begin(of)
        self._pid = int(self._channel.recv(64))

    def run(self, order: Order, outputs: Sequence[int], seconds: float) -> int:
        """Run one process to its end; returns its exit code, as :mod:`subprocess` counts it."""
        self._channel.settimeout(seconds)
        self.order(order, outputs)
        return int(self._channel.recv(64))

    def order(self, order: Order, files: Sequence[int]) -> None:
        socket.send_fds(self._channel, [json.dumps(order).encode()], list(files))

    def close(self) -> None:
        """End it, and what it forked."""
        self._channel.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)


def _address(of: str) -> str:
    """Return where it is called: a name of the kernel's (unix(7), abstract), which goes with its process."""
    return f"\0tutela {of} {_RUN}"


def _begin(of: str) -> None:
    """Load it, unless another process of this test run does; who calls meanwhile waits."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        try:
            listening.bind(_address(of))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return
            raise
        listening.listen()
        until, lives = os.pipe()
        given = [listening.fileno(), until]
        process = subprocess.Popen(
            [sys.executable, "-m", "tutela.testing.loading", of, *map(str, given)],
            env=plain(),
            pass_fds=given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    os.close(until)
    _begun.append((process, lives))


_begun: list[tuple[subprocess.Popen[bytes], int]] = []
"""What was loaded from here, and the pipe whose end is its end."""
_idle: dict[str, list[Loaded]] = {"node": [], "tools": []}


@contextlib.contextmanager
def _one(of: str) -> Iterator[Loaded]:
    """Lend one that is idle, or a new one; where something fails it is ended."""
    loaded = _idle[of].pop() if _idle[of] else Loaded(of)
    try:
        yield loaded
    except BaseException:
        loaded.close()
        raise
    _idle[of].append(loaded)


def plain() -> dict[str, str]:
    """Return an environment that holds nothing of the test run's."""
    return {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}


def run(
    arguments: Sequence[str | Path] = (),
    *,
    code: str = "",
    environment: Mapping[str, str],
    seconds: float = 120,
    given: str = "",
    folder: Path | None = None,
    of: str = "node",
) -> subprocess.CompletedProcess[str]:
    """Run the command ``tutela`` with these arguments, or Python statements, in a process of its own.

    Args:
        given: what it can read from its standard input, a pipe; no more than a pipe holds.
        of: ``node``, or ``tools`` for a command without a node; that one has nothing of Django loaded.

    Raises:
        TimeoutError: it took longer than ``seconds``; it was ended.
    """
    order = Order(
        arguments=[str(one) for one in arguments],
        code=code,
        environment=dict(environment),
        folder=str(folder or Path.cwd()),
        takes=[1, 2, 0],
        stays=False,
    )
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, _pipe(given) as reads:
        with _one(of) as loaded:
            ended_with = loaded.run(order, [out.fileno(), err.fileno(), reads], seconds)
        said = [_read(one.fileno()) for one in (out, err)]
    return subprocess.CompletedProcess(order["arguments"], ended_with, *said)


@contextlib.contextmanager
def _pipe(given: str) -> Iterator[int]:
    """Lend the end of a pipe from which this can be read."""
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    with os.fdopen(reads, "rb"):
        with os.fdopen(writes, "wb", buffering=0) as sink:
            assert sink.write(given.encode()) == len(given.encode()), "more than a pipe holds"
        yield reads


def _read(output: int) -> str:
    size = os.fstat(output).st_size
    return os.pread(output, size, 0).decode().replace("\r\n", "\n")


@atexit.register
def _close() -> None:
    for idle in _idle.values():
        while idle:
            idle.pop().close()
    for process, lives in _begun:
        os.close(lives)
        process.wait()


class Forked:
    """A process that stays, forked from the loaded one; to its owner it is as one of :mod:`subprocess`.

    Args:
        command: what ``python`` would be given: ``-m`` and a module, or ``-c`` and statements, and arguments.
        files: what it takes as its inputs and outputs, by number.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        files: Mapping[int, int],
        *,
        of: str = "node",
    ) -> None:
        what, given, *arguments = command
        run_module = f"import runpy; runpy.run_module({given!r}, run_name='__main__', alter_sys=True)"
        order = Order(
            arguments=arguments,
            code=run_module if what == "-m" else given,
            environment=dict(environment),
            folder=str(Path.cwd()),
            takes=list(files),
            stays=True,
        )
        told, tells = os.pipe()
        self._told = os.fdopen(told, "r", buffering=1)
        with _one(of) as loaded:
            loaded.order(order, [*files.values(), tells])
        os.close(tells)
        self.pid = int(self._told.readline())
        self._ended_with: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, as :mod:`subprocess` counts it; nothing while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return how it ended.

        Raises:
            subprocess.TimeoutExpired: it runs on.
        """
        if self._ended_with is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired([str(self.pid)], timeout or 0)
            self._ended_with = int(self._told.readline())
            self._told.close()
        return self._ended_with

    def terminate(self) -> None:
        """Ask it to end (SIGTERM)."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)
