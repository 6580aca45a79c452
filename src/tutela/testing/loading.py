"""The loaded process itself: what it loads, and how it becomes what is ordered.

It holds modules and nothing else: no settings, no tables, no open file. The side of the tests is
:mod:`tutela.testing.loaded`.
"""

from __future__ import annotations

import functools
import gc
import importlib
import io
import json
import os
import select
import socket
import struct
import sys
from typing import Any, TypedDict

import typer.main

from tutela.testing import ending, forking

LOADED = (
    "tutela.doors.cli.app",
    "typer._adapters",
    "allauth",
    "django.contrib.auth.hashers",
    "django.core.management.commands.migrate",
    "tutela.config.sqlite.base",
    "django.template.backends.django",
    "django.views.generic",
    "psycopg",
    "structlog",
    "fido2.server",
    "granian.cli",
    "granian.server",
    "http_message_signatures",
    "time_machine",
    "whitenoise.storage",
    "tutela.config.bridge",
    "tutela.config.keys",
    "tutela.core.envelope.rotations",
    "tutela.core.law.routing",
    "tutela.core.matching.hashers.pdq",
    "tutela.core.matching.index",
    "tutela.core.protocol.conversation",
    "tutela.formats.referrals",
    "tutela.apps.cases.rules",
    "tutela.apps.exchange.rules",
    "tutela.apps.ledger.rules",
    "tutela.apps.notices.letter",
    "tutela.apps.receipts.rules",
    "tutela.doors.desk.list_forms",
    "tutela.doors.desk.shown.contents",
    "tutela.doors.partner.limiting",
    "tutela.doors.site.forms",
    "tutela.doors.site.views.law_files",
    "tutela.doors.worker.legs.mail",
    "tutela.doors.worker.legs.rdap",
    "tutela.doors.worker.legs.resolve",
)
"""What needs no settings to be loaded, and takes long; the rooms themselves come after it."""

TOOLS = (
    "tutela.doors.cli.app",
    "typer._adapters",
    "typer.rich_utils",
    "tutela.core.matching.hashers.pdq",
    "tutela.core.matching.index",
    "tutela.doors.cli.scan.engine",
    "tutela.doors.cli.sealed_files",
    "s3fs",
)
"""The same for commands without a node, which may be installed without Django."""

SETS = {"node": LOADED, "tools": TOOLS}
WITH_ROOMS = ("node",)

MOST = 200_000
"""How long an order may be."""


class Order(TypedDict):
    """What a process is to be."""

    arguments: list[str]
    code: str
    environment: dict[str, str]
    folder: str
    takes: list[int]
    stays: bool


def calls(listening: socket.socket, until: int) -> socket.socket | None:
    """Fork a process for each who calls; returns the channel in the forked one, nothing at the end.

    ``until`` is a pipe from who started it, and ends with that one; others keep the process that they called.
    """
    while until not in select.select([listening.fileno(), until], [], [])[0]:
        channel, _ = listening.accept()
        if is_ours(channel) and os.fork() == 0:
            listening.close()
            os.close(until)
            os.setsid()
            channel.send(str(os.getpid()).encode())
            return channel
        channel.close()
    return None


def is_ours(channel: socket.socket) -> bool:
    """Whether who calls is the user who runs the tests: what is ordered here is done in that one's name.

    The kernel tells (unix(7), SO_PEERCRED); names of sockets are no secret on a machine.
    """
    told = channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("iII"))
    _, user, _ = struct.unpack("iII", told)
    return bool(user == os.geteuid())


def orders(channel: socket.socket) -> str | None:
    """Fork a process for each order; returns its statements in the forked one, nothing at the end.

    Each order comes with its inputs and outputs, ``takes`` says as what; one for a process that stays brings
    one more, into which its id and its end are written.
    """
    while True:
        data, files, _, _ = socket.recv_fds(channel, MOST, 4)
        if not data:
            return None
        order: Order = json.loads(data)
        child = os.fork()
        if child == 0:
            channel.close()
            if order["stays"]:
                _stay(files)
            return _become(order, files)
        for one in files:
            os.close(one)
        _, status = os.waitpid(child, 0)
        if not order["stays"]:
            channel.send(str(os.waitstatus_to_exitcode(status)).encode())


def _stay(files: list[int]) -> None:
    """Return in a process of its own session, which nothing ends with the tests' other ones.

    Between it and the loaded one stands another, which only waits for it and says how it ended.
    """
    told = files.pop()
    if os.fork():
        os._exit(0)
    os.setsid()
    if child := os.fork():
        for one in files:
            os.close(one)
        os.write(told, f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        os.write(told, f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    os.close(told)
    os.setsid()


def _become(order: Order, files: list[int]) -> str:
    for number, file in zip(order["takes"], files, strict=True):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    if order["environment"].get("PYTHONUNBUFFERED"):
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), write_through=True)
    sys.argv = ["tutela", *order["arguments"]]
    return order["code"] or "from tutela.doors.cli import run; run()"


def _load(of: str) -> None:
    """Load, and make the tree of commands once: it is made of the same functions for each command."""
    for name in SETS[of]:
        importlib.import_module(name)
    if of in WITH_ROOMS:
        importlib.import_module("tutela.testing.rooms").load()
    if of == "tools":
        forking.fork_servers()
    typer.main.get_command = functools.cache(typer.main.get_command)
    root: Any = typer.main.get_command(importlib.import_module("tutela.doors.cli.app").app)
    list(root.commands.values())


def _forget_itself() -> None:
    """Be as a process that was given statements: what multiprocessing starts from it does not load this."""
    main = sys.modules["__main__"]
    main.__spec__ = None
    del main.__file__


def main() -> None:
    """Load what the first argument names, then be what is ordered by who calls the socket given next."""
    _load(sys.argv[1])
    _forget_itself()
    gc.collect()
    gc.freeze()
    channel = calls(socket.socket(fileno=int(sys.argv[2])), int(sys.argv[3]))
    statements = orders(channel) if channel else None
    ending.run(statements or "")


if __name__ == "__main__":
    main()
