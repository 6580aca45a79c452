"""An answer of a door on its way out: as a whole, or in pieces when it is long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from tutela.config.bodies import Message, Receive

MOST_AT_ONCE = 1_000_000
"""A longer answer goes out in pieces, each when the one before is on its way."""
SECONDS_A_PIECE = 60

Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[str, str]]


@dataclass(slots=True)
class Answer:
    """What the application said so far. Until it says something, this is a bare 500."""

    status: int = 500
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""

    def start(self, line: str, headers: Headers, _error: object = None) -> None:
        """``start_response`` of PEP 3333."""
        self.status = int(line[:3])
        self.headers = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers)

    def gather(self, pieces: Iterator[bytes]) -> None:
        """Take the body, or as much of it as may go out at once."""
        found = bytearray()
        for piece in pieces:
            found += piece
            if len(found) > MOST_AT_ONCE:
                break
        self.body = bytes(found)

    @property
    def is_long(self) -> bool:
        return len(self.body) > MOST_AT_ONCE

    async def send(self, send: Send, *, more: bool = False) -> None:
        """Send status, headers and what of the body is here."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await _send_piece(send, self.body, more=more)


async def _send_piece(send: Send, body: bytes, *, more: bool) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def until_gone(receive: Receive) -> None:
    """Wait until the visitor closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever waits on the event loop, as seen from a thread."""

    receive: Receive
    send: Send
    loop: asyncio.AbstractEventLoop

    def send_in_pieces(self, answer: Answer, rest: Iterator[bytes]) -> None:
        """Send a long answer from the thread that makes it, no faster than it is taken.

        Raises:
            TimeoutError: a piece was not taken within :data:`SECONDS_A_PIECE`.
        """
        left = asyncio.run_coroutine_threadsafe(until_gone(self.receive), self.loop)
        try:
            self._wait(answer.send(self.send, more=True))
            for piece in rest:
                if left.done():
                    return
                self._wait(_send_piece(self.send, piece, more=True))
            self._wait(_send_piece(self.send, b"", more=False))
        finally:
            left.cancel()

    def _wait(self, sending: Awaitable[None]) -> None:
        async def passed_on() -> None:
            await sending

        asyncio.run_coroutine_threadsafe(passed_on(), self.loop).result(SECONDS_A_PIECE)
