"""``tutela serve``: start and supervise the processes of a node, or run one of them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from tutela.doors.cli.node_setup import DEFAULT_HOME, Home, fail, told

if TYPE_CHECKING:
    from tutela.config.node import Listen, NodeConfig

WEB = ("site", "provider", "desk", "police", "provider_own")
PARTNER = "partner"
ALL = ("site", "provider", "desk", "worker")
"""Every process of a hotline by itself; with ``[exchange]`` in node.toml the partners' door comes to them."""
OF_ROLE = {
    "police": ("police", "worker"),
    "provider": ("provider_own", "worker"),
    "relay": ("worker",),
}
"""Nodes that are no hotline consist of less: nobody reports to them."""
_LONGEST_PAUSE_SECONDS = 30.0


_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def end_with_parent() -> None:
    """Ask the kernel for SIGTERM when the supervisor is killed (prctl(2)): nothing may go on unsupervised."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One supervised process: it is started again when it ends, later each time it ends at once.

    It leads a process group of its own. What it started (the server's own workers) does not outlive it,
    or a killed server would leave a worker behind that goes on answering.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    output: IO[bytes] | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_seconds: float = 0.5
    start_at: float = field(default=0.0)

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdout=self.output, stderr=self.output,
            process_group=0, preexec_fn=end_with_parent,
        )  # fmt: skip

    def tend(self) -> None:
        """Start the process when it is due; plan the next start when it has ended."""
        if self.process is None:
            if time.monotonic() >= self.start_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        lived = time.monotonic() - self.started_at
        self.pause_seconds = 0.5 if lived > 30 else min(self.pause_seconds * 2, _LONGEST_PAUSE_SECONDS)
        self.start_at = time.monotonic() + self.pause_seconds
        self.sweep()
        self.process = None
        typer.echo(
            f"tutela: {self.name} ended with {code}; starting again in {self.pause_seconds:.0f} s", err=True
        )

    def stop(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def sweep(self) -> None:
        """Kill what the process left behind."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def command_of(name: str, home: Path) -> list[str]:
    """Return the command line of one process of the node in ``home``.

    Raises:
        BadConfiguration: it would be reachable from outside without HTTPS.
    """
    from tutela.config import node

    if name == "worker":
        return [sys.executable, "-m", "tutela.doors.worker"]
    config = node.load(home)
    listen = listens_of(config)[name]
    node.check_listen(name, listen, config)
    command = [
        sys.executable, "-m", "granian", f"tutela.config.web_{name}:served",
        "--interface", "asginl", "--http", "1", "--no-ws", "--log-level", "warning",
        "--host", listen.host, "--port", str(listen.port),
        "--workers", str(listen.workers), "--workers-kill-timeout", "15",
        "--respawn-failed-workers", "--http1-header-read-timeout", "15000",
    ]  # fmt: skip
    if listen.certificate:
        command += ["--ssl-certificate", listen.certificate, "--ssl-keyfile", listen.certificate_key]
    return command


def listens_of(config: NodeConfig) -> dict[str, Listen]:
    """Return where each web process listens."""
    return {
        "site": config.site,
        "provider": config.provider,
        "desk": config.desk_listen,
        "police": config.desk_listen,
        "provider_own": config.desk_listen,
        PARTNER: config.partner_listen,
    }


def processes_of(config: NodeConfig) -> tuple[str, ...]:
    """Return the processes that this node consists of."""
    if not config.exchange.node:
        return ALL
    return (*OF_ROLE.get(config.exchange.role, ALL), PARTNER)


def environment_of(name: str, home: Path) -> dict[str, str]:
    """Return the environment of one process: its own settings, the node's folder, nothing of another's."""
    kept = {
        key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
    }
    if name in ("worker", "owner"):
        # Where the passphrase of the private keys, or the keys themselves, are handed over.
        handed = ("TUTELA_KEY_PASSPHRASE_FILE", "CREDENTIALS_DIRECTORY")
        kept |= {key: os.environ[key] for key in handed if key in os.environ}
    return kept | {
        "TUTELA_HOME": str(home.resolve()),
        "DJANGO_SETTINGS_MODULE": f"tutela.config.{name}",
        "PYTHONUNBUFFERED": "1",
    }


def make_ready(names: Sequence[str], home: Path) -> None:
    """Put style and script of these doors into the data folder; with ``owner`` also compare the tables.

    Tables of another release are refused, and so are settings that a process could not use.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tutela.doors.cli.readying", *names],
        env=environment_of(names[0], home),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise fail((done.stderr.strip().splitlines() or ["no reason given"])[-1])


def check_law() -> None:
    """Refuse to start on a file of the law that cannot be used: a wrong answer is worse than none."""
    from tutela.core.law import checking

    if faults := checking.check_data():
        raise fail(f"the law cannot be used: {faults[0]}")


def check_port(name: str, host: str, port: int) -> None:
    """Refuse to share a port: the server would, and each of two nodes would get half of the reports."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=2):
        raise fail(
            f"{name} would listen on {host}:{port}, where somebody answers already; nothing was started"
        )


def _where(listen: Listen | None) -> str:
    if listen is None:
        return "claims due work"
    return listen.url or f"listens on {listen.host}:{listen.port}"


def supervise(home: Path, names: tuple[str, ...]) -> None:
    """Run these processes until SIGTERM or SIGINT, starting again what ends."""
    children = [Child(name, command_of(name, home), environment_of(name, home)) for name in names]
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping:
        for child in children:
            child.tend()
        time.sleep(0.2)
    for child in children:
        child.stop(signal.SIGTERM)
    deadline = time.monotonic() + 20
    for child in children:
        if child.process is not None:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
            child.sweep()


@told
def serve(
    process: Annotated[
        str,
        typer.Argument(
            help="site, provider, desk, police, provider_own, worker or partner; all when left out."
        ),
    ] = "all",
    home: Home = DEFAULT_HOME,
) -> None:
    """Start and supervise the node: the public site, the desk, the worker, providers' and partners' doors."""
    if process not in ("all", *WEB, "worker", PARTNER):
        raise fail(f"there is no process {process!r}; there are: {', '.join((*WEB, 'worker', PARTNER))}")
    from tutela.config import node

    config = node.load(home.resolve())
    if process == PARTNER and not config.exchange.node:
        raise fail("this node takes no part in the exchange; first: tutela node init")
    names = processes_of(config) if process == "all" else (process,)
    listens = listens_of(config)
    for name in names:
        command_of(name, home.resolve())
        if name in listens:
            check_port(name, listens[name].host, listens[name].port)
    check_law()
    before = ["owner"] if set(names) - {"site", "provider", PARTNER} else []
    before += [name for name in names if name in WEB]
    if before:
        make_ready(before, home)
    for name in names:
        typer.echo(f"tutela: {name:<12} {_where(listens.get(name))}")
    supervise(home.resolve(), names)
