"""The plugin that shares a run between processes: whatever happens to one of them, no test is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tutela.testing import loaded
from tutela.testing.processes import wait_for

_GOES_WELL = """
import os, pytest

@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    made = tmp_path_factory.mktemp("made")
    yield made
    open("torn-down", "a").write("x")

@pytest.mark.parametrize("number", range(5))
def test_fine(number, kept, tmp_path):
    assert tmp_path.parent.name == "popen-" + os.environ["PYTEST_XDIST_WORKER"]
"""
_FAILS = """
import warnings

def test_wrong():
    print("what it said")
    assert 1 == 2

def test_warns():
    warnings.warn("soon gone", DeprecationWarning)
"""
_DIES = """
import os

def test_killed():
    os._exit(3)

def test_never_begun():
    pass
"""
_WAITS = (
    _GOES_WELL
    + """
def test_waits(kept):
    open("waiting", "w").close()
    __import__("time").sleep(60)
"""
)


def _start(folder: Path, **files: str) -> subprocess.Popen[str]:
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    plugin = ["-p", "no:cacheprovider", "-p", "tutela.testing.sharing", "--processes", "2"]
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "--rootdir", ".", "-c", os.devnull, *plugin, "."],
        cwd=folder,
        env=loaded.plain() | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_every_test_is_told_with_what_it_said(tmp_path: Path) -> None:
    told = _start(tmp_path, well=_GOES_WELL, more=_GOES_WELL, fails=_FAILS)
    said, _ = told.communicate(timeout=60)
    assert told.returncode == 1
    assert "1 failed, 11 passed, 1 warning" in said
    assert "what it said" in said and "soon gone" in said
    assert 1 <= len((tmp_path / "torn-down").read_text()) <= 2


def test_what_a_dead_process_had_taken_fails_and_so_does_what_nobody_took(tmp_path: Path) -> None:
    told = _start(tmp_path, one=_DIES, two=_DIES, zero=_GOES_WELL)
    said, _ = told.communicate(timeout=60)
    assert told.returncode == 1
    assert "passed" not in said or "5 passed" in said
    assert said.count("had taken this test ended") >= 4
    failed = 4 if "5 passed" in said else 9
    assert f"{failed} failed" in said


def test_a_stop_by_hand_puts_away_what_was_started(tmp_path: Path) -> None:
    told = _start(tmp_path, waits=_WAITS)
    wait_for((tmp_path / "waiting").exists)
    told.send_signal(signal.SIGINT)
    told.communicate(timeout=60)
    assert told.returncode == 2
    assert (tmp_path / "torn-down").read_text() == "x"
