"""Real photographs of ordinary things, larger than 512 pixels, and how far the short way to PDQ moves on
them.

They are what scikit-image and Matplotlib ship in their wheels: a cup, motorcycles, a rocket, galaxies, an
eye's fundus, a cell, a portrait of Admiral Grace Hopper. There are few, so they are also taken saved as
JPEG (which is what the short way shortens); others that are smaller are enlarged to what a camera makes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from PIL import Image

from tutela.core.matching import hashers
from tutela.core.matching.fingerprints import Fingerprint, Kind

LARGE = (
    "skimage/data/coffee.png",
    "skimage/data/motorcycle_left.png",
    "skimage/data/motorcycle_right.png",
    "skimage/data/hubble_deep_field.jpg",
    "skimage/data/retina.jpg",
    "skimage/data/cell.png",
    "skimage/data/rocket.jpg",
    "matplotlib/mpl-data/sample_data/grace_hopper.jpg",
)
SMALL = (
    "skimage/data/astronaut.png",
    "skimage/data/brick.png",
    "skimage/data/camera.png",
    "skimage/data/chelsea.png",
    "skimage/data/coins.png",
    "skimage/data/grass.png",
    "skimage/data/gravel.png",
    "skimage/data/ihc.png",
    "skimage/data/moon.png",
)
SETS = {"shipped": 0, "as_jpeg": 0, "enlarged_to_1600": 1600, "enlarged_to_4000": 4000}
"""Each set's name and the length in pixels to which its photographs are enlarged."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """One photograph: its name and its file."""

    name: str
    data: bytes


@cache
def photographs(of: str) -> tuple[Photograph, ...]:
    """Return the photographs of one of ``SETS``."""
    return tuple(_photograph(path, of) for path in (SMALL if SETS[of] else LARGE))


def _photograph(path: str, of: str) -> Photograph:
    package, _, rest = path.partition("/")
    data = resources.files(package).joinpath(rest).read_bytes()
    return Photograph(path.rpartition("/")[2], data if of == "shipped" else _as_jpeg(data, SETS[of]))


def by_the_full_path(data: bytes) -> Fingerprint:
    """Return what ``pdqhash`` makes of all pixels that Pillow decodes."""
    import pdqhash

    with Image.open(io.BytesIO(data)) as image:
        bits, quality = pdqhash.compute(np.asarray(image.convert("RGB")))
    return Fingerprint(Kind.PDQ, np.packbits(bits).tobytes(), quality)


def drift(data: bytes) -> int:
    """Return the bits between the short way's fingerprint and the full path's."""
    (found,) = hashers.hash_bytes(data, ["pdq"]).fingerprints
    full = by_the_full_path(data)
    return (int.from_bytes(found.value, "big") ^ int.from_bytes(full.value, "big")).bit_count()


def _as_jpeg(data: bytes, length: int) -> bytes:
    with Image.open(io.BytesIO(data)) as opened:
        image = opened.convert("RGB")
    if length:
        factor = length / max(image.size)
        image = image.resize(
            (round(image.width * factor), round(image.height * factor)), Image.Resampling.BICUBIC
        )
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
