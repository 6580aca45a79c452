"""A request's body, waited for on the event loop, before a thread is taken for the request.

A thread that reads a body itself belongs to whoever sends slowly: a dozen such senders hold a dozen threads.
Here a body that does not come costs the memory of what came and nothing else. It is read up to the door's
limit and for a time; when too many are incomplete at once, the one that has taken longest gives way, so that
an honest form, which is here within a moment, always finds a place.

A body that is refused still reaches the door, which answers with its own page: reading it there says why.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig

SECONDS = 60
"""How long a form may take; the proxies of ``deploy/proxy`` allow no more."""
MOST_INCOMPLETE = 64
"""In each process. Times the door's limit, it is the most memory that unfinished forms can hold."""
MOST_READ_AWAY = 32_000_000
"""Read on and forget: a browser that cannot finish sending shows a broken connection, not the page."""

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]


class Gone(Exception):  # noqa: N818
    """The visitor closed the connection before the body was whole; there is nobody to answer."""


class Refused(io.RawIOBase):
    """Stands where the body would: whoever reads it learns that it was refused.

    ``status`` is 408 (too slow), 411 (without a length) or 413 (too large), and is what the door's page is
    sent with, once the door has read here (``asked``).
    """

    def __init__(self, status: int) -> None:
        self.status = status
        self.asked = False

    def read(self, _size: int = -1, /) -> bytes:
        self.asked = True
        if self.status == 413:
            raise RequestDataTooBig("the body is larger than this door takes")
        raise BadRequest("the body did not arrive as it should")


class Bodies:
    """The bodies that one process is waiting for."""

    def __init__(
        self, *, most_bytes: int, seconds: float = SECONDS, most_incomplete: int = MOST_INCOMPLETE
    ) -> None:
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._most_incomplete = most_incomplete
        self._incomplete: dict[asyncio.Timeout, None] = {}

    async def whole(self, receive: Receive, length: int) -> bytes | Refused:
        """Return the body of ``length`` bytes, or what stands for one that was refused.

        Raises:
            Gone: the connection was closed first.
        """
        if length > MOST_READ_AWAY:
            return Refused(413)
        try:
            async with asyncio.timeout(self._seconds) as patience:
                self._make_room()
                self._incomplete[patience] = None
                try:
                    return await self._read(receive, length)
                finally:
                    self._incomplete.pop(patience, None)
        except TimeoutError:
            return Refused(408)

    def _make_room(self) -> None:
        if len(self._incomplete) < self._most_incomplete:
            return
        longest = next(iter(self._incomplete))
        del self._incomplete[longest]
        if not longest.expired():
            longest.reschedule(0)

    async def _read(self, receive: Receive, length: int) -> bytes | Refused:
        body, size = bytearray(), 0
        while size < length:
            message = await receive()
            piece = message.get("body", b"")
            if not piece:
                # A connection that ends, and a body that ends before its length, look alike here.
                raise Gone
            size += len(piece)
            if length <= self._most_bytes:
                body += piece
        return Refused(413) if length > self._most_bytes else bytes(body)
