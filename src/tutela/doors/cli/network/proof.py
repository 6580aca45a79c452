"""The proof at the end: every message counted at both ends, every ledger walked, nothing in the open."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

from tutela.doors.cli.network.counting import Counts, counts_of
from tutela.doors.cli.network.nodes import NetworkNode
from tutela.doors.cli.tale import Play
from tutela.doors.cli.visitor import StoryBroken

Table = Mapping[str, Mapping[tuple[str, str], Counts]]


def everything_took_effect_once(tale: Play, seconds: float = 120) -> None:
    """What each said, the other heard and acted on, and its receipts: the same number, by every account.

    Tables are counted on both sides; the ledgers, which nobody can change afterwards, are the second account.
    """
    deadline = time.monotonic() + seconds
    while missing := differences(table := _table(tale)):
        if time.monotonic() > deadline:
            raise StoryBroken(f"said, heard and acted on differ: {'; '.join(missing)}")
        time.sleep(0.5)
    said = sum(one.said for counts in table.values() for one in counts.values())
    kinds = {kind for counts in table.values() for _, kind in counts}
    for kind in ("message_said", "message_heard"):
        lines = sum(node.keeper.ledger_lines(kind) for node in tale.network.nodes.values())
        if lines != said:
            raise StoryBroken(f"the ledgers have {lines} lines {kind} for {said} messages")
    tale.teller.tell(
        f"{said} messages of {len(kinds)} kinds: {said} heard, acted on and receipted; none twice",
        "tutela exchange count",
    )


def ledgers_hold(tale: Play) -> None:
    """Five chains, each walked from its first line."""
    *most, last = [str(_ledger_lines(node)) for node in tale.network.nodes.values()]
    tale.teller.tell(f"all five ledgers hold: {', '.join(most)} and {last} lines", "tutela ledger verify")


def nothing_lies_in_the_open(tale: Play) -> None:
    """What reporters wrote and their codes stand nowhere in the five data folders as plain text."""
    codes = (tale.code, tale.crossing.code)
    secrets = [b"I saw this:", b"It is here:", *(code.encode() for code in codes)]
    secrets += [code.replace(" ", "").encode() for code in codes]
    for node in tale.network.nodes.values():
        for path in node.home.rglob("*"):
            if path.is_file() and any(secret in path.read_bytes() for secret in secrets):
                raise StoryBroken(f"{node.name}: {path.name} holds something that must not be readable")
    tale.teller.tell("in none of the five folders do a reporter's words or code lie open")


def differences(table: Table) -> list[str]:
    """Return where the counts of two nodes differ; empty when every message took effect exactly once."""
    found = []
    for here, counts in table.items():
        for (there, kind), one in counts.items():
            other = table[there].get((here, kind), Counts())
            if not one.said == one.acted_there == other.heard == other.acted_here:
                found.append(
                    f"{here} said {one.said} × {kind} to {there}, which heard {other.heard} "
                    f"and acted on {other.acted_here}; receipted {one.acted_there}"
                )
            if one.heard and not other.said:
                found.append(f"{here} heard {one.heard} × {kind} that {there} never said")
    return found


def _table(tale: Play) -> Table:
    return {node.name: dict(counts_of(node)) for node in tale.network.nodes.values()}


def _ledger_lines(node: NetworkNode) -> int:
    """Return how many lines hold; a ledger that does not hold makes the command fail."""
    return int(json.loads(node.keeper.type("ledger", "verify", "--json"))["lines"])
