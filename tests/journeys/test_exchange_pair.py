"""Two hotlines with real processes between them: what one says arrives at the other, once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tutela.testing.exchange_nodes import ExchangeNode
from tutela.testing.postgres import Cluster
from tutela.testing.roles import Right, Role, everything

pytestmark = pytest.mark.processes

SAY = """
from tutela.apps.exchange import actions as exchange
said = dict(partner={partner!r}, kind={kind!r}, content={content!r}, actor="worker")
result = [str(exchange.say(**said).message_id) for _ in range({number})]
"""


def new_database(cluster: Cluster, template: str) -> str:
    """Make a database with the tables of this release and return its address."""
    name = f"pair_{uuid.uuid4().hex}"
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return cluster.url(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> list[str]:
    if request.param == "sqlite":
        return ["", ""]
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    template: str = request.getfixturevalue("postgres_tables")
    return [new_database(cluster, template) for _ in range(2)]


@pytest.fixture
def pair(databases: list[str], tmp_path: Path, tables: Path) -> Iterator[tuple[ExchangeNode, ExchangeNode]]:
    here, there = (
        ExchangeNode(tmp_path / name, f"{name}.example.org", database=database)
        for name, database in zip(("tbilisi", "amsterdam"), databases, strict=True)
    )
    with here, there:
        for node in (here, there):
            node.join(tables)
            if node.database:
                under_its_own_role(node)
            node.start("partner")
        here.meet(there)
        there.meet(here)
        yield here, there


def under_its_own_role(node: ExchangeNode) -> None:
    """Let the partners' door connect as the role that ``tutela database roles`` makes for it."""
    with psycopg.connect(node.database, autocommit=True) as connection:
        connection.execute(node.command("database", "roles").encode())
    named = f'partner_database = "{node.database_as("tutela_partner")}"\nprovider_database = ""'
    node.decide('provider_database = ""', named)


def say(
    node: ExchangeNode, to: ExchangeNode, kind: str = "ping", number: int = 1, **content: object
) -> list[str]:
    ids: list[str] = node.run(SAY.format(partner=to.name, kind=kind, content=content, number=number))
    return ids


MAY: set[Right] = {
    ("ledger_line", "INSERT", ""),
    ("ledger_head", "SELECT", "*"),
    ("ledger_head", "UPDATE", "sequence"),
    ("ledger_head", "UPDATE", "digest"),
    ("exchange_revision", "SELECT", "*"),
    ("exchange_partner", "SELECT", "*"),
    ("exchange_partnerkey", "SELECT", "*"),
    ("exchange_ownkey", "SELECT", "*"),
    *(
        ("exchange_incoming", "SELECT", name)
        for name in ("id", "partner_id", "envelope_id", "digest", "step")
    ),
    ("exchange_incoming", "INSERT", ""),
    ("exchange_incoming", "UPDATE", "receipt_due"),
    ("exchange_envelope", "INSERT", ""),
    ("exchange_boxed", "SELECT", "*"),
    ("exchange_boxed", "INSERT", ""),
    ("exchange_boxed", "DELETE", ""),
    # PostgreSQL gives it with DELETE.
    ("exchange_boxed", "LOCK", ""),
    ("exchange_rotationheard", "SELECT", "digest"),
    ("exchange_rotationheard", "INSERT", ""),
    ("exchange_refused", "SELECT", "*"),
    ("exchange_refused", "INSERT", ""),
    *(("exchange_refused", "UPDATE", name) for name in ("count", "last_at", "last_digest")),
}
"""What the door's role may do, written down a second time by hand: table, right, column."""


def may_beyond_its_work(node: ExchangeNode) -> set[Right]:
    """Return what the role may do on any table of the node and is not written down here."""
    role = Role(node.database_as("tutela_partner"))
    try:
        found = [role.may(table, columns) for table, columns in everything(node).items()]
    finally:
        role.close()
    return set().union(*found) - MAY


def test_messages_arrive_and_are_receipted_also_after_the_partner_was_down(
    pair: tuple[ExchangeNode, ExchangeNode],
) -> None:
    here, there = pair
    for node in (here, there, here, there):
        node.work()  # each tells the other what its ledger came to, once a day
    say(here, there, number=30)
    say(here, there, "question", text="Is this yours?")
    assert here.work()["delivered"] == 31
    assert there.work()["heard"] == 31
    # Its worker wrote the receipts in the same round, and they lie at our door.
    assert here.work()["heard"] == 31
    status = here.command("exchange", "status")
    assert "delivered 32   acted on 31" in status
    asked = there.rows("SELECT id FROM exchange_conversation WHERE kind = 'question'")[0][0]
    assert "← 1 question" in there.command("exchange", "show", str(asked))

    there.processes["partner"].kill()
    say(here, there)
    assert here.work()["delivered"] == 0
    assert "not reached 1 times (connect_failed)" in here.command("exchange", "status")
    there.start("partner")
    assert here.work(minutes=60)["delivered"] == 1
    assert there.work()["heard"] == 1
    for node in pair:
        if node.database:
            assert may_beyond_its_work(node) == set()
        assert "holds" in node.command("ledger", "verify")
    assert here.exchange()["problems"] == there.exchange()["problems"] == 0
