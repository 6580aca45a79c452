"""A hash list between two nodes with real processes: shared, corrected, judged there, and taken back."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tutela.testing.exchange_nodes import ExchangeNode

pytestmark = pytest.mark.processes

JUDGE = """
from tutela.apps.accounts.rules import Actor
from tutela.apps.hashbank import actions as bank, queries
from tutela.core.kernel import ids
from tutela.core.matching.sources import Opinion
from tutela.core.terms.states import Role
entry = queries.entries(state="active").rows[0]
by = Actor(ids.new_id(), Role.ANALYST)
bank.give_opinion(by=by, entry_id=entry.id, opinion=Opinion.REFUTED, reason="other_content")
result = entry.index_entry.partition(":")[2]
"""
FOUND = """
import uuid
from tutela.apps.hashbank import queries
result = [(one.partner, one.opinion) for one in queries.feedback_of(uuid.UUID({entry!r}))]
"""
STATES = "SELECT state, count(*) FROM hashbank_entry GROUP BY state ORDER BY state"


def write(path: Path, numbers: range) -> Path:
    digests = [hashlib.sha256(f"example {number}".encode()).hexdigest() for number in numbers]
    path.write_text("".join(f"sha256 {digest}\n" for digest in digests))
    return path


def test_a_list_reaches_a_partner_and_is_taken_back(tmp_path: Path, tables: Path) -> None:
    here = ExchangeNode(tmp_path / "here", "tbilisi.example.org")
    there = ExchangeNode(tmp_path / "there", "amsterdam.example.org")
    with here, there:
        for node in (here, there):
            node.join(tables)
            node.start("partner")
        here.meet(there)
        there.meet(here)
        about = ("--title", "Confirmed", "--origin", here.name, "--legal-basis", "Agreement 7")
        here.command("lists", "make", "ours", *about)
        here.command("lists", "import", write(tmp_path / "list.txt", range(20)), "--list", "ours")
        here.command("lists", "share", "ours", there.name)
        here.work()
        done = there.work()
        # What came is in the index in the round that hears it.
        assert done["index"] == 20
        assert there.rows(STATES) == [("active", 20)]
        assert "TLP:AMBER" in there.command("lists", "show")

        entry = there.run(JUDGE)
        assert there.work()["partners_opinions"] == 1
        here.work()
        assert here.run(FOUND.format(entry=entry)) == [[there.name, "refuted"]]

        file = write(tmp_path / "list.txt", range(5))
        here.command("lists", "import", file, "--list", "ours", "--replace")
        here.work()
        done = there.work()
        assert done["index"] == 15
        assert there.rows(STATES) == [("active", 5), ("withdrawn", 15)]

        here.command("lists", "unshare", "ours", there.name)
        here.work()
        there.work()
        assert there.rows(STATES) == [("withdrawn", 20)]
        assert "ended" in here.command("lists", "shared")
        for node in (here, there):
            assert "holds" in node.command("ledger", "verify")
        assert here.exchange()["problems"] == there.exchange()["problems"] == 0
