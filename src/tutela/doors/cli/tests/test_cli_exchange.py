"""A terminal session with the exchange: a node joins, meets a partner by its words, changes its keys."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tutela.testing.terminal import tutela

pytestmark = pytest.mark.processes


def test_a_node_joins_pins_a_partner_and_changes_its_keys(fresh: Path, tmp_path: Path) -> None:
    home, secret = fresh, tmp_path / "passphrase"
    secret.write_text("eight words of a long sentence\n")

    def typed(*arguments: str | Path, ends: int = 0) -> subprocess.CompletedProcess[str]:
        done = tutela(*arguments, "--home", home)
        assert done.returncode == ends, done.stdout + done.stderr
        return done

    joining = ("node", "init", "--role", "hotline", "--country", "ge", "--passphrase-file", str(secret))
    made = typed(*joining).stdout
    assert made.startswith("hotline.ge is a hotline")
    assert "takes part already" in typed(*joining, ends=1).stderr
    first = typed("keys", "show").stdout.split()[0]
    kept = home / "keys" / "exchange" / f"{first}.key"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert first in made

    folder = tmp_path / "partner"
    about = ("--node", "meldpunt.example", "--organisation", "Example Partner", "--country", "NL")
    assert tutela("keys", "make", folder, *about).returncode == 0
    added = typed("partner", "add", folder / "node.json", "--name", "meldpunt.example").stdout
    words = next(line for line in added.splitlines() if line.startswith("Words")).rpartition(" ")[2]
    assert "not the words" in typed("partner", "pin", "meldpunt.example", "babab", ends=1).stderr
    typed("partner", "pin", "meldpunt.example", *words.upper().split("-"))
    assert '"believed": true' in typed("partner", "list", "--json").stdout
    assert typed("partner", "pause", "meldpunt.example").stdout == "meldpunt.example is paused.\n"

    assert "if it moved" in typed("partner", "add", folder / "node.json", ends=1).stderr
    moved = typed("partner", "change", "meldpunt.example", "--url", "https://new.example.net").stdout
    assert moved == "meldpunt.example: url changed.\n"
    assert "https://new.example.net" in typed("partner", "list").stdout
    assert "is as it was" in typed("partner", "change", "meldpunt.example", folder / "node.json", "--url",
                                   "https://new.example.net").stdout  # fmt: skip
    assert "say what is different" in typed("partner", "change", "meldpunt.example", ends=1).stderr

    rotated = typed("keys", "rotate").stdout
    assert rotated.startswith("New key ")
    shown = typed("keys", "show").stdout
    assert shown.count("in use") == 2
    assert "is revoked here" in typed("keys", "revoke", first).stdout
    secret.write_text("other words\n")
    assert "do not open" in typed("keys", "rotate", ends=1).stderr
    assert "waiting 0" in typed("exchange", "status").stdout
    assert (
        "no such message" in typed("exchange", "show", "01a206e6-5871-7745-b4cc-6d2543280440", ends=1).stderr
    )
