"""A web host on the loopback that serves photographs of ordinary things and misbehaves on demand."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tutela.testing import pictures
from tutela.testing.certificates import ServerCertificate


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as the host saw it. Header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


class Request(BaseHTTPRequestHandler):
    """One request and the way to answer it; bound to its host by a subclass, one request a connection."""

    host: WebHost
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        self.close_connection = True
        self.host._receive(self)

    do_HEAD = do_GET  # noqa: N815
    do_POST = do_GET  # noqa: N815
    do_PUT = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Keep quiet: tests read ``visits``."""


_Reply = Callable[[Request], object]


class WebHost:
    """A real HTTP or HTTPS server on ``127.0.0.1``. What it was not told to show is 404.

    ::

        with WebHost() as host:
            address = host.show("/p/1.jpg")            # an ordinary photograph
            host.answer("/gone", 410)
            host.redirect("/here", "https://elsewhere.example.org/")
            host.remove("/p/1.jpg")                    # 404 from now on

    ``show``, ``answer`` … return the address under ``name``, port included, so that a name server in the
    test can point the name here. ``visits`` lists the requests that arrived.

    Args:
        name: the host name in returned addresses.
        port: a fixed port; a free one when 0.
        certificate: serve HTTPS with it (``certificates.Authority().issue(name)``).
    """

    def __init__(
        self,
        name: str = "files.example.org",
        *,
        port: int = 0,
        certificate: ServerCertificate | None = None,
    ) -> None:
        self.name = name
        self.visits: list[Visit] = []
        self.released = threading.Event()
        self.otherwise: _Reply = lambda request: begin_answer(request, 404, {"Content-Length": "0"})
        self._replies: dict[str, _Reply] = {}
        self._scheme = "https" if certificate else "http"
        handler = type("Handler", (Request,), {"host": self})
        self._server = _Server(("127.0.0.1", port), handler)
        if certificate:
            context = certificate.server_context()
            # The handshake belongs in the connection's own thread, not in accept().
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/", name: str = "") -> str:
        """Return the address of ``path`` on this host."""
        return f"{self._scheme}://{name or self.name}:{self.port}{path}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let go of everything that drips or hangs, then give the port back."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def show(self, path: str, body: bytes = b"", media_type: str = "image/png", number: int = 0) -> str:
        """Serve ``body`` (the ordinary photograph ``number`` when empty) with status 200."""
        if not body:
            body, media_type = pictures.photograph(number)
        return self.answer(path, 200, body, {"Content-Type": media_type})

    def remove(self, path: str, status: int = 404) -> str:
        """Take down what was shown at ``path``."""
        return self.answer(path, status, b"There is nothing here.\n", {"Content-Type": "text/plain"})

    def answer(
        self, path: str, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> str:
        """Answer ``path`` with this status, body and headers."""

        def reply(request: Request) -> None:
            begin_answer(request, status, {**(headers or {}), "Content-Length": str(len(body))})
            if request.command != "HEAD":
                request.wfile.write(body)

        return self._at(path, reply)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        """Send whoever asks for ``path`` to ``to``."""
        return self.answer(path, status, b"", {"Location": to, "Set-Cookie": "followed=yes; Path=/"})

    def require_login(self, path: str) -> str:
        """Answer 401 as a login wall does."""
        return self.answer(path, 401, b"Sign in.\n", {"WWW-Authenticate": 'Basic realm="members"'})

    def endless(self, path: str) -> str:
        """Send a body without end, as fast as it is read."""

        def reply(request: Request) -> None:
            begin_answer(request, 200, {"Content-Type": "application/octet-stream"})
            while not self.released.is_set():
                request.wfile.write(b"\x00" * 65536)

        return self._at(path, reply)

    def drip(self, path: str, seconds_between: float = 0.05) -> str:
        """Send one byte at a time, so that no single read is slow and the whole never ends."""

        def reply(request: Request) -> None:
            begin_answer(request, 200, {"Content-Type": "application/octet-stream"})
            while not self.released.wait(seconds_between):
                request.wfile.write(b"\x00")

        return self._at(path, reply)

    def hang(self, path: str) -> str:
        """Take the request and say nothing until the host stops."""
        return self._at(path, lambda request: self.released.wait(60))

    def hang_up(self, path: str) -> str:
        """Close the connection without an answer."""
        return self._at(path, lambda request: request.connection.close())

    def babble(self, path: str) -> str:
        """Answer with bytes that are not HTTP."""
        return self._at(path, lambda request: request.wfile.write(b"\x00\xff not http\r\n\r\n"))

    def _at(self, path: str, reply: _Reply) -> str:
        self._replies[path] = reply
        return self.url(path)

    def _receive(self, request: Request) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.visits.append(Visit(request.command, request.path, headers))
        # A client that had enough closes first; that is its right.
        with contextlib.suppress(OSError):
            self._replies.get(request.path, self.otherwise)(request)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A refused handshake is what some tests are about; it needs no traceback."""


def begin_answer(request: Request, status: int, headers: Mapping[str, str]) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Connection", "close")
    request.end_headers()
