"""How far the fingerprint of a large photograph may move: 4 bits in the median, never over 10.

The photographs are those that scikit-image and Matplotlib ship in their wheels and that are larger than 512
pixels, as they are shipped and saved as JPEG, and smaller ones enlarged. The full path is ``pdqhash`` on all
pixels that Pillow decodes. ``bench/hash.py`` prints the distribution.
"""

from __future__ import annotations

import statistics

import pytest

from tutela.core.matching import hashers
from tutela.testing import photographs

pdqhash = pytest.importorskip("pdqhash")
MEDIAN, MOST = 4, 10


@pytest.mark.parametrize("name", ["shipped", "as_jpeg", "enlarged_to_1600"])
def test_the_short_way_stays_near_the_full_path(name: str) -> None:
    drifts = {one.name: photographs.drift(one.data) for one in photographs.photographs(name)}
    assert len(drifts) >= 8
    assert statistics.median(drifts.values()) <= MEDIAN, drifts
    assert max(drifts.values()) <= MOST, drifts


@pytest.mark.parametrize("name", ["shipped", "as_jpeg"])
def test_exact_is_the_full_path_in_every_bit(name: str) -> None:
    for one in photographs.photographs(name):
        (found,) = hashers.hash_bytes(one.data, ["pdq"], exact=True).fingerprints
        assert found == photographs.by_the_full_path(one.data), one.name


def test_quality_moves_little() -> None:
    for one in photographs.photographs("as_jpeg"):
        (found,) = hashers.hash_bytes(one.data, ["pdq"]).fingerprints
        full = photographs.by_the_full_path(one.data).quality
        assert found.quality is not None
        assert full is not None
        assert abs(found.quality - full) <= 2, one.name
