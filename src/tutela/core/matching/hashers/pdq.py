"""PDQ: a fingerprint of how a picture looks, 256 bits that stay nearly the same when it is copied.

The picture becomes 64 × 64 cells of luma, the cells their 16 × 16 lowest waves without the constant one,
and each bit says whether a wave is above their median. With ``exact``, or up to 512 pixels a side, hash and
quality agree with the ``pdqhash`` package in every bit. A larger picture is taken at reduced scale
(``kernels.weigh``), a JPEG from the low waves of its own blocks; over real photographs that moves 0 bits in
the median and 2 at most, 6 where they were enlarged (bench/hash.py; tests/test_hashers_drift.py keeps watch
over the promised 4 and 10).

A picture of quality 0 (one colour, or nearly) is refused as ``featureless``: its bits would be noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from tutela.core.matching.errors import CannotHash
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.hashers import examples, formats, kernels, pictures
from tutela.core.matching.hashers.kernels import GRID, SIDE, Floats
from tutela.core.matching.hashers.registry import Example
from tutela.core.matching.hashers.source import Source

VARIANTS = ("rotate90", "rotate180", "rotate270", "flip_x", "flip_y", "flip_plus1", "flip_minus1")
"""What the fingerprints of ``variants`` stand for, in the words and the order of the reference."""

_ODD = np.arange(SIDE) % 2 == 1
_SIGN = np.where(_ODD, 1, -1).astype(np.float32)
_BOTH = np.outer(_SIGN, _SIGN)

# What pdqhash 0.2.8 makes of the examples.
_RINGS = "fe89eee8de89bfe8dc8dfbe8748df980d28da5115a191411e83540630557a82f"
_NARROW = "6099cef439bfbfa473fceeeeff68bdcae398f99a863079e40040c70c58411001"
_SIXTY_FOUR = "5ecebda1fb6e5489f9d2f2e9d592eba95f121ea97c1baab5402b0552a807000b"
_LARGE = "fe89eee8de89bfe8dc8dfbe8748df980d28da5115a195411e83140630557a82f"


@dataclass(frozen=True, slots=True)
class Looks:
    """The lowest waves of a picture (16 × 16) and how much there is to see in it (0-100)."""

    waves: Floats
    quality: int


def looks_of(picture: pictures.Picture, *, exact: bool) -> Looks:
    """Return the waves and the quality of a picture, as the reference finds them when ``exact``."""
    cells = _cells(picture, exact)
    return Looks(kernels.transform(cells), kernels.quality_of(cells))


def fingerprint_of(waves: Floats, quality: int) -> Fingerprint:
    """Return the fingerprint of waves: a bit for each above the median, the last wave first."""
    flat = waves.ravel()
    bits = flat > np.partition(flat, flat.size // 2 - 1)[flat.size // 2 - 1]
    return Fingerprint(Kind.PDQ, np.packbits(bits[::-1]).tobytes(), quality)


def turned(waves: Floats) -> tuple[Floats, ...]:
    """Return the waves of the picture turned and mirrored, in the order of ``VARIANTS``."""
    down, across = waves * _SIGN[:, None], waves * _SIGN[None, :]
    return (across.T, waves * _BOTH, down.T, down, across, waves.T, (waves * _BOTH).T)


def _cells(picture: pictures.Picture, exact: bool) -> Floats:
    if (picture.rows, picture.columns) == (GRID, GRID):
        return kernels.as_cells(picture.pixels)
    if exact or picture.is_small:
        return kernels.downsample(picture.pixels)
    return kernels.weigh(
        picture.pixels, _tents(picture.rows, picture.scale), _tents(picture.columns, picture.scale)
    )


@lru_cache(maxsize=64)
def _tents(length: int, scale: int) -> Floats:
    return kernels.tents(length, scale)


def _looks(source: Source, exact: bool) -> Looks:
    picture = pictures.decode(source.content() if _is_picture(source.head) else source.head, exact=exact)
    for note in picture.notes:
        source.note(note)
    if not exact and not picture.is_small:
        source.note("reduced_scale")
    looks = looks_of(picture, exact=exact)
    if looks.quality == 0:
        raise CannotHash("featureless")
    return looks


def _is_picture(head: bytes) -> bool:
    return formats.opener_of(formats.format_of(head)) is not None


class PdqHasher:
    """Makes PDQ fingerprints."""

    kind = Kind.PDQ
    algorithm = ""
    EXAMPLES = (
        Example("rings", partial(examples.rings, 240, 320), _RINGS, 90),
        Example("narrow rings", partial(examples.rings, 97, 41), _NARROW, 79),
        Example("rings of 64 pixels", partial(examples.rings, 64, 64), _SIXTY_FOUR, 100),
        Example("large rings", partial(examples.rings, 600, 800), _LARGE, 89),
        Example("one colour", partial(examples.plain, 90, 90), refused="featureless"),
        Example("four rows", partial(examples.rings, 4, 90), refused="too_small"),
        Example("half a picture", lambda: examples.rings(90, 90)[:9000], refused="truncated"),
        Example("no bytes", bytes, refused="empty"),
        Example("a text", lambda: b"Not a picture, whatever its name says.\n", refused="not_a_picture"),
    )

    def needs_content(self, head: bytes) -> bool:
        """Whether a file that begins so is a picture, which must be kept whole."""
        return _is_picture(head)

    def hash(self, source: Source, exact: bool) -> Fingerprint:
        """Return the fingerprint of a picture.

        Raises:
            CannotHash: a refusal of ``pictures``, ``featureless`` or ``too_many_bytes``.
        """
        looks = source.once(f"looks {exact}", lambda: _looks(source, exact))
        return fingerprint_of(looks.waves, looks.quality)

    def variants(self, source: Source, exact: bool) -> tuple[Fingerprint, ...]:
        """Return the fingerprints of the picture turned and mirrored, in the order of ``VARIANTS``.

        Raises:
            CannotHash: as ``hash``.
        """
        looks = source.once(f"looks {exact}", lambda: _looks(source, exact))
        return tuple(fingerprint_of(waves, looks.quality) for waves in turned(looks.waves))


PDQ = PdqHasher()
