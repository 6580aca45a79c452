"""A small application behind the bridge, for its tests: it answers with what it was given, and takes notes.

Like the doors it answers what it cannot read with a page of its own and 400.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig

from tutela.config.bodies import Bodies
from tutela.config.bridge import Bridge

_NOTES = Path(os.environ["PLAY_NOTES"])
_SEEN = (
    *("SERVER_N", "SERVER_P", "REMOTE_", "REQUEST_", "SCRIPT_", "PATH_", "QUERY_"),
    *("HTTP_", "CONTENT_", "wsgi.url"),
)


def note(text: str) -> None:
    with _NOTES.open("a") as notes:
        notes.write(text + "\n")


class Endless:
    """A page that never ends; it notes when nobody wants more of it."""

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield b"x" * 300_000

    def close(self) -> None:
        note("closed")


def application(environ: dict[str, Any], start: Any) -> Any:
    path = environ["PATH_INFO"]
    note(f"began {path}")
    if path == "/hold":
        while not Path(f"{_NOTES}.go").exists():
            time.sleep(0.01)
    if path == "/broken":
        raise RuntimeError("a secret")
    if path == "/long":
        start("200 OK", [("Content-Type", "text/plain")])
        return (f"{number:07d}\n".encode() * 1000 for number in range(1000))
    if path == "/endless":
        start("200 OK", [("Content-Type", "text/plain")])
        return Endless()
    seen = {key: value for key, value in environ.items() if key.startswith(_SEEN)}
    try:
        wanted = int(environ.get("CONTENT_LENGTH") or 0)
        seen["body"] = environ["wsgi.input"].read(wanted).decode("latin-1") if wanted else ""
    except (BadRequest, RequestDataTooBig) as refusal:
        start("400 Bad Request", [("Content-Type", "text/plain")])
        return [f"the page of the door: {type(refusal).__name__}".encode()]
    seen["thread"] = threading.current_thread().name
    start("200 OK", [("Content-Type", "application/json"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    return [json.dumps(seen).encode()]


served = Bridge(
    application,
    threads=int(os.environ.get("PLAY_THREADS", "2")),
    bodies=Bodies(
        most_bytes=1000,
        seconds=float(os.environ.get("PLAY_SECONDS", "60")),
        most_incomplete=int(os.environ.get("PLAY_INCOMPLETE", "64")),
    ),
)
