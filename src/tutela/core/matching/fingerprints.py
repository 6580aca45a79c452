"""Fingerprints: their kinds, how they are written, and which must never be matched.

The kind is always said, never guessed by length: 64 hex digits are a SHA-256 or a PDQ. Within a kind the
spellings seen in the wild are told apart by their length: hexadecimal in either case, base32 (SHA-1 in
file-sharing tools) and base64 (PDQ and digests in HTTP headers).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from enum import StrEnum

from tutela.core.matching.errors import BadFingerprint


class Kind(StrEnum):
    """What a fingerprint was made with."""

    SHA256 = "sha256"
    SHA1 = "sha1"
    MD5 = "md5"
    PDQ = "pdq"


SIZES = {Kind.SHA256: 32, Kind.SHA1: 20, Kind.MD5: 16, Kind.PDQ: 32}
"""Bytes of a fingerprint of each kind."""

RADIUS = 31
"""Bits of 256 by which two PDQ fingerprints of one picture may differ, unless a list says otherwise."""

MINIMUM_QUALITY = 50
"""A PDQ fingerprint of lower quality (0-100) comes from a picture with too little in it."""

_EMPTY = {
    Kind.SHA256: hashlib.sha256(b"").digest(),
    Kind.SHA1: hashlib.sha1(b"", usedforsecurity=False).digest(),
    Kind.MD5: hashlib.md5(b"", usedforsecurity=False).digest(),
}

_MEANINGLESS: dict[Kind, dict[bytes, str]] = {
    kind: {bytes(size): "degenerate", b"\xff" * size: "degenerate"}
    | ({_EMPTY[kind]: "known_empty"} if kind in _EMPTY else {})
    for kind, size in SIZES.items()
}
"""What says nothing about a file, and why."""


@dataclass(frozen=True, slots=True, order=True)
class Fingerprint:
    """A fingerprint. ``value`` is raw bytes (``SIZES``); ``quality`` is 0-100 for PDQ, None where unknown."""

    kind: Kind
    value: bytes
    quality: int | None = None

    @property
    def text(self) -> str:
        """The canonical spelling: lower-case hexadecimal."""
        return self.value.hex()


def read_fingerprint(kind: str, text: str, quality: int | None = None) -> Fingerprint:
    """Return the fingerprint of ``kind`` that ``text`` spells in hexadecimal, base32 or base64.

    Raises:
        BadFingerprint: it spells none, or one that must never be matched.
    """
    try:
        known = Kind(kind)
    except ValueError:
        raise BadFingerprint("unknown_kind") from None
    if quality is not None and not 0 <= quality <= 100:
        raise BadFingerprint("bad_quality")
    return refuse_meaningless(Fingerprint(known, _value(text.strip(), SIZES[known]), quality))


def refuse_meaningless(fingerprint: Fingerprint) -> Fingerprint:
    """Return ``fingerprint``, unless it says nothing about a file: the digest of no bytes, all bits equal.

    Raises:
        BadFingerprint: ``known_empty`` or ``degenerate``.
    """
    reason = _MEANINGLESS[fingerprint.kind].get(fingerprint.value)
    if reason is not None:
        raise BadFingerprint(reason)
    return fingerprint


def _value(text: str, size: int) -> bytes:
    length = len(text)
    if length == size * 2:
        decode = bytes.fromhex
    elif length == -(-size * 8 // 5):
        decode = _base32
    elif length == -(-size // 3) * 4:
        decode = _base64
    else:
        raise BadFingerprint("wrong_length")
    try:
        value = decode(text)
    except (ValueError, binascii.Error):
        raise BadFingerprint("wrong_alphabet") from None
    if len(value) != size:
        raise BadFingerprint("wrong_alphabet")
    return value


def _base32(text: str) -> bytes:
    return base64.b32decode(text + "=" * (-len(text) % 8), casefold=True)


def _base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
