"""What is looked after before a node starts: its tables are of this release, each door has its own files."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tutela.doors.cli import serving
from tutela.testing import loaded

pytestmark = pytest.mark.processes


def _readied(home: Path, *names: str) -> subprocess.CompletedProcess[str]:
    code = f"from tutela.doors.cli import readying; readying.main({names!r})"
    return loaded.run(code=code, environment=serving.environment_of(names[0], home))


def test_each_door_gets_files_of_its_own_applications_hashed_and_compressed(fresh: Path) -> None:
    done = _readied(fresh, "owner", "site", "provider")
    assert (done.returncode, done.stderr) == (0, "")
    for door, other in (("site", "provider"), ("provider", "site")):
        folder = fresh / "static" / door
        hashed = json.loads((folder / "staticfiles.json").read_text())["paths"]
        assert "look/base.css" in hashed
        assert any(name.startswith(f"{door}/") for name in hashed)
        assert not any(name.startswith((f"{other}/", "desk/")) for name in hashed)
        assert all((folder / name).is_file() for name in hashed.values())
        assert (folder / f"{hashed['look/base.css']}.gz").is_file()


def test_what_an_earlier_release_left_goes_away(fresh: Path) -> None:
    old = fresh / "static" / "site" / "old.css"
    old.parent.mkdir(parents=True)
    old.write_text("p{}")
    assert _readied(fresh, "site").returncode == 0
    assert not old.exists()


def test_tables_of_another_release_are_refused_with_the_way_out(fresh: Path) -> None:
    with sqlite3.connect(fresh / "tutela.sqlite3") as connection:
        connection.execute("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)")
    connection.close()
    done = _readied(fresh, "owner", "site")
    assert done.returncode == 1
    assert f"not of this release; run: tutela database upgrade --home {fresh}" in done.stderr
    assert not (fresh / "static" / "site").exists()
