"""Where the parts of an envelope lie: finding them, and putting them together again.

``"tutela/e" (8 bytes) ‖ header length (4, big-endian) ‖ header ‖ one wrapped key per addressee (1168 each)
‖ commitment (32) ‖ body length (4) ‖ body ‖ signatures (3373)``; nothing follows.
"""

from __future__ import annotations

from dataclasses import dataclass

from tutela.core.envelope import header as headers
from tutela.core.envelope import signing
from tutela.core.envelope.errors import BrokenFrame, TooLarge
from tutela.core.envelope.header import Header

MAGIC = b"tutela/e"
MOST_BYTES = 8 << 20
WRAPPED_LENGTH = 1120 + 32 + 16
COMMITMENT_LENGTH = 32
_TAG_LENGTH = 16
_SIZE = 4


@dataclass(frozen=True)
class Frame:
    """The parts, unjudged but for the header."""

    header: Header
    header_bytes: bytes
    wrapped: tuple[bytes, ...]
    commitment: bytes
    body: bytes
    signed: bytes
    signatures: bytes


def join(header: bytes, wrapped: list[bytes], commitment: bytes, body: bytes) -> bytes:
    """Return everything that is signed."""
    return b"".join((MAGIC, _size(header), header, *wrapped, commitment, _size(body), body))


def split(envelope: bytes) -> Frame:
    """Find the parts. Only the header is read; nothing is verified.

    Raises:
        TooLarge: longer than :data:`MOST_BYTES`.
        BrokenFrame: not an envelope, cut short, or with something behind its end.
        BrokenHeader, UnknownVersion, UnknownSuite: see ``header.from_bytes``.
    """
    if len(envelope) > MOST_BYTES:
        raise TooLarge(f"{len(envelope)} bytes are more than {MOST_BYTES}")
    if not envelope.startswith(MAGIC):
        raise BrokenFrame("this is no envelope")
    header_bytes, at = _sized(envelope, len(MAGIC))
    header = headers.from_bytes(header_bytes)
    wraps_end = at + WRAPPED_LENGTH * len(header.to)
    wrapped = tuple(envelope[one : one + WRAPPED_LENGTH] for one in range(at, wraps_end, WRAPPED_LENGTH))
    body_at = wraps_end + COMMITMENT_LENGTH
    body, end = _sized(envelope, body_at)
    if len(body) < _TAG_LENGTH or len(envelope) != end + signing.LENGTH:
        raise BrokenFrame("cut short, or longer than it says")
    commitment = envelope[wraps_end:body_at]
    return Frame(header, header_bytes, wrapped, commitment, body, envelope[:end], envelope[end:])


def _size(part: bytes) -> bytes:
    return len(part).to_bytes(_SIZE, "big")


def _sized(envelope: bytes, at: int) -> tuple[bytes, int]:
    start = at + _SIZE
    end = start + int.from_bytes(envelope[at:start], "big")
    if end > len(envelope):
        raise BrokenFrame("cut short")
    return envelope[start:end], end
