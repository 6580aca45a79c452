"""Code that was compiled once is found again, also by a process that can write nowhere."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from numba import types

from tutela.core.matching.compiling import compiled
from tutela.testing import loaded

MODULE = """
from numba import types
from tutela.core.matching.compiling import compiled

@compiled(types.int64(types.int64))
def double(number):
    return 2 * number
"""
ASK = """
import ctypes, os, sys
sys.dont_write_bytecode = True
sys.path.insert(0, os.environ["PACKAGE"])
version, capabilities = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
ctypes.CDLL(None).capget(version, capabilities)
capabilities[0] &= ~(1 << 1)  # permissions bind root too
assert ctypes.CDLL(None).capset(version, capabilities) == 0
from numba.core import config
config.reload_config()  # a forked process has read another environment
import doubling
kept = doubling.double.stats
print(doubling.double(21), sum(kept.cache_hits.values()), sum(kept.cache_misses.values()))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "package"
    made.mkdir()
    (made / "doubling.py").write_text(MODULE)
    (tmp_path / "home").mkdir()
    return made


def ask(folder: Path, *, from_nothing: bool = False, **environment: str) -> list[int]:
    """Return what twice 21 is in another process, and how often its code was found and missed."""
    environment |= loaded.plain() | {"HOME": str(folder.parent / "home"), "PACKAGE": str(folder)}
    if from_nothing:
        done = subprocess.run(
            [sys.executable, "-c", ASK],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    else:
        done = loaded.run(code=ASK, environment=environment, of="tools", seconds=300)
    assert done.returncode == 0, done.stderr
    return [int(number) for number in done.stdout.split()]


def close(*folders: Path) -> None:
    for folder in folders:
        for path in (*folder.rglob("*"), folder):
            path.chmod(0o555 if path.is_dir() else 0o444)


def test_the_second_process_finds_what_the_first_compiled(folder: Path) -> None:
    assert ask(folder, from_nothing=True) == [42, 0, 1]
    assert ask(folder, from_nothing=True) == [42, 1, 0]


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
