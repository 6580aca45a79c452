"""``tutela hash`` as somebody types it, in processes of its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tutela.core.matching.hashers import examples
from tutela.testing.terminal import COMMAND, without_node

pytestmark = pytest.mark.processes


def said(*arguments: str | Path, given: bytes = b"") -> tuple[int, list[dict[str, Any]], str]:
    """Run the command; return its exit code, its lines and what it complained of."""
    if given:  # more than fits into a pipe, and once from nothing
        process = [*COMMAND, "hash", *map(str, arguments)]
        read = subprocess.run(process, input=given, capture_output=True, check=False, timeout=300)
        return read.returncode, _lines(read.stdout.decode()), read.stderr.decode()
    done = without_node("hash", *arguments)
    return done.returncode, _lines(done.stdout), done.stderr


def _lines(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


def test_each_file_has_a_line_with_all_its_fingerprints(tmp_path: Path) -> None:
    picture, text = tmp_path / "rings.bmp", tmp_path / "holiday.jpg"
    picture.write_bytes(examples.rings(240, 320))
    text.write_text("Dear all,\n")
    code, (first, second), _ = said(picture, text)
    assert code == 0
    assert [one["kind"] for one in first["fingerprints"]] == ["sha256", "sha1", "md5", "pdq"]
    assert first["fingerprints"][0]["hash"] == hashlib.sha256(picture.read_bytes()).hexdigest()
    assert first["fingerprints"][3]["quality"] == 90
    assert second["refusals"] == {"pdq": "not_a_picture"}
    assert (second["path"], second["size"], second["outcome"]) == (str(text), 10, "hashed")


def test_a_kind_the_variants_and_the_full_path_can_be_asked_for(tmp_path: Path) -> None:
    picture = tmp_path / "rings.bmp"
    picture.write_bytes(examples.rings(600, 800))
    _, (short,), _ = said("--kind", "pdq", "--variants", picture)
    _, (exact,), _ = said("--kind", "pdq", "--exact", "-", given=picture.read_bytes())
    assert [one["kind"] for one in short["fingerprints"]] == ["pdq"]
    assert len(short["variants"]) == 7
    assert short["notes"] == ["reduced_scale"]
    assert "notes" not in exact


def test_what_gave_no_fingerprint_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "last").write_text("last")
    os.mkfifo(tmp_path / "pipe")
    names = [tmp_path / name for name in ("gone", "empty", "pipe", ".", "last")]
    code, lines, complaints = said("--kind", "md5", *names)
    assert code == 3
    assert [line.get("reason") for line in lines] == ["not_found", None, "not_a_file", "not_a_file", None]
    assert lines[1]["refusals"] == {"md5": "empty"}
    assert lines[4]["fingerprints"]
    assert complaints == ""


def test_an_unknown_kind_is_a_wrong_call() -> None:
    code, lines, complaints = said("--kind", "photodna", "anything")
    assert (code, lines) == (2, [])
    assert "photodna" in complaints
