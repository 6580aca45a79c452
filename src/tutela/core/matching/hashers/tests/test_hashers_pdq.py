"""PDQ against its reference, ``pdqhash``."""

from __future__ import annotations

import io

import numpy as np
import pdqhash
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from tutela.core.matching import hashers
from tutela.core.matching.fingerprints import RADIUS, Fingerprint, Kind
from tutela.core.matching.hashers import examples, kernels, pdq, pictures

SIDES = st.integers(5, 512) | st.sampled_from([5, 63, 64, 65, 127, 128, 129, 256, 511, 512])


def reference(pixels: NDArray[np.uint8]) -> Fingerprint:
    bits, quality = pdqhash.compute(pixels)
    return Fingerprint(Kind.PDQ, np.packbits(bits).tobytes(), quality)


def ours(pixels: NDArray[np.uint8]) -> Fingerprint:
    rows, columns = pixels.shape[:2]
    looks = pdq.looks_of(pictures.Picture(pixels, rows, columns, 1, ()), exact=False)
    return pdq.fingerprint_of(looks.waves, looks.quality)


def drawn(rows: int, columns: int, seed: int, steps: int) -> NDArray[np.uint8]:
    """Noise, or blocks of noise: what shows every rounding."""
    dice = np.random.default_rng(seed)
    coarse = dice.integers(0, 256, (rows // steps + 1, columns // steps + 1, 3), dtype=np.uint8)
    return np.ascontiguousarray(coarse.repeat(steps, 0).repeat(steps, 1)[:rows, :columns])


@settings(max_examples=120, deadline=None)
@given(SIDES, SIDES, st.integers(0, 2**32), st.integers(1, 40))
def test_every_bit_and_the_quality_agree_with_the_reference_up_to_512_pixels(
    rows: int, columns: int, seed: int, steps: int
) -> None:
    pixels = drawn(rows, columns, seed, steps)
    assert ours(pixels) == reference(pixels)


@settings(max_examples=30, deadline=None)
@given(SIDES, SIDES, st.integers(0, 2**32))
def test_grey_pixels_agree_with_the_reference(rows: int, columns: int, seed: int) -> None:
    grey = drawn(rows, columns, seed, 9)[:, :, :1]
    assert ours(np.ascontiguousarray(grey)) == reference(grey.repeat(3, axis=2))


@pytest.mark.parametrize("shape", [(64, 64), (640, 900), (1200, 520), (5, 3000)])
def test_the_exact_path_agrees_with_the_reference_at_any_size(shape: tuple[int, int]) -> None:
    pixels = drawn(*shape, seed=7, steps=3)
    cells = kernels.as_cells(pixels) if shape == (64, 64) else kernels.downsample(pixels)
    found = pdq.fingerprint_of(kernels.transform(cells), kernels.quality_of(cells))
    assert found == reference(pixels)


@pytest.mark.parametrize("seed", range(5))
def test_the_variants_are_those_of_the_reference(seed: int) -> None:
    pixels = drawn(200 + seed, 300, seed, 20)
    expected = [np.packbits(bits).tobytes() for bits in pdqhash.compute_dihedral(pixels)[0]]
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    hashed = hashers.hash_bytes(buffer.getvalue(), ["pdq"], variants=True)
    found = [one.value for one in (*hashed.fingerprints, *hashed.variants)]
    assert found == expected
    assert len(hashed.variants) == len(pdq.VARIANTS)


def test_a_variant_is_near_the_fingerprint_of_the_picture_that_was_turned() -> None:
    data = examples.rings(400, 400)
    hashed = hashers.hash_bytes(data, ["pdq"], variants=True)
    with Image.open(io.BytesIO(data)) as image:
        buffer = io.BytesIO()
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(buffer, "PNG")
    mirrored = hashers.hash_bytes(buffer.getvalue(), ["pdq"]).fingerprints[0]
    near = [
        int.from_bytes(one.value, "big") ^ int.from_bytes(mirrored.value, "big") for one in hashed.variants
    ]
    best = min(range(len(near)), key=lambda number: near[number].bit_count())
    assert pdq.VARIANTS[best] == "flip_y"
    assert near[best].bit_count() <= RADIUS


def test_a_large_picture_says_that_a_shortcut_was_taken_and_exact_takes_none() -> None:
    data = examples.rings(600, 800)
    short, exact = (hashers.hash_bytes(data, ["pdq"], exact=exact) for exact in (False, True))
    assert "reduced_scale" in short.notes
    assert "reduced_scale" not in exact.notes


def test_tents_weigh_every_cell_fully_at_each_scale() -> None:
    for length in (513, 1000, 4001):
        for scale in (1, 2, 4, 8):
            weights = kernels.tents(length, scale)
            assert weights.shape == (64, -(-length // scale))
            assert np.allclose(weights.sum(axis=1), 1, atol=1e-5)
