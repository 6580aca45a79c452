"""Code that was compiled once is found again, also by a process that can write nowhere."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from numba import types

from tutela.core.matching.compiling import compiled

MODULE = """
from numba import types
from tutela.core.matching.compiling import compiled

@compiled(types.int64(types.int64))
def double(number):
    return 2 * number
"""
ASK = """
import sys
sys.dont_write_bytecode = True
import doubling
kept = doubling.double.stats
print(doubling.double(21), sum(kept.cache_hits.values()), sum(kept.cache_misses.values()))
"""
DROP_FROM_BOUNDING_SET, OVERRIDE_PERMISSIONS = 24, 1


def _as_everybody() -> None:
    """Let permissions bind root too, once a program is started."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, OVERRIDE_PERMISSIONS, 0, 0, 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "package"
    made.mkdir()
    (made / "doubling.py").write_text(MODULE)
    (tmp_path / "home").mkdir()
    return made


def ask(folder: Path, **environment: str) -> list[int]:
    """Return what twice 21 is in a new process, and how often its code was found and missed."""
    home = folder.parent / "home"
    base = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env=base | {"HOME": str(home), "PYTHONPATH": str(folder)} | environment,
        preexec_fn=_as_everybody,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [int(number) for number in done.stdout.split()]


def close(*folders: Path) -> None:
    for folder in folders:
        for path in (*folder.rglob("*"), folder):
            path.chmod(0o555 if path.is_dir() else 0o444)


def test_the_second_process_finds_what_the_first_compiled(folder: Path) -> None:
    assert ask(folder) == [42, 0, 1]
    assert ask(folder) == [42, 1, 0]


def test_a_process_that_can_write_nowhere_finds_what_was_compiled_before(folder: Path) -> None:
    ask(folder)
    close(folder, folder.parent / "home")
    assert ask(folder) == [42, 1, 0]


def test_a_process_that_can_write_nowhere_and_finds_nothing_compiles_for_itself(folder: Path) -> None:
    close(folder, folder.parent / "home")
    assert ask(folder) == [42, 0, 1]
    assert ask(folder) == [42, 0, 1]


def test_a_package_that_cannot_be_written_to_is_kept_in_the_users_cache(folder: Path) -> None:
    close(folder)
    assert ask(folder) == [42, 0, 1]
    assert ask(folder) == [42, 1, 0]


def test_a_named_folder_goes_first(folder: Path, tmp_path: Path) -> None:
    named = tmp_path / "named"
    ask(folder, NUMBA_CACHE_DIR=str(named))
    assert list(named.rglob("*.nbc"))
    assert not list(folder.rglob("*.nbc"))


def test_a_function_that_stands_in_no_file_is_compiled_all_the_same() -> None:
    place: dict[str, Callable[[int], int]] = {}
    exec("def double(number):\n    return 2 * number\n", place)
    assert compiled(types.int64(types.int64))(place["double"])(21) == 42


def test_another_type_is_an_error_when_signatures_were_given_and_compiled_when_not() -> None:
    def double(number):
        return 2 * number

    with pytest.raises(TypeError):
        compiled(types.int64(types.int64))(double)("text")
    assert compiled()(double)(1.5) == 3.0
