"""A terminal session with hash lists, in a node of its own."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from tutela.testing.terminal import tutela

pytestmark = pytest.mark.processes


def test_a_list_is_made_filled_and_fed(fresh: Path, tmp_path: Path) -> None:
    home = fresh

    def lists(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return tutela("lists", *arguments, "--home", home)

    missing = lists("import", tmp_path / "list.txt", "--list", "known")
    assert missing.returncode == 1
    about = ("--title", "Known", "--origin", "Example Hotline", "--legal-basis", "Example Act")
    assert lists("make", "known", *about).returncode == 0
    assert "already" in lists("make", "known", *about).stderr
    assert "name cannot be used" in lists("make", "Not A Name", *about).stderr

    file = tmp_path / "list.txt"
    digests = [hashlib.md5(f"example {number}".encode()).hexdigest() for number in range(3)]
    file.write_text("".join(f"md5 {digest}\n" for digest in digests) + "md5 oops\npdna AAAA\n")
    done = lists("import", file, "--list", "known")
    assert done.stdout.splitlines() == [
        "3 put, 0 known before, 0 withdrawn",
        "  left out: licensed 1",
        "  refused: wrong_length 1",
    ]
    file.write_text('{"entries": [')
    broken = lists("import", file, "--list", "known")
    assert broken.returncode == 1
    assert "truncated" in broken.stderr
    file.write_text(f"md5 {digests[0]}\n")
    replaced = lists("import", file, "--list", "known", "--replace")
    assert replaced.stdout.startswith("0 put, 1 known before, 2 withdrawn")
    secret = tmp_path / "secret"
    secret.write_text("user:password")
    source = ("add-source", "partner", "--list", "known", "--setting", "environment=test_NGO")
    assert "no kind" in lists(*source, "--kind", "papyrus").stderr
    assert lists(*source, "--kind", "ncmec", "--secret-file", secret).returncode == 0
    kept = home / "keys" / "desk" / "sources" / "partner"
    assert kept.stat().st_mode & 0o777 == 0o600
    secret.write_text("another")
    assert "already" in lists(*source, "--kind", "ncmec", "--secret-file", secret).stderr
    assert kept.read_text() == "user:password", "a source's secret is not overwritten by mistake"
    assert lists("fetch", "partner").returncode == 0
    assert lists("fetch", "nobody").returncode == 1

    shown = lists("show").stdout
    assert "known  active  1 entries, 0 proposed, 0 disputed" in shown
    assert "source partner (ncmec)  active  fetched never" in shown
    assert "password" not in shown and digests[0] not in shown
