"""Marks that nothing may keep: every shape in which one could lie on a disk, and a search for all at once."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import numpy as np


def shapes(mark: str) -> Iterator[bytes]:
    """Every way in which a mark could lie on a disk without a key."""
    raw = mark.encode()
    yield raw
    yield mark.encode("utf-16-le")
    yield mark.encode("unicode_escape")
    yield quote(mark).encode()
    yield quote(mark.lower()).encode()
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    for shift in range(3):
        # The middle of the Base64 text does not depend on what stands around it.
        yield base64.b64encode(b"\0" * shift + raw)[4:-4]
        yield base64.urlsafe_b64encode(b"\0" * shift + raw)[4:-4]
    for algorithm in ("md5", "sha1", "sha256", "blake2b"):
        digest = hashlib.new(algorithm, raw).digest()
        yield digest
        yield digest.hex().encode()
        yield base64.b64encode(digest)[:-4]


class Search:
    """Looks for all shapes in one pass: one after the other, each would read every file again."""

    def __init__(self, wanted: Iterable[tuple[str, bytes]]) -> None:
        self._wanted: dict[bytes, list[tuple[str, bytes]]] = defaultdict(list)
        for name, shape in wanted:
            self._wanted[shape[:4]].append((name, shape))
        self._begins, self._goes_on = np.zeros(1 << 16, bool), np.zeros(1 << 16, bool)
        for head in self._wanted:
            first, second = np.frombuffer(head, "<u2")
            self._begins[first] = self._goes_on[second] = True

    def names_in(self, content: bytes) -> set[str]:
        """Return what lies in it."""
        found = set()
        for odd in (0, 1):
            pairs = np.frombuffer(content[odd : len(content) - (len(content) - odd) % 2], "<u2")
            places = np.flatnonzero(self._begins[pairs[:-1]] & self._goes_on[pairs[1:]])
            for at in (places * 2 + odd).tolist():
                shapes_here = self._wanted.get(content[at : at + 4], ())
                found |= {name for name, shape in shapes_here if content.startswith(shape, at)}
        return found
