"""The check in front of a WSGI application (PEP 3333)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from tutela.middleware.checking import NOTED, Checked, CheckedState, Policy, check, unchecked

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class WsgiUploadCheck:
    """Wraps an application: ``app = WsgiUploadCheck(app, Policy(…))``."""

    def __init__(self, app: Application, policy: Policy) -> None:
        self._app = app
        self._policy = policy

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Check an upload, then refuse it or hand it on with what was found."""
        concerned = self._policy.concerns(
            environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), environ.get("CONTENT_TYPE", "")
        )
        if not concerned:
            return self._app(environ, start_response)
        checked = self._checked(environ)
        if checked.state is not CheckedState.CLEAN and self._policy.told is not None:
            self._policy.told(checked)
        status = self._policy.refuses(checked)
        if status:
            return _refuse(start_response, status, self._policy.refusal)
        environ[NOTED] = checked
        return self._app(environ, start_response)

    def _checked(self, environ: Environ) -> Checked:
        told = environ.get("CONTENT_LENGTH", "") or ""
        most = self._policy.most_bytes
        if told.isdigit() and int(told) > most:
            return unchecked("too_long")
        source = environ["wsgi.input"]
        # Without a length only servers that say so end the stream by themselves; others would wait for ever.
        if not told.isdigit() and not environ.get("wsgi.input_terminated"):
            return unchecked("no_length")
        body = _read(source, int(told) if told.isdigit() else most + 1)
        environ["wsgi.input"] = _Again(body, source)
        if len(body) > most:
            return unchecked("too_long")
        encoding = environ.get("HTTP_CONTENT_ENCODING", "").lower()
        return check(self._policy, environ["CONTENT_TYPE"], encoding, body)


class _Again(io.RawIOBase):
    """The body that was read, then what is still to come."""

    def __init__(self, body: bytes, source: Any) -> None:
        self._body = io.BytesIO(body)
        self._source = source

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, target: Any) -> int:
        """Fill ``target`` as far as one piece goes."""
        piece = self._body.read(len(target)) or self._source.read(len(target))
        target[: len(piece)] = piece
        return len(piece)


def _read(source: Any, most: int) -> bytes:
    gathered = bytearray()
    while len(gathered) < most and (piece := source.read(min(65536, most - len(gathered)))):
        gathered += piece
    return bytes(gathered)


def _refuse(start_response: StartResponse, status: int, body: bytes) -> Iterable[bytes]:
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]
