"""Bodies: read up to a limit and not a byte further, and JSON that is what it should be or a 400."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from tutela.doors.wire.refusals import Refused, bad_request

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SECONDS_FOR_A_BODY = 30.0
BYTES_A_SECOND = 1024 * 1024
"""A body may take this long, and a second more for each of these that it may have."""


class ClientGone(Exception):  # noqa: N818 - nobody is there to be told
    """The client went away before its body was complete."""


def header(scope: Scope, name: bytes) -> bytes:
    """Return the header ``name`` (lower case), empty if it is not there."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return b""


async def read_body(scope: Scope, receive: Receive, most: int) -> bytes:
    """Return the body.

    Raises:
        Refused: 413 as soon as it is known to be longer than ``most`` bytes; 408 if it takes too long.
        ClientGone: it never came.
    """
    told = header(scope, b"content-length")
    if told and (not told.isdigit() or int(told) > most):
        raise _too_long(most)
    try:
        async with asyncio.timeout(SECONDS_FOR_A_BODY + most / BYTES_A_SECOND):
            return await _gather(receive, most, int(told) if told else -1)
    except TimeoutError:
        raise Refused(408, "the request took too long to arrive", "too_slow") from None


async def _gather(receive: Receive, most: int, wanted: int) -> bytes:
    message = await receive()
    body = message.get("body", b"")
    # The server says that a body has ended in a message of its own; its length says so earlier, and waiting
    # for that message took as long as half a lookup.
    if message["type"] == "http.request" and len(body) == wanted:
        return bytes(body)
    gathered = bytearray()
    while True:
        if message["type"] == "http.disconnect":
            raise ClientGone
        gathered += message.get("body", b"")
        if len(gathered) > most:
            raise _too_long(most)
        if not message.get("more_body"):
            return bytes(gathered)
        message = await receive()


def read_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object that ``body`` is.

    Raises:
        Refused: it is none (400).
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("the body is not JSON", "not_json") from None
    if not isinstance(told, dict):
        raise bad_request("the body is not a JSON object", "not_an_object")
    return told


def only(told: Mapping[str, Any], *names: str) -> None:
    """Refuse (400) what has a name that means nothing here: a misspelt option must not be ignored."""
    for name in told:
        if name not in names:
            raise bad_request(f"{name[:60]!r} means nothing here", "unknown_name")


def number_in(told: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    """Return the whole number ``name``, None if it is not given.

    Raises:
        Refused: it is none, or out of range (400).
    """
    value = told.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise bad_request(f"{name} is a whole number from {least} to {most}", "bad_number")
    return value


def text_in(told: Mapping[str, Any], name: str, most: int = 256) -> str:
    """Return the text ``name``, which has to be there.

    Raises:
        Refused: it is not, is no text or too long (400).
    """
    value = told.get(name)
    if not isinstance(value, str) or not value or len(value) > most:
        raise bad_request(f"{name} is a text of up to {most} characters", "bad_text")
    return value


def _too_long(most: int) -> Refused:
    # The connection is closed: what is still on its way belongs to the refused body.
    return Refused(413, f"the request is longer than {most} bytes", "too_long", {"Connection": "close"})
