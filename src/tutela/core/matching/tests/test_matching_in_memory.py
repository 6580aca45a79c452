"""A list in memory answers as an index folder does; a file's verdict follows from its fingerprints'."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tutela.core.matching import index
from tutela.core.matching.errors import UnknownList
from tutela.core.matching.files import outcome_of_file
from tutela.core.matching.fingerprints import SIZES, Fingerprint, Kind
from tutela.core.matching.in_memory import InMemoryIndex
from tutela.core.matching.lists import Entry, HashList
from tutela.core.matching.verdicts import Outcome, Verdict

LISTS = (
    HashList("hotline", radius=31),
    HashList("narrow", radius=8, minimum_quality=80),
    HashList("harmless", negative=True),
    HashList("old", active=False),
)


def flipped(value: bytes, bits: int, dice: random.Random) -> bytes:
    number = int.from_bytes(value, "big")
    for place in dice.sample(range(len(value) * 8), bits):
        number ^= 1 << place
    return number.to_bytes(len(value), "big")


def many(dice: random.Random) -> tuple[list[tuple[Entry, Fingerprint]], list[Fingerprint]]:
    rows, queries = [], []
    for number in range(400):
        kind = dice.choice(list(Kind))
        quality = dice.choice([None, 40, 60, 100]) if kind is Kind.PDQ else None
        one = Fingerprint(kind, dice.randbytes(SIZES[kind]), quality)
        rows.append((Entry(dice.choice(LISTS).name, f"e{number}", "a"), one))
        near = flipped(one.value, dice.choice([0, 0, 5, 9, 31, 32, 60]), dice)
        queries.append(Fingerprint(kind, near, dice.choice([None, 45, 100])))
        if dice.random() < 0.4:
            rows.append((Entry(dice.choice(LISTS).name, f"f{number}"), Fingerprint(kind, near, quality)))
    return rows, queries


@pytest.mark.parametrize("seed", range(5))
def test_the_verdicts_are_those_of_an_index_folder(seed: int, tmp_path: Path) -> None:
    rows, queries = many(random.Random(seed))
    few = InMemoryIndex(LISTS, rows)
    index.build(
        tmp_path / "index",
        LISTS,
        (index.Row(entry.list, entry.id, one, entry.classification) for entry, one in rows),
    )
    with index.open_index(tmp_path / "index", watch=False) as opened:
        for lists in (None, ("hotline",), ("hotline", "harmless")):
            for radius in (None, 0, 64):
                theirs = opened.lookup(queries, lists=lists, radius=radius)
                assert few.lookup(queries, lists=lists, radius=radius) == theirs
    assert {one.outcome for one in few.lookup(queries)} == set(Outcome)


def test_a_list_that_is_not_there_is_refused() -> None:
    few = InMemoryIndex(LISTS, [])
    with pytest.raises(UnknownList):
        few.lookup([], lists=["nobody"])
    with pytest.raises(ValueError, match="radius"):
        few.lookup([], radius=65)


@pytest.mark.parametrize(
    ("digest", "look", "file"),
    [
        (Outcome.NO_MATCH, Outcome.MATCH, Outcome.MATCH),
        (Outcome.MATCH, Outcome.NO_MATCH, Outcome.MATCH),
        (Outcome.MATCH, Outcome.KNOWN_GOOD, Outcome.MATCH),
        (Outcome.KNOWN_GOOD, Outcome.MATCH, Outcome.KNOWN_GOOD),
        (Outcome.KNOWN_GOOD, Outcome.NO_MATCH, Outcome.KNOWN_GOOD),
        (Outcome.NO_MATCH, Outcome.KNOWN_GOOD, Outcome.KNOWN_GOOD),
        (Outcome.NO_MATCH, Outcome.NO_MATCH, Outcome.NO_MATCH),
    ],
)
def test_a_digest_speaks_before_a_look(digest: Outcome, look: Outcome, file: Outcome) -> None:
    verdicts = [
        Verdict(Fingerprint(Kind.PDQ, bytes(32)), look, (), 0),
        Verdict(Fingerprint(Kind.SHA256, bytes(32)), digest, (), 0),
    ]
    assert outcome_of_file(verdicts) is file
    assert outcome_of_file(reversed(verdicts)) is file
