"""Replies: how an answer or a refusal leaves, the same for the lean routes and for all others."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from typing import Final

from tutela.core.kernel.errors import Refusal
from tutela.core.matching.errors import (
    BadFingerprint,
    CannotHash,
    IndexBroken,
    IndexBusy,
    NoIndex,
    UnknownList,
)
from tutela.core.matching.uploads import BadUpload
from tutela.doors.wire.answers import to_json
from tutela.doors.wire.bodies import Send
from tutela.doors.wire.refusals import Refused, bad_request, not_loaded

JSON: Final = b"application/json"
STANDING = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]

_FINGERPRINT = {
    "unknown_kind": "there is no such kind of fingerprint",
    "wrong_length": "a fingerprint of this kind has another length",
    "wrong_alphabet": "the fingerprint is not written in hexadecimal, base32 or base64",
    "bad_quality": "a quality is a whole number from 0 to 100",
    "known_empty": "this is the fingerprint of an empty file",
    "degenerate": "a fingerprint whose bits are all equal says nothing",
    "low_quality": "the picture holds too little for a fingerprint",
}


async def reply(
    send: Send, status: int, body: bytes, content_type: bytes = JSON, more: Mapping[str, str] | None = None
) -> None:
    """Send an answer."""
    headers = [
        (b"content-type", content_type),
        (b"content-length", str(len(body)).encode()),
        *STANDING,
    ]
    for name, value in (more or {}).items():
        headers.append((name.lower().encode(), value.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def refusal_of(error: Exception) -> Refused:
    """Return how ``error`` is told to a client: a named refusal, or a 500 that says nothing."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, BadFingerprint):
        return bad_request(_FINGERPRINT.get(error.reason, "this is no fingerprint"), error.reason)
    if isinstance(error, CannotHash):
        return bad_request("this file has no such fingerprint", error.reason)
    if isinstance(error, BadUpload):
        return bad_request("the body is not the form it says it is", error.reason)
    if isinstance(error, UnknownList):
        return bad_request("there is no list of that name", error.code)
    if isinstance(error, NoIndex):
        return not_loaded()
    if isinstance(error, IndexBroken):
        return Refused(503, "INDEX-BROKEN", error.code)
    if isinstance(error, IndexBusy):
        return Refused(503, "somebody else writes to the index now", error.code, {"Retry-After": "1"})
    if isinstance(error, Refusal):
        return bad_request("this is refused", error.code)
    # Where it happened, and no values: what was asked does not belong in a log.
    where = traceback.extract_tb(error.__traceback__)[-1]
    print(
        f"tutela: {type(error).__name__} in {where.name}, line {where.lineno} of {where.filename}",
        file=sys.stderr,
    )
    return Refused(500, "the service failed at this request", "failed")


async def refuse(send: Send, refused: Refused) -> None:
    """Send a refusal."""
    await reply(send, refused.status, to_json(refused.body).encode(), more=refused.headers)
