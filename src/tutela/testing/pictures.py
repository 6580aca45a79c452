"""Photographs of ordinary things, and drawn shapes: all that a test or the demo ever serves as a file."""

from __future__ import annotations

import struct
import zlib
from importlib import resources

ORDINARY = ("coffee.png", "rocket.jpg", "brick.png", "grass.png", "moon.png", "coins.png")
"""A cup, a rocket, a wall, a lawn, the moon, coins: what scikit-image ships inside its wheel."""


def photograph(number: int = 0) -> tuple[bytes, str]:
    """Return bytes and media type of an ordinary photograph; a drawn shape when scikit-image is absent."""
    name = ORDINARY[number % len(ORDINARY)]
    try:
        found = (resources.files("skimage") / "data" / name).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError):
        return drawn_shape(number), "image/png"
    return found, "image/jpeg" if name.endswith(".jpg") else "image/png"


def drawn_shape(number: int = 0, size: int = 64) -> bytes:
    """Return a PNG of one filled square on a plain ground; another ``number`` gives other colours."""
    ground = bytes((40 * number % 256, 90, 160))
    square = bytes((240, 180, 50 * number % 256))
    low, high = size // 4, size - size // 4
    rows = b"".join(
        b"\x00" + b"".join(square if low <= x < high and low <= y < high else ground for x in range(size))
        for y in range(size)
    )
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
