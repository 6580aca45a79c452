"""Bringing fingerprints into order, so that equal ones stand together."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def prefixes_of(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """Return the first eight bytes of each value as a number that orders as the bytes do."""
    return np.ascontiguousarray(values[:, :8]).view(">u8").ravel().astype(np.uint64)


def order_of(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Return the order that sorts ``values`` (n x size) by their bytes; equal ones keep their order."""
    prefixes = prefixes_of(values)
    order = np.argsort(prefixes, kind="stable")
    sorted_prefixes = prefixes[order]
    same = np.flatnonzero(sorted_prefixes[1:] == sorted_prefixes[:-1])
    if len(same):
        # Only where the first eight bytes are shared do the others decide.
        runs = np.split(same, np.flatnonzero(np.diff(same) > 1) + 1)
        if len(runs) > 10_000 or len(same) > len(values) // 4:
            return np.lexsort(values.T[::-1])
        for run in runs:
            part = slice(run[0], run[-1] + 2)
            inside = order[part]
            order[part] = inside[np.lexsort(values[inside].T[::-1])]
    return order


def first_of_equals(values: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
    """Return where in sorted ``values`` each different value begins, and at the end how many there are."""
    if not len(values):
        return np.zeros(1, np.int64)
    words = values.view(np.uint32).reshape(len(values), -1)
    different = np.flatnonzero((words[1:] != words[:-1]).any(axis=1)) + 1
    return np.concatenate([[0], different, [len(values)]])
