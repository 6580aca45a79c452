"""The inner loops of PDQ.

``downsample`` does what the reference does in the same order of operations and in the same precision, so
that every bit agrees: two passes of a moving average along each axis, then the middles of 64 × 64 cells. It
differs only in what it does at once: many rows or columns side by side, each with its own sum.

``weigh`` uses that the whole of it is linear: a cell is a weighted sum of the pixels around it, with
weights that fall off like a tent. It touches each pixel once, takes pixels that stand for ``scale`` ×
``scale`` others, and differs from the reference by rounding only when ``scale`` is 1.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numba import types
from numpy.typing import NDArray

from tutela.core.matching.compiling import compiled

Floats: TypeAlias = NDArray[np.float32]
Pixels: TypeAlias = NDArray[np.uint8]

GRID = 64
SIDE = 16
# Rows taken side by side: two vectors of 16 floats, enough to hide how long an addition takes.
LANES = 32

_PIXELS = types.Array(types.uint8, 3, "C", readonly=True)
_FLOATS = types.Array(types.float32, 2, "C")
_VECTOR = types.Array(types.float32, 1, "C")
_ONE, _HUNDRED, _MOST = np.float32(1), np.float32(100), np.float32(255)

# The first 16 waves of a cosine transform over 64 samples, the constant one left out.
WAVES = (
    np.float32(np.sqrt(2 / GRID))
    * np.cos(np.pi / 2 / GRID * np.arange(1, SIDE + 1)[:, None] * (2 * np.arange(GRID) + 1))
).astype(np.float32)
_WAVES_DOWN = np.ascontiguousarray(WAVES.T)


@compiled(types.int64(types.int64))
def window_of(length: int) -> int:
    """Return how many samples the moving average takes along an axis of ``length``."""
    return (length + 2 * GRID - 1) // (2 * GRID)


@compiled(types.int64(types.int64, types.int64))
def middle(cell: int, length: int) -> int:
    """Return the sample in the middle of a cell."""
    return int((cell + 0.5) * length / GRID)


@compiled(types.void(_FLOATS, _FLOATS, types.int64, _VECTOR))
def average(given: Floats, made: Floats, window: int, total: Floats) -> None:
    """Write the moving average of ``given`` down its first axis into ``made``; ``total`` is room for sums."""
    length, width = given.shape
    ahead = (window + 2) // 2
    count = np.float32(0)
    for k in range(width):
        total[k] = 0
    for i in range(ahead - 1):
        count += _ONE
        for k in range(width):
            total[k] += given[i, k]
    for i in range(length):
        if i + ahead <= length:
            for k in range(width):
                total[k] += given[i + ahead - 1, k]
            count += _ONE
        if i + ahead > window:
            for k in range(width):
                total[k] -= given[i + ahead - window - 1, k]
            count -= _ONE
        for k in range(width):
            made[i, k] = total[k] / count


@compiled(types.void(_PIXELS, types.int64, _FLOATS))
def read_rows(pixels: Pixels, first: int, tile: Floats) -> None:
    """Write the luma of ``LANES`` rows into ``tile``, a row of it for each column."""
    rows, columns, channels = pixels.shape
    green, blue = (1, 2) if channels >= 3 else (0, 0)
    for lane in range(min(LANES, rows - first)):
        for j in range(columns):
            tile[j, lane] = np.float32(
                pixels[first + lane, j, 0] * 0.299
                + pixels[first + lane, j, green] * 0.587
                + pixels[first + lane, j, blue] * 0.114
            )


@compiled(_FLOATS(_PIXELS))
def downsample(pixels: Pixels) -> Floats:
    """Return the 64 × 64 cells of a picture (rows × columns × 1, 3 or 4), as the reference makes them."""
    rows, columns, _ = pixels.shape
    across, down = window_of(columns), window_of(rows)
    tile, turned = np.zeros((columns, LANES), np.float32), np.empty((columns, LANES), np.float32)
    first, second = np.empty((rows, columns), np.float32), np.empty((rows, columns), np.float32)
    total, kept = np.empty(max(columns, LANES), np.float32), np.empty((rows, GRID), np.float32)
    for start in range(0, rows, LANES):
        read_rows(pixels, start, tile)
        average(tile, turned, across, total)
        for lane in range(min(LANES, rows - start)):
            for j in range(columns):
                first[start + lane, j] = turned[j, lane]
    average(first, second, down, total)
    for start in range(0, rows, LANES):
        lanes = min(LANES, rows - start)
        for lane in range(lanes):
            for j in range(columns):
                tile[j, lane] = second[start + lane, j]
        average(tile, turned, across, total)
        for cell in range(GRID):
            for lane in range(lanes):
                kept[start + lane, cell] = turned[middle(cell, columns), lane]
    smooth = np.empty((rows, GRID), np.float32)
    average(kept, smooth, down, np.empty(GRID, np.float32))
    cells = np.empty((GRID, GRID), np.float32)
    for cell in range(GRID):
        cells[cell] = smooth[middle(cell, rows)]
    return cells


@compiled(_FLOATS(_PIXELS))
def as_cells(pixels: Pixels) -> Floats:
    """Return the luma of a picture that is 64 × 64 already; the reference does not smooth it."""
    cells = np.empty((GRID, GRID), np.float32)
    tile = np.empty((GRID, LANES), np.float32)
    for start in range(0, GRID, LANES):
        read_rows(pixels, start, tile)
        cells[start : start + LANES] = tile.T
    return cells


@compiled(_FLOATS(types.int64, types.int64))
def tents(length: int, scale: int) -> Floats:
    """Return the weight of each pixel in each cell (64 × pixels), a pixel standing for ``scale`` samples."""
    window = window_of(length)
    ahead = (window + 2) // 2
    weights = np.zeros((GRID, (length + scale - 1) // scale), np.float32)
    for cell in range(GRID):
        at = middle(cell, length) + ahead
        low, high = max(0, at - window), min(length, at)
        for i in range(low, high):
            start, end = max(0, i + ahead - window), min(length, i + ahead)
            weight = 1.0 / ((high - low) * (end - start))
            for sample in range(start, end):
                weights[cell, sample // scale] += weight
    return weights


@compiled(_FLOATS(_PIXELS, _FLOATS, _FLOATS))
def weigh(pixels: Pixels, down: Floats, across: Floats) -> Floats:
    """Return the 64 × 64 cells of a picture by the weights that ``tents`` gave for its rows and columns."""
    rows, columns, channels = pixels.shape
    green, blue = (1, 2) if channels >= 3 else (0, 0)
    bands, luma = np.zeros((GRID, columns), np.float32), np.empty(columns, np.float32)
    for i in range(rows):
        for j in range(columns):
            luma[j] = (
                np.float32(0.299) * np.float32(pixels[i, j, 0])
                + np.float32(0.587) * np.float32(pixels[i, j, green])
                + np.float32(0.114) * np.float32(pixels[i, j, blue])
            )
        for cell in range(GRID):
            weight = down[cell, i]
            if weight != 0:
                for j in range(columns):
                    bands[cell, j] += weight * luma[j]
    cells = np.zeros((GRID, GRID), np.float32)
    for cell in range(GRID):
        for other in range(GRID):
            for j in range(columns):
                weight = across[other, j]
                if weight != 0:
                    cells[cell, other] += weight * bands[cell, j]
    return cells


@compiled(_FLOATS(_FLOATS))
def transform(cells: Floats) -> Floats:
    """Return the 16 × 16 lowest waves of 64 × 64 cells."""
    half, waves = np.zeros((SIDE, GRID), np.float32), np.zeros((SIDE, SIDE), np.float32)
    for i in range(SIDE):
        for k in range(GRID):
            for j in range(GRID):
                half[i, j] += WAVES[i, k] * cells[k, j]
    for i in range(SIDE):
        for k in range(GRID):
            for j in range(SIDE):
                waves[i, j] += half[i, k] * _WAVES_DOWN[k, j]
    return waves


@compiled(types.int64(_FLOATS))
def quality_of(cells: Floats) -> int:
    """Return how much there is to see in 64 × 64 cells, 0-100: the sum of the steps between neighbours."""
    steps = 0
    for i in range(GRID):
        for j in range(GRID):
            if i + 1 < GRID:
                steps += abs(int((cells[i, j] - cells[i + 1, j]) * _HUNDRED / _MOST))
            if j + 1 < GRID:
                steps += abs(int((cells[i, j] - cells[i, j + 1]) * _HUNDRED / _MOST))
    return min(100, steps // 90)
