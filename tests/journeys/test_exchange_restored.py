"""A node that was restored from an older backup: nothing is done twice, and what it lost comes back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tutela.core.protocol import batches
from tutela.testing.exchange_nodes import ExchangeNode

pytestmark = pytest.mark.processes

ASK = """
import uuid
from tutela.apps.exchange import actions as exchange
said = dict(partner={partner!r}, kind="question", content={{"text": "Is this yours?"}}, actor="worker")
found = exchange.say(**said, conversation=uuid.UUID({talk!r}) if {talk!r} else None)
result = str(found.conversation_id)
"""


@pytest.fixture
def pair(tmp_path: Path, tables: Path) -> Iterator[tuple[ExchangeNode, ExchangeNode]]:
    here, there = (ExchangeNode(tmp_path / name, f"{name}.example.org") for name in ("tbilisi", "amsterdam"))
    with here, there:
        for node in (here, there):
            node.join(tables).start("partner")
        here.meet(there)
        there.meet(here)
        yield here, there


def ask(node: ExchangeNode, to: ExchangeNode, talk: str = "") -> str:
    """Ask a question, in a conversation of its own unless told which; returns the conversation."""
    return str(node.run(ASK.format(partner=to.name, talk=talk)))


def talk_of(node: ExchangeNode, talk: str) -> list[Any]:
    """Return places and states of what was heard in a conversation that the other one began."""
    return node.rows(
        "SELECT i.sequence, i.state FROM exchange_incoming i JOIN exchange_conversation c "
        f"ON c.id = i.conversation_id WHERE c.shared_id = '{talk.replace('-', '')}' ORDER BY i.sequence, i.id"
    )


def rounds(*nodes: ExchangeNode) -> None:
    """Let the nodes work one after the other, and again later: a busy machine may not deliver all at once."""
    for minutes in (0, 10):
        for node in nodes:
            node.work(minutes=minutes)


def restore(node: ExchangeNode, archive: Path) -> None:
    """Lose the node's disk, and make it again from the archive on a new one."""
    node.close_processes()
    node.home.rename(node.home.with_name("lost"))
    assert "After a restore" in node.command("restore", archive, "--home", node.home)
    shutil.copytree(node.home.with_name("lost") / "static", node.home / "static", dirs_exist_ok=True)
    node.start("partner")


def delivered(node: ExchangeNode) -> list[bytes]:
    rows = node.rows("SELECT e.sealed FROM exchange_envelope e JOIN exchange_outgoing o ON o.id = e.id "
                     "WHERE o.state = 'taken' ORDER BY o.id")  # fmt: skip
    return [bytes(sealed) for (sealed,) in rows]


def test_a_restored_node_does_nothing_twice_and_gets_back_what_it_lost(
    pair: tuple[ExchangeNode, ExchangeNode], tmp_path: Path
) -> None:
    here, there = pair
    theirs, ours = ask(here, there), ask(there, here)
    rounds(here, there, here)
    known = delivered(here)
    (there.home / "directory").mkdir()
    (there.home / "directory" / "root.json").write_text("pinned")
    archive = tmp_path / "there.tar.gz"
    there.command("backup", archive)
    made_at = json.loads((there.home / "run" / "last-backup.json").read_text())["made_at"]
    ask(here, there, theirs)
    ask(there, here, ours)
    rounds(here, there, here)
    assert talk_of(there, theirs) == [(1, "opened"), (2, "opened")]

    restore(there, archive)
    keys = [sorted(path.name for path in (home / "keys" / "exchange").iterdir())
            for home in (there.home, there.home.with_name("lost"))]  # fmt: skip
    assert keys[0] == keys[1] != []
    assert (there.home / "directory" / "root.json").read_text() == "pinned"
    doctor = there.tutela("doctor").stdout
    assert "what was said, heard and revoked in between is not here" in doctor

    # What it took before the backup is refused when somebody plays it again.
    body = batches.join(known)
    answer = httpx.post(f"{there.url('partner')}/exchange/v1/inbox", content=body, trust_env=False,
                        headers={"Content-Type": batches.MEDIA_TYPE})  # fmt: skip
    assert {one["code"] for one in answer.json()["results"]} == {"replayed"}

    # What it took after the backup it lacks: what follows is held until its partner repeats it.
    ask(here, there, theirs)
    rounds(here, there)
    assert talk_of(there, theirs) == [(1, "opened"), (3, "held")]
    assert "once more" in here.command("exchange", "repeat", there.name, "--since", made_at[:16])
    rounds(here, there)
    assert talk_of(there, theirs) == [(1, "opened"), (2, "opened"), (3, "opened")]

    # What it says in a place that it does not remember to have taken has no effect, and a person sees it.
    ask(there, here, ours)
    rounds(there, here, there)
    assert talk_of(here, ours)[:2] == [(1, "opened"), (2, "opened")]
    assert "sequence_reused" in there.command("exchange", "status")
    ask(there, here, ours)
    rounds(there, here)
    assert (3, "opened") in talk_of(here, ours)
