"""From the server's event loop, where visitors wait, to the few threads in which a door works.

The server speaks ASGI to this bridge, and the bridge speaks WSGI to Django. A request crosses when its body
is whole (``bodies``) and a thread is free; a visitor who left meanwhile costs no thread at all. The threads
are the same ones for as long as the process lives, so that each keeps its connection to the database.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings

from tutela.config.answers import Answer, Send, Visitor, until_gone
from tutela.config.bodies import MOST_INCOMPLETE, Bodies, Gone, Receive, Refused
from tutela.config.environ import Environ, environ_of

Scope = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

_log = logging.getLogger(__name__)


class Turns:
    """As many turns as there are threads, first come, first served; who leaves loses the place in line."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._line: deque[asyncio.Future[bool]] = deque()

    async def take(self, receive: Receive) -> bool:
        """Wait for a turn; ``False`` when the visitor left first, and no turn was taken."""
        if self._free:
            self._free -= 1
            return True
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        leaving = asyncio.ensure_future(until_gone(receive))
        leaving.add_done_callback(lambda _: None if turn.done() else turn.set_result(False))
        try:
            return await turn
        finally:
            leaving.cancel()

    def give_back(self) -> None:
        """Hand the turn to the next who is still there."""
        while self._line:
            if not (turn := self._line.popleft()).done():
                turn.set_result(True)
                return
        self._free += 1


class Bridge:
    """The ASGI application that one web process serves."""

    def __init__(self, application: Application, *, threads: int, bodies: Bodies) -> None:
        self._application = application
        self._bodies = bodies
        self._turns = Turns(threads)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="door")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self._body_of(scope, receive)
        except Gone:
            return
        if not await self._turns.take(receive):
            return
        loop = asyncio.get_running_loop()
        visitor = Visitor(receive, send, loop)
        try:
            answer = await loop.run_in_executor(self._threads, self._cross, scope, body, visitor)
        finally:
            self._turns.give_back()
        if answer is not None:
            await answer.send(send)

    async def _body_of(self, scope: Scope, receive: Receive) -> bytes | Refused:
        names = dict(scope["headers"])
        if b"transfer-encoding" in names:
            # No browser sends a form without saying how long it is.
            return Refused(411)
        length = int(names.get(b"content-length", b"0"))
        return await self._bodies.whole(receive, length) if length else b""

    def _cross(self, scope: Scope, body: bytes | Refused, visitor: Visitor) -> Answer | None:
        """Run the application in this thread; ``None`` when its answer went out in pieces already."""
        answer, sent = Answer(), False
        close: Callable[[], object] | None = None
        try:
            parts = self._application(environ_of(scope, body), answer.start)
            close, pieces = getattr(parts, "close", None), iter(parts)
            answer.gather(pieces)
            if isinstance(body, Refused) and body.asked and 400 <= answer.status < 500:
                answer.status = body.status
            if sent := answer.is_long:
                visitor.send_in_pieces(answer, pieces)
        except Exception:
            _log.exception("an answer broke off")
            answer = Answer()
        finally:
            if close is not None:
                close()
        return None if sent else answer


def of_door(application: Application, listen: str, *, most_incomplete: int = MOST_INCOMPLETE) -> Bridge:
    """Return the bridge to a door, with as many threads as ``node.toml`` says in ``[listen]``."""
    _collect_seldom()
    bodies = Bodies(most_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE, most_incomplete=most_incomplete)
    return Bridge(application, threads=getattr(settings.TUTELA, listen).threads, bodies=bodies)


def _collect_seldom() -> None:
    """Leave what was loaded out of garbage collection, which otherwise walks all of it while somebody waits.

    A request makes some ten thousand objects and nearly all go without it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
