"""Envelopes in one HTTP body, and what the inbox answers for each (spec/protocol.md, "HTTP").

Each envelope stands behind its length (4 bytes, big-endian). The whole is judged before any of it: a body
that is cut short carries nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from tutela.core.protocol import forms
from tutela.core.protocol.errors import BadContent, BrokenBatch, TooManyInBatch
from tutela.core.protocol.members import Content, inside

MEDIA_TYPE = "application/vnd.tutela.envelopes"
MOST_BYTES = 16 << 20
MOST_ENVELOPES = 100
TAKEN = "taken"
_SIZE = 4


def join(envelopes: Sequence[bytes]) -> bytes:
    """Return one body that carries ``envelopes``, in order.

    Raises:
        BrokenBatch: none, or an empty one.
        TooManyInBatch: more than :data:`MOST_ENVELOPES`, or more than :data:`MOST_BYTES` in all.
    """
    body = b"".join(len(one).to_bytes(_SIZE, "big") + one for one in envelopes)
    split(body)
    return body


def split(body: bytes) -> tuple[bytes, ...]:
    """Return the envelopes of a body, unread.

    Raises:
        TooManyInBatch: as for :func:`join`. One that is larger than an envelope may be is refused by itself.
        BrokenBatch: none, an empty one, or cut short.
    """
    if len(body) > MOST_BYTES:
        raise TooManyInBatch(f"{len(body)} bytes are more than {MOST_BYTES}")
    found: list[bytes] = []
    at = 0
    while at < len(body):
        size = int.from_bytes(body[at : at + _SIZE], "big")
        start, at = at + _SIZE, at + _SIZE + size
        if start > len(body) or size == 0:
            raise BrokenBatch("a length is cut short, or nothing")
        if len(found) == MOST_ENVELOPES:
            raise TooManyInBatch(f"more than {MOST_ENVELOPES}")
        if at > len(body):
            raise BrokenBatch("an envelope is cut short")
        found.append(body[start:at])
    if not found:
        raise BrokenBatch("nothing in it")
    return tuple(found)


def fill(envelopes: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return the first of ``envelopes`` that go into one body together."""
    chosen: list[bytes] = []
    room = MOST_BYTES
    for one in envelopes:
        room -= _SIZE + len(one)
        if room < 0 or len(chosen) == MOST_ENVELOPES:
            break
        chosen.append(one)
    return tuple(chosen)


@dataclass(frozen=True, kw_only=True)
class Result(Content):
    """What became of one envelope: ``taken``, ``replayed``, or a refusal's code."""

    digest: Annotated[str, forms.digest]
    code: Annotated[str, forms.name]


@dataclass(frozen=True, kw_only=True)
class Results(Content):
    """What became of each envelope, in the order in which they came."""

    results: Annotated[tuple[Result, ...], forms.many(inside(Result), least=1, most=MOST_ENVELOPES)]


def results_to_bytes(results: Iterable[tuple[bytes, str]]) -> bytes:
    """Return the body of the answer: digest (32 bytes) and code of each envelope."""
    said: dict[str, Any] = {"results": [{"digest": one.hex(), "code": code} for one, code in results]}
    return json.dumps(said, separators=(",", ":")).encode("ascii")


def read_results(body: bytes, *, digests: Sequence[bytes]) -> tuple[str, ...]:
    """Return the code for each of ``digests``, which were sent in this order.

    Raises:
        BrokenBatch: not an answer to them.
    """
    try:
        said = Results.from_json(json.loads(body.decode("utf-8")))
    except (ValueError, RecursionError, BadContent):
        raise BrokenBatch("not an answer of an inbox") from None
    if [bytes.fromhex(one.digest) for one in said.results] != list(digests):
        raise BrokenBatch("an answer to other envelopes")
    return tuple(one.code for one in said.results)
