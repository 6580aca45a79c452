"""A partner without a node: people carry sealed files both ways, and the node keeps the conversation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tutela.testing.exchange_nodes import ExchangeNode
from tutela.testing.terminal import tutela

pytestmark = pytest.mark.processes

PARTNER = "meldpunt.example.net"
REPLY = """
import uuid
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange.queries import latest_conversations
talk = next(one for one in latest_conversations() if one.kind == "question")
result = str(exchange.say(partner={partner!r}, kind="reply", content={{"text": "It is ours."}},
                          conversation=talk.id, actor="worker").message_id)
"""


def typed(*arguments: str | Path, ends: int = 0) -> str:
    done = tutela(*arguments)
    assert done.returncode == ends, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_files_are_carried_both_ways_and_each_counts_once(tmp_path: Path, tables: Path) -> None:
    folder, said, ours = tmp_path / "partner", tmp_path / "said.json", tmp_path / "ours.json"
    with ExchangeNode(tmp_path / "here", "tbilisi.example.org") as here:
        here.join(tables)
        here.command("keys", "describe", "--out", ours)
        typed("keys", "make", folder, "--node", PARTNER, "--organisation", "Example", "--country", "NL")
        added = here.command("partner", "add", folder / "node.json")
        words = next(line for line in added.splitlines() if line.startswith("Words")).rpartition(" ")[2]
        said.write_text(json.dumps({"text": "Is this yours?"}))
        seal = ("seal", said, "--kind", "question", "--to", ours, "--keys", folder)
        typed(*seal, "--out", tmp_path / "question.tutela")

        early = here.tutela("exchange", "accept", tmp_path / "question.tutela")
        assert (early.returncode, "unknown_sender: " in early.stderr) == (1, True)
        here.command("partner", "pin", PARTNER, words)
        forged = tmp_path / "forged.tutela"
        data = bytearray((tmp_path / "question.tutela").read_bytes())
        data[-4000] ^= 1
        forged.write_bytes(data)
        mixed = here.tutela("exchange", "accept", tmp_path / "question.tutela", forged, said)
        assert mixed.returncode == 1
        assert f"taken from {PARTNER}" in mixed.stdout
        assert "bad_signature_ed25519: it was changed" in mixed.stderr
        assert "broken_frame: it is no sealed file" in mixed.stderr
        assert "replayed" in here.command("exchange", "accept", tmp_path / "question.tutela")
        assert here.work()["heard"] == 1

        assert here.run(REPLY.format(partner=PARTNER))
        stick = tmp_path / "stick"
        assert f"files for {PARTNER}" in here.command("exchange", "write", PARTNER, stick)
        assert "Nothing waits" in here.command("exchange", "write", PARTNER, stick)
        kinds = sorted(path.name.split("-")[1] for path in stick.iterdir())
        assert {"receipt", "reply"} <= set(kinds)
        (reply,) = stick.glob("*-reply-*")
        assert reply.stat().st_mode & 0o777 == 0o600
        assert "It is ours." in typed("open", reply, "--keys", folder, "--from", ours)
        status = here.command("exchange", "status")
        assert "waiting 0" in status
        assert here.exchange()["problems"] == 0
