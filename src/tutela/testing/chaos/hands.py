"""The processes of a node that are killed and started again by the dozen: its worker, and people at its desk.

``python -m tutela.testing.chaos.hands SOCKET CLOCK`` loads a node once and then makes, for every connection
to its socket, one process that has no connection to the database and remembers nothing: what a start of the
program would give, without the second that it takes. Each reads one JSON object a line and answers with one.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from tutela.testing.chaos import clock

STARTED = "started"
"""What it says when it can be called."""


def main(address: str, clock_file: str) -> None:
    """Load everything that a worker uses; make one process for each who calls."""
    clock.follow(Path(clock_file))
    clock.follow_in_directories()
    django.setup()
    from tutela.testing.chaos import deeds

    _load_the_rest()

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        print(STARTED, flush=True)
        while True:
            caller, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _serve(caller, deeds.DEEDS)
                os._exit(0)
            caller.close()


def _load_the_rest() -> None:
    """Load what a worker loads when it first needs it, once for all of them: kernels, names of hosts."""
    from tutela.core.matching import index  # noqa: F401
    from tutela.core.record.reading import parse_address
    from tutela.doors.worker.legs import directory, hashing  # noqa: F401

    parse_address("https://www.example.org/")


def _serve(caller: socket.socket, deeds: dict[str, Callable[..., Any]]) -> None:
    from django.db import close_old_connections

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with caller.makefile("rw", encoding="utf-8") as talk:
        print(json.dumps({"pid": os.getpid()}), file=talk, flush=True)
        for line in talk:
            asked = json.loads(line)
            try:
                said = {"did": deeds[asked.pop("do")](**asked)}
            except Exception as error:  # whoever asked judges it
                # Where the disk is full this does not fit either.
                with contextlib.suppress(OSError):
                    os.write(sys.stderr.fileno(), traceback.format_exc().encode())
                said = {"failed": f"{type(error).__name__}: {error}"}
            print(json.dumps(said, default=str), file=talk, flush=True)
            close_old_connections()


if __name__ == "__main__":
    main(*sys.argv[1:3])
