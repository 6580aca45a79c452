"""Drawn shapes that hashers show their promises on. They are computed in whole numbers, so that the bytes
are the same everywhere, and written as BMP, so that no decoder can differ."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray


def rings(rows: int, columns: int) -> bytes:
    """Return a picture of coloured rings around two middles."""
    y, x = np.mgrid[0:rows, 0:columns] * 640 // max(rows, columns)
    first = ((x - 200) ** 2 + (y - 150) ** 2) // 400
    second = ((x - 500) ** 2 + (y - 420) ** 2) // 700
    return _bmp(np.stack((_wave(first), _wave(second), _wave(first + second)), axis=2))


def plain(rows: int, columns: int) -> bytes:
    """Return a picture of one colour."""
    return _bmp(np.full((rows, columns, 3), 120, np.uint8))


def _wave(steps: NDArray[np.int64]) -> NDArray[np.uint8]:
    return np.abs(steps % 510 - 255).astype(np.uint8)


def _bmp(pixels: NDArray[np.uint8]) -> bytes:
    rows, columns, _ = pixels.shape
    room = -(columns * 3) % 4
    body = b"".join(row.tobytes() + bytes(room) for row in pixels[::-1, :, ::-1])
    header = struct.pack("<IiiHHIIiiII", 40, columns, rows, 1, 24, 0, len(body), 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(body), 0, 0, 54) + header + body
