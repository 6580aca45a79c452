"""The application that a worker runs: finds the route, measures, and turns every error into an answer.

Plain ASGI. A framework would cost more than a lookup does (the figures are in docs/guides/match-service.md).
"""

from __future__ import annotations

import time
from contextlib import ExitStack

from tutela.doors.wire.bodies import ClientGone, Message, Receive, Scope, Send
from tutela.doors.wire.call import Call
from tutela.doors.wire.openapi import description
from tutela.doors.wire.refusals import Refused
from tutela.doors.wire.replies import refusal_of, refuse
from tutela.doors.wire.routes import ROUTES, Route, Router
from tutela.doors.wire.service import Service, running
from tutela.doors.wire.settings import WireSettings, from_environment


async def site_map(call: Call) -> None:
    """GET /site-map: all paths, in HMA's way."""
    await call.reply_json(sorted({route.path for route in ALL_ROUTES}))


async def openapi(call: Call) -> None:
    """GET /openapi.json: what can be asked, for machines."""
    await call.reply_json(description(ALL_ROUTES, call.service.settings))


ALL_ROUTES = (
    *ROUTES,
    Route("GET", "/site-map", site_map, None, "All paths"),
    Route("GET", "/openapi.json", openapi, None, "This description"),
    Route("GET", "/openapi/openapi.json", openapi, None, "This description, where HMA has it"),
)


class Application:
    """One worker's door. The service is opened when the server starts it, and closed when it stops."""

    def __init__(self, settings: WireSettings) -> None:
        self._settings = settings
        self._router = Router(ALL_ROUTES)
        self._open = ExitStack()
        self._service: Service | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._service = self._open.enter_context(running(self._settings))
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self._open.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = self._service
        if service is None:
            raise RuntimeError("the server did not start the service")
        began = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        path = "unknown"
        try:
            route, named = self._route(scope)
            path = route.path
            key = None if route.right is None else service.guard.admit(scope, route.right)
            await route.endpoint(Call(service, scope, receive, sending, named, key))
        except ClientGone:
            status = 499
        except Exception as error:
            if status:
                raise  # the answer has begun; the connection is cut, so that nobody takes a half for a whole
            await refuse(sending, refusal_of(error))
        service.counting.answered(path, status, time.perf_counter() - began)

    def _route(self, scope: Scope) -> tuple[Route, dict[str, str]]:
        methods, named = self._router.methods_of(scope["path"])
        if not methods:
            raise Refused(404, "there is nothing at this address", "not_found")
        method = scope["method"]
        route = methods.get("GET" if method == "HEAD" else method)
        if route is None:
            allowed = ", ".join(sorted(methods))
            raise Refused(405, f"this address takes {allowed}", "wrong_method", {"Allow": allowed})
        return route, named


def application() -> Application:
    """Return the application of a worker that ``tutela match serve`` started."""
    return Application(from_environment())
