"""What a scan's walk goes past and what it never opens."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tutela.doors.cli.scan import trees
from tutela.doors.cli.scan.places import Pace, Passed, Place, excluder, in_chunks


def walked(
    root: Path, *, exclude: tuple[str, ...] = (), one_file_system: bool = False
) -> tuple[list[str], Passed, list[tuple[str, str]]]:
    passed, named = Passed(), []
    walk = trees.Walk(
        trees.Tree(str(root), str(root)),
        0,
        excluded=excluder(exclude),
        unreadable=lambda place, reason: named.append((place.name, reason)),
        passed=passed,
        one_file_system=one_file_system,
    )
    return sorted(place.name for place in walk), passed, named


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("secret")
    root = tmp_path / "tree"
    (root / "a" / "b").mkdir(parents=True)
    for name in ("one", "a/two", "a/b/three", "a/b/three.tmp"):
        (root / name).write_text(name)
    return root


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_every_file_is_found_once_and_nothing_stays_open(tree: Path) -> None:
    before = open_descriptors()
    assert walked(tree)[0] == ["a/b/three", "a/b/three.tmp", "a/two", "one"]
    assert open_descriptors() == before


def test_a_walk_that_is_left_in_the_middle_gives_everything_back(tree: Path) -> None:
    before = open_descriptors()
    walk = iter(
        trees.Walk(
            trees.Tree(str(tree), str(tree)),
            0,
            excluded=excluder(()),
            unreadable=lambda *_: None,
            passed=Passed(),
        )
    )
    next(walk)
    walk.close()  # type: ignore[attr-defined]
    assert open_descriptors() == before


def test_links_pipes_and_sockets_are_passed_by_and_counted(tree: Path, tmp_path: Path) -> None:
    (tree / "link").symlink_to(tmp_path / "outside" / "secret")
    (tree / "way-out").symlink_to(tmp_path / "outside")
    (tree / "circle").symlink_to(tree)
    os.mkfifo(tree / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tree / "socket"))
        names, passed, named = walked(tree)
    assert names == ["a/b/three", "a/b/three.tmp", "a/two", "one"]
    assert (passed.links, passed.not_files, named) == (3, 2, [])


def test_what_is_excluded_is_not_entered(tree: Path) -> None:
    assert walked(tree, exclude=("*.tmp",))[0] == ["a/b/three", "a/two", "one"]
    assert walked(tree, exclude=("b",))[0] == ["a/two", "one"]
    assert walked(tree, exclude=("a/b/*",))[0] == ["a/two", "one"]
    names, passed, _ = walked(tree, exclude=("a",))
    assert (names, passed.excluded) == (["one"], 1)


def test_any_name_survives(tmp_path: Path) -> None:
    wild = [b"\xff\xfe", b"new\nline", b" ", b"-rf", b"\x1b[2J", "ქართული".encode()]
    for name in wild:
        (tmp_path / os.fsdecode(name)).write_text("x")
    assert sorted(map(os.fsencode, walked(tmp_path)[0])) == sorted(wild)


def test_a_single_file_may_be_named(tree: Path) -> None:
    assert walked(tree / "one")[0] == ["one"]
    assert trees.Tree("tree/one", str(tree / "one")).shown("one") == "tree/one"


def test_a_folder_too_deep_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    top = os.open(tmp_path, os.O_DIRECTORY)
    current = top
    for _ in range(trees.DEEPEST + 3):
        os.mkdir("d", dir_fd=current)
        deeper = os.open("d", os.O_DIRECTORY, dir_fd=current)
        os.close(current)
        current = deeper
    os.close(current)
    (tmp_path / "file").write_text("x")
    names, _, named = walked(tmp_path)
    assert names == ["file"]
    assert [(len(name.split("/")), reason) for name, reason in named] == [(trees.DEEPEST, "too_deep")]


def test_a_long_path_is_read(tmp_path: Path) -> None:
    """Longer than the 4096 bytes that the system takes in one call."""
    name = "n" * 200
    current = os.open(tmp_path, os.O_DIRECTORY)
    for _ in range(30):
        os.mkdir(name, dir_fd=current)
        deeper = os.open(name, os.O_DIRECTORY, dir_fd=current)
        os.close(current)
        current = deeper
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=current))
    os.close(current)
    (found,), _, _ = walked(tmp_path)
    tree = trees.Tree(str(tmp_path), str(tmp_path))
    os.close(tree.open_file(found))
    tree.close()


def test_a_link_is_never_followed_whatever_the_walk_saw(tree: Path, tmp_path: Path) -> None:
    """Between the walk and the reading somebody puts a link where a file, and where a folder was."""
    reader = trees.Tree(str(tree), str(tree))
    (tree / "one").unlink()
    (tree / "one").symlink_to(tmp_path / "outside" / "secret")
    with pytest.raises(OSError) as refused:
        reader.open_file("one")
    assert trees.reason_of(refused.value) == "link"
    (tree / "a").rename(tree / "was-a")
    (tree / "a").symlink_to(tmp_path / "outside")
    with pytest.raises(OSError) as refused:
        reader.open_file("a/secret")
    assert trees.reason_of(refused.value) == "vanished"
    reader.close()


def test_a_pipe_in_the_place_of_a_file_does_not_block(tree: Path) -> None:
    (tree / "one").unlink()
    os.mkfifo(tree / "one")
    reader = trees.Tree(str(tree), str(tree))
    with pytest.raises(trees.NotAFile):
        reader.open_file("one")
    reader.close()


def test_a_device_is_not_read() -> None:
    reader = trees.Tree("/dev", "/dev")
    with pytest.raises(trees.NotAFile):
        reader.open_file("zero")
    reader.close()


def test_chunks_are_small_in_files_and_in_bytes() -> None:
    pace = Pace(256)
    tiny = [len(chunk.places) for chunk in in_chunks((Place(0, str(n), 10, "") for n in range(600)), pace)]
    assert tiny == [256, 256, 88]
    large = (Place(0, str(n), 9_000_000, "") for n in range(5))
    assert [len(chunk.places) for chunk in in_chunks(large, pace)] == [2, 2, 1]


def test_chunks_grow_while_they_take_no_time_and_shrink_when_they_do() -> None:
    pace = Pace()
    sizes = []
    for chunk in in_chunks((Place(0, str(n), 10, "") for n in range(1000)), pace):
        sizes.append(len(chunk.places))
        pace.took(len(chunk.places), 0.0001 * len(chunk.places))
    assert sizes[:6] == [8, 16, 32, 64, 128, 256]
    for _ in range(9):
        pace.took(pace.files, 0.1 * pace.files)
    assert pace.files == 3
    pace.took(1, 1000)
    pace.took(1, 1000)
    assert pace.files == 1
