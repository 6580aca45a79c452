"""A terminal session of two organisations without a node between them, and one that has none: files only."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.envelope.header import Header, Party
from tutela.core.envelope.reading import Message
from tutela.core.terms.marks import HandlingMark
from tutela.doors.cli import opened_shown
from tutela.formats.stix.read import read as read_bundle
from tutela.testing import loaded
from tutela.testing.terminal import tutela

WITHOUT_DJANGO = "import sys; sys.modules['django'] = None; from tutela.doors.cli import run; run()"
PLACE = "https://files.example.org/item/42"
HANDOVER = {
    "reference": "EX-2026-1",
    "items": [
        {
            "ref": "018e0a3c-0000-7000-8000-000000000001", "kind": "address", "address": PLACE,
            "danger_now": False, "hosting": {"country": "NL", "ip": "192.0.2.7"},
            "findings": [{"country": "NL", "outcome": "illegal", "grounds": [{"criterion": "REAL"}]}],
        }
    ],
    "note": "ცხელი ხაზი",
}  # fmt: skip


def _tutela(*arguments: str | Path, ends: int = 0) -> subprocess.CompletedProcess[str]:
    environment = loaded.plain() | {"COLUMNS": "200"}
    done = loaded.run(arguments, code=WITHOUT_DJANGO, environment=environment, of="tools")
    assert done.returncode == ends, done.stderr
    return done


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two organisations that have compared their words."""
    made = tmp_path / "ours", tmp_path / "theirs"
    for folder, country in zip(made, ("GE", "NL"), strict=True):
        about = (
            "--node",
            f"hotline.{country.lower()}",
            "--organisation",
            "Example Hotline",
            "--country",
            country,
        )
        _tutela("keys", "make", folder, *about)
    for folder, other in (made, made[::-1]):
        (folder / "partners" / "them.json").write_bytes((other / "node.json").read_bytes())
    return made


