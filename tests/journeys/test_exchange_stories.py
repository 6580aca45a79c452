"""Two hotlines, one on each database, with real processes: a handover to its end, keys that change.

The stories share the nodes, and each looks at its own conversation only.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tutela.testing.exchange_nodes import ExchangeNode
from tutela.testing.postgres import Cluster

pytestmark = pytest.mark.processes

ADDRESS = "https://files.example.org/gallery/7"

HAND_OVER = """
from django.conf import settings
settings.TUTELA_PEPPER_LOOKUP, settings.TUTELA_PEPPER_KEY = bytes(32), bytes([1] * 32)
from tutela.apps.cases import queries as cases
from tutela.apps.exchange import actions as exchange
from tutela.testing import stories
desk = stories.desk(app=False)
reporter = stories.hand_in({address!r})
(item,) = stories.open_waiting()
stories.settle(item, desk.analyst, desk.second_analyst)
seen = cases.item(item)
items = [(item, seen.version)]
done = exchange.hand_over(by=desk.second_analyst.actor, items=items, partner={partner!r}, note="Yours?")
result = [item, done.conversation_id, reporter.receipt_id, reporter.private_key.hex()]
"""

TAKE_OVER = """
from tutela.apps.cases import queries as cases
from tutela.apps.exchange import queries
from tutela.testing import stories
desk = stories.desk(app=False)
(talk,) = [one for one in queries.latest_conversations() if one.kind == "handover"]
(item,) = cases.items_of_report(talk.about_id)
stories.settle(item.id, desk.analyst, desk.second_analyst)
stories.decide(item.id, desk.second_analyst)
result = [item.id, item.canonical, cases.report(talk.about_id).origin, talk.id]
"""

NOTE = """
import uuid
from tutela.apps.cases import actions as cases
for deed in {deeds!r}:
    getattr(cases, deed)(item_id=uuid.UUID({item!r}), actor="worker")
result = True
"""

HEARD = """
import uuid
from tutela.apps.exchange import queries
from tutela.testing.stories import Reporter
(one,) = queries.handed_in(uuid.UUID({talk!r}))
talk = queries.conversation(uuid.UUID({talk!r}))
said = [(message.ours, item["state"]) for message in talk.messages if message.kind == "handover_update"
        for item in message.content["items"]]
