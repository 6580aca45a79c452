"""Padding that hides how long a text was.

Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs",
PoPETs 2019, section 4) rounds a length up so that only O(log log n) bits of it show, for at most 12 % more
bytes. Below :data:`FLOOR` everything has one length, so that a "closed" cannot be told from a "received".
"""

from __future__ import annotations

from tutela.core.envelope.errors import PaddingBroken

FLOOR = 256
"""Bytes; nothing padded is shorter."""
MOST = 1 << 26
"""Bytes; nothing longer is sealed in one piece."""
_PREFIX = 4


def padded_length(length: int) -> int:
    """Return the length that ``length`` bytes are rounded up to.

    Raises:
        ValueError: negative, or over :data:`MOST`.
    """
    if not 0 <= length <= MOST:
        raise ValueError(f"{length} bytes cannot be padded")
    if length <= FLOOR:
        return FLOOR
    exponent = length.bit_length() - 1
    free_bits = exponent - exponent.bit_length()
    mask = (1 << free_bits) - 1
    return (length + mask) & ~mask


def pad(plaintext: bytes) -> bytes:
    """Return length (4 bytes, big-endian) ‖ ``plaintext`` ‖ zero bytes up to the padded length.

    Raises:
        ValueError: longer than :data:`MOST`.
    """
    body = len(plaintext).to_bytes(_PREFIX, "big") + plaintext
    return body.ljust(padded_length(len(body)), b"\x00")


def unpad(padded: bytes) -> bytes:
    """Return what :func:`pad` was given.

    Raises:
        PaddingBroken: not exactly what :func:`pad` would have made of it.
    """
    length = int.from_bytes(padded[:_PREFIX], "big")
    end = _PREFIX + length
    if len(padded) < FLOOR or end > len(padded) or end > MOST or padded_length(end) != len(padded):
        raise PaddingBroken("the length does not fit the padding")
    if any(padded[end:]):
        raise PaddingBroken("the padding is not empty")
    return padded[_PREFIX:end]