@pytest.mark.processes
def test_a_handover_goes_there_and_its_answer_comes_back_without_a_node(
    two: tuple[Path, Path], tmp_path: Path
) -> None:
    ours, theirs = two
    content, sealed = tmp_path / "handover.json", tmp_path / "handover.tutela"
    content.write_text(json.dumps(HANDOVER))
    about = ("--kind", "handover", "--mark", "TLP:AMBER+STRICT", "--keys", ours, "--out", sealed)
    _tutela("seal", content, *about, "--to", theirs / "node.json")
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert b"files.example.org" not in sealed.read_bytes()

    shown = _tutela("open", sealed, "--keys", theirs).stdout
    assert "hxxps://files[.]example[.]org/item/42" in shown and PLACE not in shown
    assert "TLP:AMBER+STRICT" in shown and "\x1b" not in shown
    assert json.loads(_tutela("open", sealed, "--keys", theirs, "--json").stdout)["content"] == HANDOVER
    table = tmp_path / "items.csv"
    _tutela("open", sealed, "--keys", theirs, "--to-csv", table)
    row = next(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert (row["address"], row["hosting_country"]) == (PLACE, "NL")

    news = tmp_path / "news.json"
    state = {"ref": HANDOVER["items"][0]["ref"], "state": "gone", "at": "2026-03-04T10:15:00.000000Z"}  # type: ignore[index]
    news.write_text(json.dumps({"items": [state], "closed": True}))
    back = tmp_path / "back.tutela"
    answering = ("--kind", "handover_update", "--answers", sealed, "--keys", theirs, "--out", back)
    loose = _tutela("seal", news, *answering, "--mark", "TLP:GREEN", ends=1)
    assert "mark_loosened" in loose.stderr and not back.exists()
    _tutela("seal", news, *answering)
    opened = json.loads(_tutela("open", back, "--keys", ours, "--json").stdout)
    first = json.loads(_tutela("open", sealed, "--keys", theirs, "--json").stdout)
    assert opened["header"]["conversation"] == first["header"]["conversation"]
    assert opened["header"]["mark"] == "TLP:AMBER+STRICT"


@pytest.mark.processes
def test_a_police_unit_without_a_node_prints_and_loads_a_referral(
    two: tuple[Path, Path], tmp_path: Path
) -> None:
    ours, _ = two
    police = tmp_path / "police"
    _tutela(
        "keys", "make", police, "--node", "police.nl", "--organisation", "Example Police", "--role", "police"
    )
    (police / "partners" / "them.json").write_bytes((ours / "node.json").read_bytes())
    content, sealed = tmp_path / "a.json", tmp_path / "a.tutela"
    grades = {"evaluation": {"source": "B", "information": 2}, "handling": ["H1"]}
    content.write_text(json.dumps(HANDOVER | grades))
    to = ("--to", police / "node.json", "--keys", ours, "--out", sealed)
    _tutela("seal", content, "--kind", "referral", *to)
    sheet, bundle = tmp_path / "a.pdf", tmp_path / "a.stix.json"
    _tutela("open", sealed, "--keys", police, "--to-pdf", sheet, "--to-stix", bundle, "--language", "ka")
    assert sheet.read_bytes().startswith(b"%PDF-")
    read = read_bundle(bundle.read_bytes())
    assert (read.organisation.name, read.to.name, read.mark) == (
        "hotline.ge",
        "police.nl",
        "TLP:AMBER+STRICT",
    )
    assert read.items[0].address and read.items[0].address.canonical == PLACE


@pytest.mark.processes
def test_a_node_seals_and_opens_with_its_own_keys(two: tuple[Path, Path], tmp_path: Path) -> None:
    home, (_, theirs) = tmp_path / "node", two
    joined = tutela(
        "node", "init", "--role", "hotline", "--country", "GE", "--name", "hotline.example", "--home", home
    )
    assert joined.returncode == 0, joined.stderr
    assert "First coordinator, one use" in joined.stdout and "/invitation/" in joined.stdout
    described = theirs / "partners" / "node.json"
    assert tutela("keys", "describe", "--home", home, "--out", described).returncode == 0
    content, sealed, back = (tmp_path / name for name in ("a.json", "a.tutela", "b.tutela"))
    content.write_text(json.dumps(HANDOVER))
    to = ("--to", theirs / "node.json", "--out", sealed)
    _tutela("seal", content, "--kind", "handover", *to, "--home", home)
    assert "hotline.example" in _tutela("open", sealed, "--keys", theirs).stdout
    content.write_text('{"text": "?"}')
    _tutela("seal", content, "--kind", "question", "--answers", sealed, "--keys", theirs, "--out", back)
    opened = _tutela("open", back, "--home", home, "--from", theirs / "node.json", "--json")
    assert json.loads(opened.stdout)["content"] == {"text": "?"}


@pytest.mark.processes
def test_a_stranger_neither_opens_nor_is_believed(two: tuple[Path, Path], tmp_path: Path) -> None:
    ours, theirs = two
    stranger = tmp_path / "stranger"
    words = ("--node", "stranger", "--organisation", "Nobody")
    _tutela("keys", "make", stranger, *words)
    content, sealed, forged = (tmp_path / name for name in ("a.json", "a.tutela", "b.tutela"))
    content.write_text(json.dumps(HANDOVER))
    to = ("--kind", "handover", "--to", theirs / "node.json")
    _tutela("seal", content, *to, "--keys", ours, "--out", sealed)
    assert "not_for_us" in _tutela("open", sealed, "--keys", stranger, ends=1).stderr
    _tutela("seal", content, *to, "--keys", stranger, "--out", forged)
    assert "unknown_sender" in _tutela("open", forged, "--keys", theirs, ends=1).stderr
    forged.write_bytes(sealed.read_bytes()[:-1] + b"\x00")
    assert "bad_signature" in _tutela("open", forged, "--keys", theirs, ends=1).stderr


@pytest.mark.processes
def test_what_a_partner_would_refuse_is_not_sealed(two: tuple[Path, Path], tmp_path: Path) -> None:
    ours, theirs = two
    content = tmp_path / "a.json"
    content.write_text(json.dumps(HANDOVER | {"items": []}))
    to = ("--to", theirs / "node.json", "--keys", ours, "--out", tmp_path / "a.tutela")
    assert "items" in _tutela("seal", content, "--kind", "handover", *to, ends=1).stderr
    assert "does not say" in _tutela("seal", content, "--kind", "outcome", *to, ends=1).stderr
    assert "no kind" in _tutela("seal", content, "--kind", "gossip", *to, ends=1).stderr
    assert not (tmp_path / "a.tutela").exists()


def _message(content: dict[str, Any]) -> Message:
    at, id = datetime(2026, 3, 4, tzinfo=UTC), UUID("018e0a3c-0000-7000-8000-000000000001")
    party = Party("hotline.ge", "00" * 16)
    header = Header(id, "handover", id, 1, party, (party,), at, at + timedelta(days=1), HandlingMark.AMBER)
    return Message(header, content, bytes(32))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(max_size=6), _json, max_size=3),
    st.lists(st.dictionaries(st.text(max_size=6), _json, max_size=3), max_size=3),
)
def test_whatever_a_partner_wrote_no_terminal_and_no_spreadsheet_obeys_it(content: Any, items: Any) -> None:
    message = _message({**content, "items": items})
    text = opened_shown.as_text(message)
    assert all(sign.isprintable() or sign == "\n" for sign in text)
    assert json.loads(opened_shown.as_json(message))["content"] == message.content
    for row in csv.reader(io.StringIO(opened_shown.as_csv(message).decode("utf-8-sig")), delimiter=";"):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