result = [one.heard, said, talk.row.closed]
"""

TOLD = """
import uuid
from tutela.apps.cases import queries as cases
from tutela.testing.stories import Reporter
item = cases.item(uuid.UUID({item!r}))
reporter = Reporter(None, uuid.UUID({receipt!r}), bytes.fromhex({key!r}))
result = [item.state, item.outcome, reporter.states()]
"""

SAY = """
from tutela.apps.exchange import actions as exchange
result = exchange.say(partner={partner!r}, kind="ping", content={{}}, actor="worker").message_id
"""


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory, tables: Path, postgres_cluster: Cluster, postgres_tables: str
) -> Iterator[tuple[ExchangeNode, ExchangeNode]]:
    folder, name = tmp_path_factory.mktemp("stories"), f"stories_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_cluster.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_tables}".encode())
    here = ExchangeNode(folder / "tbilisi", "tbilisi.example.org")
    there = ExchangeNode(folder / "amsterdam", "amsterdam.example.org", database=postgres_cluster.url(name))
    with here, there:
        here.join(tables).start("partner")
        there.join(tables, country="NL").start("partner")
        here.meet(there)
        there.meet(here)
        yield here, there


def rounds(*nodes: ExchangeNode, minutes: int = 0) -> None:
    """Let the nodes work one after the other; with ``minutes`` each so many later than the one before."""
    for number, node in enumerate(nodes, 1):
        node.work(minutes=number * minutes)


def rounds_until(heard: str, at: ExchangeNode, *nodes: ExchangeNode) -> None:
    """Let the nodes work until the last word of the other side about the item is ``heard``; ``-``: any item.

    What a busy machine did not deliver at once is due some minutes later.
    """
    for minutes in range(0, 100, 12):
        for node in nodes:
            node.work(minutes=minutes)
        found = [state for (state,) in at.rows("SELECT heard FROM exchange_handeditem")]
        if heard in found or (heard == "-" and found):
            return
    raise AssertionError(f"{at.name} heard {found}, not {heard}")


def test_a_handover_goes_to_its_end_with_news_from_both_sides(
    pair: tuple[ExchangeNode, ExchangeNode],
) -> None:
    here, there = pair
    item, talk, receipt, key = here.run(HAND_OVER.format(address=ADDRESS, partner=there.name))
    rounds_until("-", there, here, there)
    theirs, canonical, origin, their_talk = there.run(TAKE_OVER)
    assert (canonical, origin) == (ADDRESS, here.name)
    rounds_until("assessed", here, there, here)
    assert here.run(HEARD.format(talk=talk))[:2] == ["assessed", [[False, "received"], [False, "assessed"]]]

    # News of the origin reach the one that took it over, and its own go back, to the last word.
    here.run(NOTE.format(item=item, deeds=["record_noticed"]))
    rounds_until("noticed", there, here, there)
    heard, said, closed = there.run(HEARD.format(talk=their_talk))
    assert (heard, said[-1], closed) == ("noticed", [False, "noticed"], False)
    there.run(NOTE.format(item=theirs, deeds=["record_noticed", "record_gone"]))
    rounds_until("closed", here, there, here)
    heard, said, closed = here.run(HEARD.format(talk=talk))
    assert (heard, closed) == ("closed", True)
    assert [state for ours, state in said if not ours][-3:] == ["noticed", "gone", "closed"]
    state, outcome, told = here.run(TOLD.format(item=item, receipt=receipt, key=key))
    assert (state, outcome, told[-1]) == ("closed", "removed", "closed")
    assert "removed" in told
    rounds(there, here, there, here, minutes=25)
    shown = here.command("exchange", "show", talk)
    assert "handover with amsterdam.example.org" in shown
    assert "receipt: acted" in shown.splitlines()[1]
    assert here.exchange()["problems"] == there.exchange()["problems"] == 0


def test_keys_change_on_both_sides_while_a_message_is_on_its_way(
    pair: tuple[ExchangeNode, ExchangeNode],
) -> None:
    here, there = pair
    before = [keys_of(node)[0] for node in pair]
    there.processes["partner"].kill()
    early = here.run(SAY.format(partner=there.name))
    assert here.work()["delivered"] == 0
    for node in pair:
        assert "Make" not in node.command("keys", "rotate")
    after = [keys_of(node)[0] for node in pair]
    assert all(new not in before for new in after)
    there.start("partner")
    # What was sealed and signed before arrives by the old keys; then each hears of the other's new ones. What
    # is signed with new ones before the other side believes them is handed in again some seconds later.
    rounds(here, there, here, there, here, there, here, minutes=10)
    assert sealed_with(here, early) == (before[0], before[1])
    late = here.run(SAY.format(partner=there.name))
    rounds(here, there, here, minutes=25)
    assert sealed_with(here, late) == (after[0], after[1])
    for message in (early, late):
        assert "receipt: acted" in here.command("exchange", "show", message)
    for node, other in (pair, pair[::-1]):
        assert [one["believed"] for one in partners(node)] == [True]
        assert set(keys_of(other)[:2]) == set(partners(node)[0]["keys"])
        refused = [line for line in node.command("exchange", "status").splitlines() if "refused" in line]
        assert all("unknown_sender_key" in line for line in refused)
        assert node.exchange()["problems"] == 0


def keys_of(node: ExchangeNode) -> list[str]:
    """Return the ids of a node's own keys, the newest first."""
    lines = node.command("keys", "show").splitlines()
    return [line.split()[0] for line in lines if "from" in line]


def partners(node: ExchangeNode) -> list[dict[str, Any]]:
    return [json.loads(line) for line in node.command("partner", "list", "--json").splitlines()]


def sealed_with(node: ExchangeNode, message: str) -> tuple[str, str]:
    """Return which of our keys signed a message, and to which of theirs it was sealed."""
    wanted = uuid.UUID(message).hex
    rows = node.rows(f"SELECT signed_with, sealed_to FROM exchange_outgoing WHERE id = '{wanted}'")
    return rows[0][0], rows[0][1]
