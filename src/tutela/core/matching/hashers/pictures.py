"""Decoding: from a file's bytes to the pixels that its looks are taken from.

The aim is the same fingerprint as others make of the same file. They open it with Pillow and hash what
comes out, so: EXIF orientation is not applied (``orientation_ignored`` says that there was one; the
variants find the turned picture), colour profiles are not applied, and alpha is dropped, whatever lies
beneath. Where what comes out would be no picture of the file, the rule is ours: palettes become their
colours, CMYK becomes RGB, and 16 bits lose the lower eight (Pillow alone makes them white).

Notes:
    ``first_frame``: the file is animated or has several pages, and only the first was hashed.
    ``orientation_ignored``: a viewer would turn or mirror the picture.
    ``alpha_ignored``, ``sixteen_bits``, ``cmyk``: what the pixels were before.
    ``reduced_scale``: the picture is larger than 512 pixels, and not every bit is that of the full path.

Refusals: ``empty``, ``not_a_picture``, ``format_not_supported``, ``broken``, ``truncated``, ``too_small``
(under 5 pixels a side), ``too_many_pixels``, ``colours_not_supported`` (CIELAB, floating point),
``no_memory``.
"""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from tutela.core.matching.errors import CannotHash
from tutela.core.matching.hashers import formats

MOST_PIXELS = 120_000_000
"""More pixels are not decoded, whatever the file: 360 MB in memory, above what cameras and phones make."""

MOST_PIXELS_REDUCED = 210_000_000
"""A JPEG of so many is still read at reduced scale, when it is not progressive."""

LEAST_SIDE = 5
FULL_SIDE = 512
"""A picture with both sides up to this is always hashed bit for bit as the reference does."""

REDUCED_SIDE = 256
"""A JPEG is read at 1/2, 1/4 or 1/8 as long as its shorter side keeps as many pixels."""

_ORIENTATION = 0x0112
_WIDE = ("I", "I;16", "I;16B", "I;16L", "I;16N")
_ALPHA = ("LA", "La", "PA", "RGBA", "RGBa")


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels (rows × columns × 1, 3 or 4 of 8 bits), each for ``scale`` × ``scale`` of the file's."""

    pixels: NDArray[np.uint8]
    rows: int
    columns: int
    scale: int
    notes: tuple[str, ...]

    @property
    def is_small(self) -> bool:
        """Whether the full path is taken in any case."""
        return max(self.rows, self.columns) <= FULL_SIDE


def decode(data: bytes, *, exact: bool) -> Picture:
    """Return the first frame of the picture in ``data``; ``exact`` decodes all of its pixels.

    Raises:
        CannotHash: a refusal named above.
    """
    name = formats.format_of(data)
    opener = formats.opener_of(name)
    if opener is None:
        raise CannotHash(name if data else "empty")
    try:
        with contextlib.closing(opener(io.BytesIO(data))) as image:
            return _decode(image, exact)
    except CannotHash:
        raise
    except Image.DecompressionBombError:
        raise CannotHash("too_many_pixels") from None
    except MemoryError:
        raise CannotHash("no_memory") from None
    except Exception as error:
        # Pillow's decoders let out whatever a hostile file provokes; none of it may reach a caller.
        raise CannotHash("truncated" if "truncated" in str(error).lower() else "broken") from None


def _decode(image: ImageFile.ImageFile, exact: bool) -> Picture:
    columns, rows = image.size
    if min(columns, rows) < LEAST_SIDE:
        raise CannotHash("too_small")
    notes = _notes(image)
    scale = 1 if exact else _scale(image)
    if rows * columns > (MOST_PIXELS_REDUCED if scale > 1 else MOST_PIXELS):
        raise CannotHash("too_many_pixels")
    if scale > 1 or (image.format in ("JPEG", "MPO") and not exact and max(image.size) > FULL_SIDE):
        image.draft("L", (columns // scale, rows // scale))
    image.load()
    pixels = _pixels(image, notes)
    if pixels.shape[:2] != (-(-rows // scale), -(-columns // scale)):
        raise CannotHash("broken")
    return Picture(pixels, rows, columns, scale, tuple(notes))


def _scale(image: ImageFile.ImageFile) -> int:
    """Return by how much the decoder itself may reduce: only JPEG's can."""
    if image.format not in ("JPEG", "MPO") or max(image.size) <= FULL_SIDE:
        return 1
    if image.info.get("progressive") and image.width * image.height > MOST_PIXELS:
        return 1
    return next((scale for scale in (8, 4, 2) if min(image.size) // scale >= REDUCED_SIDE), 1)


def _notes(image: ImageFile.ImageFile) -> list[str]:
    notes = []
    # What follows the first frame, and the camera's notes, may be broken without harm to the picture.
    with contextlib.suppress(Exception):
        if getattr(image, "is_animated", False) or getattr(image, "n_frames", 1) > 1:
            notes.append("first_frame")
    with contextlib.suppress(Exception):
        if image.getexif().get(_ORIENTATION, 1) not in (0, 1):
            notes.append("orientation_ignored")
    return notes


def _pixels(image: Image.Image, notes: list[str]) -> NDArray[np.uint8]:
    mode = image.mode
    if mode in _WIDE:
        notes.append("sixteen_bits")
        return _high_bytes(np.asarray(image))
    if mode in _ALPHA or "transparency" in image.info:
        notes.append("alpha_ignored")
        image = image if mode == "RGBA" else image.convert("RGBA")
    elif mode == "CMYK":
        notes.append("cmyk")
        image = image.convert("RGB")
    elif mode == "1":
        image = image.convert("L")
    elif mode in ("P", "YCbCr", "HSV", "RGBX"):
        image = image.convert("RGB")
    elif mode not in ("L", "RGB"):
        raise CannotHash("colours_not_supported")
    pixels = np.asarray(image)
    return np.ascontiguousarray(pixels if pixels.ndim == 3 else pixels[:, :, None])


def _high_bytes(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    wide = values.astype(np.int64)
    if wide.min() < 0 or wide.max() > 0xFFFF:
        raise CannotHash("colours_not_supported")
    return np.ascontiguousarray((wide >> 8).astype(np.uint8)[:, :, None])
