"""The check in front of an ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from tutela.middleware.checking import NOTED, Checked, CheckedState, Policy, check, unchecked

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class AsgiUploadCheck:
    """Wraps an application: ``app = AsgiUploadCheck(app, Policy(…))``."""

    def __init__(self, app: Application, policy: Policy) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check an upload, then refuse it or hand it on with what was found."""
        if scope["type"] != "http" or not self._policy.concerns(
            scope["method"], scope["path"], _header(scope, b"content-type")
        ):
            await self._app(scope, receive, send)
            return
        gathered = _Gathered(receive, self._policy.most_bytes)
        checked = await self._checked(scope, gathered)
        if checked is None:
            return  # the client has gone
        if checked.state is not CheckedState.CLEAN and self._policy.told is not None:
            await asyncio.to_thread(self._policy.told, checked)
        status = self._policy.refuses(checked)
        if status:
            await _refuse(send, status, self._policy.refusal)
            return
        scope[NOTED] = checked
        await self._app(scope, gathered.again, send)

    async def _checked(self, scope: Scope, gathered: _Gathered) -> Checked | None:
        told = _header(scope, b"content-length")
        if told.isdigit() and int(told) > self._policy.most_bytes:
            return unchecked("too_long")
        if not await gathered.gather():
            return None
        if gathered.too_long:
            return unchecked("too_long")
        content_type, encoding = _header(scope, b"content-type"), _header(scope, b"content-encoding")
        body = b"".join(gathered.pieces)
        return await asyncio.to_thread(check, self._policy, content_type, encoding.lower(), body)


class _Gathered:
    """The messages of a body, kept so that the application can have them again."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._messages: list[Message] = []
        self._next = 0
        self.pieces: list[bytes] = []
        self.too_long = False

    async def gather(self) -> bool:
        """Take the body in, up to the limit; False if the client went away."""
        length = 0
        while True:
            message = await self._receive()
            self._messages.append(message)
            if message["type"] != "http.request":
                return False
            piece = bytes(message.get("body", b""))
            self.pieces.append(piece)
            length += len(piece)
            self.too_long = length > self._most
            if self.too_long or not message.get("more_body"):
                return True

    async def again(self) -> Message:
        """Give the messages out again, then what else comes."""
        if self._next < len(self._messages):
            self._next += 1
            return self._messages[self._next - 1]
        return await self._receive()


def _header(scope: Scope, name: bytes) -> str:
    return next((bytes(value).decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _refuse(send: Send, status: int, body: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
