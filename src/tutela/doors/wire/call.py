"""A call: one request with its service, its key and the way its answer leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tutela.doors.wire.answers import to_json
from tutela.doors.wire.bodies import Receive, Scope, Send, read_body, read_object
from tutela.doors.wire.keys import Key
from tutela.doors.wire.refusals import Refused, bad_request
from tutela.doors.wire.replies import JSON, reply
from tutela.doors.wire.service import Service


@dataclass(slots=True)
class Call:
    """What a route works on. ``key`` is there when the route asks for one, and has the right to it."""

    service: Service
    scope: Scope
    receive: Receive
    send: Send
    named: Mapping[str, str] = field(default_factory=dict)
    key: Key | None = None

    def query(self) -> dict[str, str]:
        """Return the query of the address; the last of two equal names counts.

        Raises:
            Refused: it cannot be read (400).
        """
        try:
            told = bytes(self.scope["query_string"]).decode("ascii")
            return dict(parse_qsl(told, keep_blank_values=True, max_num_fields=50, errors="strict"))
        except ValueError:
            raise bad_request("the query cannot be read", "bad_query") from None

    async def body(self, most: int) -> bytes:
        """Return the body, of at most ``most`` bytes.

        Raises:
            Refused: it is longer (413), or takes too long (408).
        """
        return await read_body(self.scope, self.receive, most)

    async def told(self, most: int) -> dict[str, Any]:
        """Return the JSON object that was sent, of at most ``most`` bytes.

        Raises:
            Refused: there is none (400), or it is longer (413).
        """
        return read_object(await self.body(most))

    def charge(self, amount: int) -> None:
        """Count ``amount`` fingerprints against the limits of the key.

        Raises:
            Refused: that is too many for now (429).
        """
        if self.key is None:
            raise Refused(401, "this needs a key", "no_key")
        self.service.guard.charge(self.key, amount)

    async def reply(
        self,
        body: bytes,
        status: int = 200,
        content_type: bytes = JSON,
        more: Mapping[str, str] | None = None,
    ) -> None:
        """Send an answer."""
        await reply(self.send, status, body, content_type, more)

    async def reply_json(self, told: object, status: int = 200) -> None:
        """Send an answer as JSON."""
        await reply(self.send, status, to_json(told).encode())
