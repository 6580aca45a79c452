"""The search for traces finds what lies somewhere, wherever it begins, and nothing else."""

from __future__ import annotations

import random

from tutela.testing.traces import Search, shapes

WANTED = [(mark, shape) for mark in ("walnut-cookie", "ფირუზი-ქოლგა") for shape in set(shapes(mark))]


def test_it_finds_what_reading_for_each_shape_finds() -> None:
    chance, search = random.Random(7), Search(WANTED)
    for _ in range(2000):
        content = bytearray(chance.choices(b"wal\0\xe1", k=chance.randrange(40)))
        for _ in range(chance.randrange(3)):
            _, shape = chance.choice(WANTED)
            at, until = chance.randrange(len(content) + 1), chance.choice((len(shape), len(shape) - 1))
            content[at:at] = shape[:until]
        found = {mark for mark, shape in WANTED if shape in content}
        assert search.names_in(bytes(content)) == found
