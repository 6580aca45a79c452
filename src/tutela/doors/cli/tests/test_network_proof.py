"""The demonstration's proof can fail, and what no demonstration made is never removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.doors.cli import stage
from tutela.doors.cli.network.counting import Counts
from tutela.doors.cli.network.proof import differences

HERE, THERE = "hotline.ge", "hotline.nl"


def table(said: Counts, heard: Counts) -> dict[str, dict[tuple[str, str], Counts]]:
    return {HERE: {(THERE, "ping"): said}, THERE: {(HERE, "ping"): heard}}


def test_the_same_number_by_every_account_is_no_difference() -> None:
    assert differences(table(Counts(said=3, acted_there=3), Counts(heard=3, acted_here=3))) == []


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (Counts(said=3, acted_there=3), Counts(heard=2, acted_here=2)),
        (Counts(said=3, acted_there=3), Counts(heard=4, acted_here=4)),
        (Counts(said=3, acted_there=3), Counts(heard=3, acted_here=2)),
        (Counts(said=3, acted_there=2), Counts(heard=3, acted_here=3)),
        (Counts(), Counts(heard=1, acted_here=1)),
    ],
    ids=["lost", "twice", "not acted on", "not receipted", "never said"],
)
def test_what_was_lost_or_done_twice_is_named(said: Counts, heard: Counts) -> None:
    (found, *_) = differences(table(said, heard))
    assert HERE in found
    assert THERE in found


def test_a_demonstration_is_made_anew_in_its_own_folder_only(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first = stage.folder_for(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    for name in (first.name, "hosting.nl"):
        (folder / name).mkdir()
        (folder / name / "node.toml").write_text('organisation = "Demo"\ndemo = true\n')
    assert stage.folder_for(folder) == first
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["letters.txt", "hotline.nl/node.toml"])
def test_what_no_demonstration_made_is_left_alone(tmp_path: Path, name: str) -> None:
    kept = tmp_path / name
    kept.parent.mkdir(exist_ok=True)
    kept.write_text('organisation = "Hotline"\n')
    with pytest.raises(FileExistsError, match="left alone"):
        stage.folder_for(tmp_path)
    assert kept.read_text() == 'organisation = "Hotline"\n'
