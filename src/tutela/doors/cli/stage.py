"""The world around the demonstration's node, all of it real and on this machine: names, a web host, mail."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx

from tutela.doors.cli import making, serving
from tutela.doors.cli.mailbox_page import MailboxPage
from tutela.doors.cli.visitor import PLAIN
from tutela.testing.servers import MailServer, NameServer, WebHost

HOST_NAME = "pictures.example.org"
PROVIDER_MAIL = "abuse@hosting.example.org"
SENDER = "desk@hotline.example.org"
FIRST, DIRECTORY = "hotline.ge", "directory"
FOLDERS = (FIRST, "hotline.nl", "police.ge", "hosting.nl", "relay.eu", DIRECTORY)
"""What lies in the folder of a demonstration: five nodes, and the directory that names them."""


def free_port(wanted: int) -> int:
    """Return ``wanted`` when nobody listens there, otherwise any free port."""
    for port in (wanted, 0):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)) as probe:
            return int(probe.getsockname()[1])
    raise OSError("no free port on the loopback")


def answers(url: str) -> bool:
    """Whether whoever listens there does what it is asked."""
    try:
        return httpx.get(url, timeout=5, trust_env=False, verify=PLAIN).status_code < 500
    except httpx.TransportError:
        return False


def hold(port: int) -> socket.socket:
    """Keep ``port`` from other stages until its server starts; the server shares it (SO_REUSEPORT)."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(("127.0.0.1", port))
    return held


def clear(home: Path) -> None:
    """Remove the node of an earlier demonstration, or what is left of it.

    Raises:
        FileExistsError: a node lies there that is something else; it is left alone.
    """
    _refuse_other(home)
    if home.exists():
        shutil.rmtree(home)


def _refuse_other(home: Path) -> None:
    decided = home / "node.toml"
    if decided.exists() and "\ndemo = true" not in decided.read_text(encoding="utf-8"):
        raise FileExistsError(f"{home} holds a node that is not a demonstration; it is left alone")


def folder_for(demonstration: Path) -> Path:
    """Return where the first node of a demonstration in this folder lies; the folder is made, and empty.

    Raises:
        FileExistsError: something that no demonstration made lies there; everything is left alone.
    """
    if (demonstration / "node.toml").exists():
        clear(demonstration)
    demonstration.mkdir(parents=True, exist_ok=True)
    for one in demonstration.iterdir():
        if one.name not in FOLDERS:
            raise FileExistsError(f"{one} is not of a demonstration; it is left alone")
        _refuse_other(one)
    demonstration.chmod(0o700)
    for name in FOLDERS:
        clear(demonstration / name)
    return demonstration / FIRST


@dataclass(frozen=True, slots=True)
class Ports:
    site: int
    desk: int
    provider: int
    mailbox: int


class Stage:
    """Starts everything in ``home`` on entering and stops everything on leaving.

    Args:
        database: ``postgresql://…`` of an empty database; SQLite in ``home`` when empty.
        ports: where the doors listen; the usual ones, as far as they are free, when not given.
    """

    def __init__(self, home: Path, *, database: str = "", ports: Ports | None = None) -> None:
        self.home = home
        self.database = database
        self.names = NameServer()
        self.host = WebHost(HOST_NAME)
        self.mail = MailServer()
        self.ports = ports or Ports(*(free_port(wanted) for wanted in (8000, 8001, 8002, 8025)))
        self.mailbox = MailboxPage(
            lambda: [letter.message for letter in self.mail.letters], self.ports.mailbox
        )
        self.node: subprocess.Popen[bytes] | None = None
        self._held: list[socket.socket] = []
        self.leaving = contextlib.ExitStack()
        """What others brought onto the stage; it ends before the stage does."""

    def url(self, door: str) -> str:
        name = "localhost" if door == "desk" else "127.0.0.1"  # a passkey belongs to a name
        return f"http://{name}:{getattr(self.ports, door)}"

    def __enter__(self) -> Self:
        self._held = [hold(port) for port in (self.ports.site, self.ports.desk, self.ports.provider)]
        for server in (self.names, self.host, self.mail, self.mailbox):
            server.start()
        self.names.answer(HOST_NAME, "127.0.0.1")
        return self

    def make_node(self) -> None:
        """Make an empty node in the home, as ``tutela init`` does, that knows this stage."""
        clear(self.home)
        making.write_node(
            self.home,
            self.surroundings()
            | {
                "organisation": "Demonstration Hotline",
                "country": "GE",
                "languages": "en,ka",
                "contact": SENDER,
                "database": self.database,
                "site_port": self.ports.site,
                "site_url": self.url("site"),
                "desk_port": self.ports.desk,
                "desk_url": self.url("desk"),
                "provider_port": self.ports.provider,
                "provider_url": self.url("provider"),
                "mail_sender": SENDER,
            },
        )

    def surroundings(self) -> dict[str, object]:
        """Return what any node on this stage decides because of it: its names, its mail, its web host."""
        return {
            "demo": "demo = true\n",
            "mail_host": self.mail.host,
            "mail_port": self.mail.port,
            "mail_security": "none",
            "checks_mode": "hash",
            "checks_more": (
                "minutes_between_misses = 0\n"
                'egress_allow = ["127.0.0.1/32"]   # the demonstration\'s web host lives here\n'
                f'nameservers = ["{self.names.address}"]\nrdap = ""\n'
            ),
            "bundle": 0,
            "view_confirmed": "The demonstration: nothing real is viewed.",
        }

    def start_node(self) -> None:
        """Start the four processes under their supervisor and wait until the doors answer."""
        self.node = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from tutela.doors.cli import run; run()",
                "serve",
                "--home",
                str(self.home),
            ],
            stdout=subprocess.DEVNULL,
            stderr=(self.home / "run" / "node.log").open("ab"),
            env=serving.environment_of("owner", self.home),
        )
        for door in ("site", "provider", "desk"):
            self._wait_for(f"{self.url(door)}/health")

    def _wait_for(self, url: str, seconds: float = 300) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if answers(url):
                return
            if self.node is not None and self.node.poll() is not None:
                log = (self.home / "run" / "node.log").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"the node ended at its start: {log[-1000:]}")
            time.sleep(0.1)
        raise RuntimeError(f"{url} did not answer in {seconds:.0f} s")

    def __exit__(self, *_: object) -> None:
        self.leaving.close()
        if self.node is not None and self.node.poll() is None:
            self.node.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.node.wait(25)
        for server in (self.mailbox, self.mail, self.host, self.names):
            server.stop()
        for held in self._held:
            held.close()
