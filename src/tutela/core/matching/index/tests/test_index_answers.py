"""Promises about pictures that very many entries resemble: the same verdict, without looking at each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutela.core.matching import index
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.index import Row
from tutela.core.matching.lists import HashList
from tutela.core.matching.verdicts import Outcome

LISTS = (
    HashList("known"), HashList("narrow", radius=9), HashList("good", negative=True),
    HashList("resting", active=False), HashList("strict", minimum_quality=90),
)  # fmt: skip
BASE = bytes(range(32))


def _near(bits: int, seed: int) -> bytes:
    value = int.from_bytes(BASE, "little")
    for bit in np.random.default_rng(seed).choice(256, bits, replace=False).tolist():
        value ^= 1 << bit
    return value.to_bytes(32, "little")


@pytest.fixture
def crowd(tmp_path: Path) -> Path:
    chance = np.random.default_rng(3)
    rows = [
        Row(
            LISTS[number % len(LISTS)].name,
            f"entry{number}",
            Fingerprint(Kind.PDQ, _near(int(chance.integers(4, 30)), number % 1_500), 40 + number % 61),
        )
        for number in range(3_000)
    ]
    index.build(tmp_path / "index", LISTS, rows)
    return tmp_path / "index"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lists=st.sets(st.sampled_from([one.name for one in LISTS]), min_size=1),
    limit=st.integers(0, 12), quality=st.sampled_from([None, 45, 70, 100]),
    quarantined=st.frozensets(st.integers(0, 2_999), max_size=300), withdrawn=st.booleans(),
)  # fmt: skip
def test_what_is_not_looked_at_changes_no_verdict(
    crowd: Path,
    lists: set[str],
    limit: int,
    quality: int | None,
    quarantined: frozenset[int],
    withdrawn: bool,
) -> None:
    asked = Fingerprint(Kind.PDQ, BASE, quality)
    named = frozenset((LISTS[number % len(LISTS)].name, f"entry{number}") for number in quarantined)
    if withdrawn:
        with index.write_index(crowd) as to:
            to.withdraw("known", "entry0")
            to.commit()
    with index.open_index(crowd, watch=False) as opened:
        whole = opened.lookup([asked], lists=lists, limit=None, quarantined=named)[0]
        some = opened.lookup([asked], lists=lists, limit=limit, quarantined=named)[0]
    assert (some.outcome, some.found) == (whole.outcome, whole.found)
    assert [(hit.counts, hit.distance) for hit in some.hits] == [
        (hit.counts, hit.distance) for hit in whole.hits[:limit]
    ]


def test_an_entry_of_the_crowd_that_was_withdrawn_is_not_counted(crowd: Path) -> None:
    asked = Fingerprint(Kind.PDQ, BASE, 100)
    with index.open_index(crowd, watch=False) as opened, index.write_index(crowd) as to:
        before = opened.lookup([asked], lists=["known"])[0]
        to.withdraw("known", before.hits[0].entry)
        to.commit()
        opened.refresh()
        after = opened.lookup([asked], lists=["known"])[0]
    assert before.outcome is after.outcome is Outcome.MATCH
    assert after.found == before.found - 1 > 500
    assert before.hits[0].entry not in {hit.entry for hit in after.hits}


def test_a_crowd_on_a_list_that_asks_for_a_better_picture_hides_no_match(tmp_path: Path) -> None:
    """What is asked is too poor for one list and good enough for another, which lies further away."""
    rows = [Row("strict", f"entry{n}", Fingerprint(Kind.PDQ, _near(4, n), 100)) for n in range(200)]
    rows.append(Row("known", "the one", Fingerprint(Kind.PDQ, _near(20, 0), 100)))
    index.build(tmp_path / "index", LISTS, rows)
    with index.open_index(tmp_path / "index", watch=False) as opened:
        (verdict,) = opened.lookup([Fingerprint(Kind.PDQ, BASE, 70)])
    assert verdict.outcome is Outcome.MATCH
    assert [hit.entry for hit in verdict.hits if hit.counts] == ["the one"]
    assert verdict.found == 201


def test_a_crowd_hides_no_known_good_that_somebody_doubts(tmp_path: Path) -> None:
    """Quarantine is for what would count; known good silences all the same."""
    rows = [Row("resting", f"entry{n}", Fingerprint(Kind.PDQ, _near(4, n), 100)) for n in range(200)]
    rows.append(Row("good", "doubted", Fingerprint(Kind.PDQ, _near(8, 0), 100)))
    rows.append(Row("known", "further", Fingerprint(Kind.PDQ, _near(20, 0), 100)))
    index.build(tmp_path / "index", LISTS, rows)
    asked, doubted = Fingerprint(Kind.PDQ, BASE, 100), frozenset({("good", "doubted")})
    with index.open_index(tmp_path / "index", watch=False) as opened:
        outcomes = [
            opened.lookup([asked], limit=limit, quarantined=doubted)[0].outcome for limit in (None, 100)
        ]
    assert outcomes == [Outcome.KNOWN_GOOD] * 2
