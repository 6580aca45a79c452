"""The state file: what survives a crash, and what is refused."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tutela.doors.cli.scan.places import Place
from tutela.doors.cli.scan.state import DIGEST, Done, State, StateRefused

ABOUT = {"paths": ["a"], "lists": ["b"]}


def place(number: int) -> Place:
    return Place(0, f"file-{number}", number, str(number))


def digest(state: State, number: int) -> bytes:
    return state.digest(f"tree/file-{number}", place(number))


def written(path: Path, chunks: int = 3) -> State:
    state = State(path, ABOUT, output_size=0)
    for number in range(chunks):
        state.totals.files += 1
        state.add([digest(state, number)], output=100 * (number + 1))
    state.close()
    return state


def test_what_was_done_is_known_again(tmp_path: Path) -> None:
    before = written(tmp_path / "state")
    state = State(tmp_path / "state", ABOUT, output_size=300)
    assert state.resumed
    assert (state.totals.files, state.output, len(state.done)) == (3, 300, 3)
    for number in range(3):
        assert digest(state, number) == digest(before, number)
        assert digest(state, number) in state.done
    assert digest(state, 3) not in state.done
    state.close()


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_line_cut_short_is_dropped_and_written_again(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "state"
    written(path)
    path.write_bytes(path.read_bytes()[:-cut])
    state = State(path, ABOUT, output_size=300)
    assert (state.totals.files, state.output) == (2, 200)
    assert digest(state, 2) not in state.done
    state.totals.files += 1
    state.add([digest(state, 2)], output=300)
    state.close()
    again = State(path, ABOUT, output_size=300)
    assert (again.totals.files, len(again.done)) == (3, 3)
    again.close()


def test_lines_whose_output_was_lost_do_not_count(tmp_path: Path) -> None:
    written(tmp_path / "state")
    state = State(tmp_path / "state", ABOUT, output_size=250)
    assert (state.totals.files, state.output) == (2, 200)
    state.close()


def test_a_first_line_cut_short_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_bytes(b'{"tutela_scan":1,"key":"00')
    state = State(path, ABOUT)
    assert not state.resumed
    state.close()
    state = State(path, ABOUT)
    assert state.resumed
    state.close()


def test_damage_in_the_middle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    written(path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], b"garbage\n", *lines[3:]]))
    with pytest.raises(StateRefused, match="line 3 is damaged"):
        State(path, ABOUT)


def test_the_state_of_another_scan_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "state"
    written(path)
    before = path.read_bytes()
    with pytest.raises(StateRefused, match="other lists"):
        State(path, {**ABOUT, "lists": ["c"]})
    assert path.read_bytes() == before
    path.write_text("somebody's letter\n")
    with pytest.raises(StateRefused, match="no state of a scan"):
        State(path, ABOUT)
    assert path.read_text() == "somebody's letter\n"


def test_two_scans_do_not_share_a_state(tmp_path: Path) -> None:
    state = State(tmp_path / "state", ABOUT)
    with pytest.raises(StateRefused, match="in use"):
        State(tmp_path / "state", ABOUT)
    state.close()


def test_the_state_names_no_file_and_is_private(tmp_path: Path) -> None:
    written(tmp_path / "state")
    assert b"file-" not in (tmp_path / "state").read_bytes()
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o600
    written(tmp_path / "other")
    lines = [(tmp_path / name).read_bytes().splitlines()[1:] for name in ("state", "other")]
    assert lines[0] != lines[1], "the same file stands for another digest in every state"


def test_a_changed_file_is_not_done(tmp_path: Path) -> None:
    state = written(tmp_path / "state")
    one = place(1)
    assert state.digest("a", one) != state.digest("a", Place(0, one.name, one.size + 1, one.version))
    assert state.digest("a", one) != state.digest("a", Place(0, one.name, one.size, one.version + "1"))
    assert state.digest("a", one) != state.digest("b", one)


def test_many_digests_are_told_apart() -> None:
    dice = random.Random(4)
    there = [dice.randbytes(DIGEST) for _ in range(5000)]
    twins = [one[:8] + dice.randbytes(8) for one in there[:50]]
    done = Done(b"".join([*there, *twins[:25]]))
    assert all(one in done for one in [*there, *twins[:25]])
    assert not any(one in done for one in twins[25:])
    assert not any(dice.randbytes(DIGEST) in done for _ in range(1000))
