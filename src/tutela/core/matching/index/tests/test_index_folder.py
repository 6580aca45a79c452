"""The folder of an index: what is committed counts everywhere, what is broken is refused, nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from tutela.core.matching import index
from tutela.core.matching.errors import BadFingerprint, IndexBroken, IndexBusy, NoIndex, UnknownList
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.index import journal, snapshot
from tutela.core.matching.lists import HashList
from tutela.core.matching.verdicts import Outcome, Reason

RANDOM = np.random.default_rng(11)
LISTS = (HashList("first", radius=31), HashList("narrow", radius=4), HashList("good", negative=True))


def _pdq(quality: int | None = 90) -> Fingerprint:
    return Fingerprint(Kind.PDQ, RANDOM.bytes(32), quality)


def _near(one: Fingerprint, bits: int) -> Fingerprint:
    spread = np.unpackbits(np.frombuffer(one.value, np.uint8))
    spread[RANDOM.choice(256, bits, replace=False)] ^= 1
    return Fingerprint(one.kind, np.packbits(spread).tobytes(), one.quality)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def known(folder: Path) -> list[Fingerprint]:
    """An index of three thousand pictures in one list, with their SHA-256 beside them."""
    pictures = [_pdq() for _ in range(3_000)]
    rows = [index.Row("first", f"picture-{number}", one, "B2") for number, one in enumerate(pictures)]
    rows += [
        index.Row("first", f"picture-{number}", Fingerprint(Kind.SHA256, one.value[::-1]))
        for number, one in enumerate(pictures)
    ]
    index.build(folder, LISTS, rows)
    return pictures


def _hits(opened: index.Index, one: Fingerprint) -> list[tuple[str, str, int]]:
    return [(hit.list, hit.entry, hit.distance) for hit in opened.lookup([one])[0].hits]


def test_a_verdict_says_list_entry_distance_and_why(folder: Path, known: list[Fingerprint]) -> None:
    with index.open_index(folder) as opened:
        near, equal, far = opened.lookup(
            [_near(known[7], 31), Fingerprint(Kind.SHA256, known[7].value[::-1]), _pdq()]
        )
    (hit,) = near.hits
    assert (hit.list, hit.entry, hit.classification, hit.distance) == ("first", "picture-7", "B2", 31)
    assert (hit.quality, hit.counts, hit.reason) == (90, True, Reason.WITHIN_RADIUS)
    assert equal.hits[0].reason is Reason.IDENTICAL
    assert (far.outcome, far.hits, far.found) == (Outcome.NO_MATCH, (), 0)


def test_each_list_has_its_own_radius_and_the_asker_may_choose_another(folder: Path) -> None:
    picture = _pdq()
    index.build(folder, LISTS, [index.Row("first", "a", picture), index.Row("narrow", "b", picture)])
    with index.open_index(folder) as opened:
        far = _near(picture, 10)
        assert _hits(opened, far) == [("first", "a", 10)]
        assert opened.lookup([far], radius=10)[0].found == 2
        assert opened.lookup([far], radius=9)[0].found == 0
        assert opened.lookup([far], lists=["narrow"])[0].found == 0
        with pytest.raises(UnknownList):
            opened.lookup([far], lists=["nobody"])
        with pytest.raises(ValueError, match="radius"):
            opened.lookup([far], radius=65)


def test_one_value_in_several_entries_is_named_each_time(folder: Path) -> None:
    one = Fingerprint(Kind.MD5, RANDOM.bytes(16))
    index.build(folder, LISTS, [index.Row("first", f"e{n}", one) for n in range(5)])
    with index.open_index(folder) as opened:
        verdict = opened.lookup([one], limit=2)[0]
    assert (len(verdict.hits), verdict.found) == (2, 5)


def test_an_addition_and_a_withdrawal_count_for_who_has_the_index_open(
    folder: Path, known: list[Fingerprint]
) -> None:
    added = _pdq()
    with index.open_index(folder, watch=False) as opened, index.write_index(folder) as writer:
        writer.put("narrow", "new", [added])
        writer.withdraw("first", "picture-3")
        opened.refresh()
        assert _hits(opened, added) == [], "it counts before it is committed"
        writer.commit()
        assert opened.refresh()
        assert _hits(opened, added) == [("narrow", "new", 0)]
        assert _hits(opened, known[3]) == []
        assert _hits(opened, Fingerprint(Kind.SHA256, known[3].value[::-1])) == []
        writer.put("first", "picture-3", [known[3]])
        writer.commit()
        opened.refresh()
        assert _hits(opened, known[3]) == [("first", "picture-3", 0)]


def test_an_entry_that_is_put_again_has_its_new_fingerprints_only(
    folder: Path, known: list[Fingerprint]
) -> None:
    other = _pdq()
    with index.write_index(folder) as writer:
        writer.put("first", "picture-5", [other], "A1")
        writer.commit()
    for _ in range(2):
        with index.open_index(folder) as opened:
            assert _hits(opened, known[5]) == []
            assert opened.lookup([other])[0].hits[0].classification == "A1"
        index.merge(folder)


def test_a_merge_keeps_what_counts_and_nothing_else(folder: Path, known: list[Fingerprint]) -> None:
    added = [_pdq() for _ in range(20)]
    with index.write_index(folder) as writer:
        for number, one in enumerate(added):
            writer.put("narrow", f"a much longer id {number}", [one], "C")
        for number in range(0, 3_000, 3):
            writer.withdraw("first", f"picture-{number}")
        writer.withdraw("narrow", "a much longer id 4")
        writer.put_list(HashList("first", radius=5))
        status = writer.merge()
    assert (status.added, status.withdrawn, status.entries) == (
        0,
        0,
        {"first": 4_000, "narrow": 19, "good": 0},
    )
    index.verify(folder)
    with index.open_index(folder) as opened:
        assert [bool(_hits(opened, known[number])) for number in range(6)] == [False, True, True] * 2
        assert _hits(opened, _near(known[1], 6)) == []
        assert _hits(opened, added[3]) == [("narrow", "a much longer id 3", 0)]
        assert _hits(opened, added[4]) == []


def test_what_is_committed_while_a_merge_runs_is_not_lost(
    folder: Path, known: list[Fingerprint], monkeypatch: pytest.MonkeyPatch
) -> None:
    during, before = _pdq(), _pdq()
    with index.write_index(folder) as writer:
        writer.put("first", "before", [before])
        writer.commit()
        write = snapshot.write

        def slow(*given: object) -> Path:
            writer.put("first", "during", [during])
            writer.withdraw("first", "picture-1")
            writer.commit()
            return write(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(snapshot, "write", slow)
        index.merge(folder)
        writer.put("first", "after", [known[1]])
        writer.commit()
    with index.open_index(folder) as opened:
        assert _hits(opened, during) == [("first", "during", 0)]
        assert _hits(opened, before) == [("first", "before", 0)]
        assert _hits(opened, known[1]) == [("first", "after", 0)]


def test_a_list_that_is_dropped_goes_with_its_entries(folder: Path, known: list[Fingerprint]) -> None:
    with index.write_index(folder) as writer:
        writer.drop_list("first")
        writer.commit()
        with index.open_index(folder) as opened:
            assert opened.lookup([known[0]])[0].found == 0
            assert {one.name for one in opened.lists()} == {"narrow", "good"}
        assert writer.merge().entries == {"narrow": 0, "good": 0}


def test_only_one_writes_at_a_time(folder: Path, known: list[Fingerprint]) -> None:
    with index.write_index(folder), pytest.raises(IndexBusy), index.write_index(folder):
        pass


def test_what_must_never_be_matched_cannot_be_put(folder: Path, known: list[Fingerprint]) -> None:
    with index.write_index(folder) as writer:
        with pytest.raises(BadFingerprint):
            writer.put("first", "x", [Fingerprint(Kind.PDQ, bytes(32), 100)])
        with pytest.raises(ValueError, match="entry"):
            writer.put("first", "", [_pdq()])
        with pytest.raises(UnknownList):
            writer.put("nobody", "x", [_pdq()])


def test_half_a_commit_does_not_count_and_is_written_over(folder: Path, known: list[Fingerprint]) -> None:
    kept, torn, later = _pdq(), _pdq(), _pdq()
    with index.write_index(folder) as writer:
        writer.put("first", "kept", [kept])
        writer.commit()
    path = journal.path_of(folder, 1)
    whole = journal.framed(journal.put("first", "torn", (torn,), "")) + journal.framed(journal.COMMIT)
    with path.open("ab") as file:
        file.write(whole[:-3])
    with index.open_index(folder, watch=False) as opened:
        assert (_hits(opened, kept) != [], _hits(opened, torn)) == (True, [])
        with index.write_index(folder) as writer:
            writer.put("first", "later", [later])
            writer.commit()
        opened.refresh()
        assert (_hits(opened, later) != [], _hits(opened, torn)) == (True, [])


@pytest.mark.parametrize("harm", ["shorter", "missing", "manifest", "no manifest", "version"])
def test_a_snapshot_that_is_not_whole_is_refused(folder: Path, known: list[Fingerprint], harm: str) -> None:
    at = folder / "snapshot-000001"
    match harm:
        case "shorter":
            os.truncate(at / "pdq.values", 32 * 2_999)
        case "missing":
            (at / "pdq.nexts").unlink()
        case "manifest":
            text = (at / "manifest.json").read_text()
            (at / "manifest.json").write_text(text.replace('"radius": 31', '"radius": 64'))
        case "no manifest":
            (at / "manifest.json").unlink()
        case "version":
            said = json.loads((at / "manifest.json").read_text())["snapshot"] | {"version": 99}
            snapshot._write_manifest(at, said)
    with pytest.raises(IndexBroken):
        index.open_index(folder)


def test_a_flipped_bit_is_found_by_verify(folder: Path, known: list[Fingerprint]) -> None:
    path = folder / "snapshot-000001" / "pdq.numbers"
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexBroken, match=r"pdq\.numbers"):
        index.verify(folder)


def test_a_broken_new_snapshot_leaves_the_open_one_at_work(folder: Path, known: list[Fingerprint]) -> None:
    with index.open_index(folder, watch=False) as opened:
        shutil.copytree(folder / "snapshot-000001", folder / "snapshot-000002")
        (folder / "snapshot-000002" / "manifest.json").write_text("{}")
        (folder / "current").write_text("2\n")
        assert not opened.refresh()
        assert _hits(opened, known[0]) == [("first", "picture-0", 0)]


def test_a_folder_without_an_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoIndex):
        index.open_index(tmp_path)
    with pytest.raises(NoIndex), index.write_index(tmp_path):
        pass


def test_an_empty_index_answers(folder: Path) -> None:
    assert index.build(folder, LISTS, []).fingerprints == {}
    with index.open_index(folder) as opened:
        assert opened.lookup([_pdq(), Fingerprint(Kind.MD5, RANDOM.bytes(16))])[1].found == 0
        assert opened.lookup([]) == []
