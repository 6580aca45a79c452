"""A terminal session: a hotline hands its old reports over to a node."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tutela.testing.terminal import tutela

pytestmark = pytest.mark.processes

TABLE = """address;reference;received_at;note
https://files.example.org/a;A-1;04.03.2026 10:15;first
https://files.example.org/b;A-2;2026-03-04;second
nothing at all;A-3;;third
"""


def test_reports_are_taken_over_once_and_refused_lines_are_kept(fresh: Path, tmp_path: Path) -> None:
    home = fresh
    file = tmp_path / "old.csv"
    file.write_bytes(TABLE.encode("utf-16"))

    def take(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
        return tutela("import", path, "--format", "csv", "--home", home, *more)

    said = take(file, "--dry-run")
    assert said.returncode == 0, said.stderr
    assert [line.split() for line in said.stdout.splitlines()][:2] == [
        ["would", "be", "made", "2"],
        ["here", "before", "0"],
    ]
    kept = tmp_path / "old.refused.csv"
    assert not kept.exists()

    done = take(file)
    assert done.returncode == 0, done.stderr
    assert "reports made" in done.stdout and "line 4" in done.stdout
    assert "files.example.org" not in done.stdout
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "nothing at all;A-3;;third" in kept.read_text(encoding="utf-8-sig")
    again = take(file)
    assert again.returncode == 0, again.stderr
    assert [line.split()[-1] for line in again.stdout.splitlines()[:4]] == ["0", "2", "0", "0"]

    mended = kept.read_text(encoding="utf-8-sig").replace("nothing at all", "https://files.example.org/c")
    kept.write_text(mended)
    assert take(kept).stdout.split()[:3] == ["reports", "made", "1"]
    wrong = take(file, "--time-zone", "Nowhere/Here")
    assert wrong.returncode == 1 and "no time zone" in wrong.stderr
