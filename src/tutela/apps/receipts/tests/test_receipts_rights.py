"""Promises of the database roles, on a real PostgreSQL: each process can do its work, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tutela.apps.ledger.rights import Rights
from tutela.apps.receipts import rights
from tutela.testing.postgres import Cluster

ROLES: dict[str, Rights] = {"site": rights.SITE, "desk": rights.DESK, "worker": rights.WORKER}
NO_RIGHT = "42501"


def grants(role: str, wanted: Rights) -> list[str]:
    """Return the statements that make the role and give it these rights."""
    made = [f"CREATE ROLE {role} LOGIN"]
    for table, by_right in wanted.items():
        for right, columns in by_right.items():
            scope = f" ({', '.join(columns)})" if columns else ""
            made.append(f"GRANT {right}{scope} ON {table} TO {role}")
    return made


def play(cluster: Cluster, part: str, user: str) -> dict[str, Any]:
    """Play one process under ``user`` and return what it saw."""
    script = Path(__file__).with_name("play_role.py")
    command = [sys.executable, str(script), cluster.url("rights", user), part]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


@pytest.fixture(scope="module")
def parts(postgres_cluster: Cluster) -> dict[str, dict[str, Any]]:
    """What site, desk and worker saw, one after the other in one database."""
    with psycopg.connect(postgres_cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE rights")
    play(postgres_cluster, "owner", "postgres")
    with psycopg.connect(postgres_cluster.url("rights"), autocommit=True) as connection:
        for role, wanted in ROLES.items():
            for statement in grants(role, wanted):
                connection.execute(statement)
    return {role: play(postgres_cluster, role, role) for role in ROLES}


def test_the_site_can_take_in_and_show_a_receipt(parts: dict[str, dict[str, Any]]) -> None:
    seen = parts["site"]
    assert (seen["already"], seen["found"], seen["messages"]) == ([False, True], True, 0)


def test_the_site_cannot_read_what_it_took_in_nor_touch_the_past(parts: dict[str, dict[str, Any]]) -> None:
    assert set(parts["site"]["forbidden"].values()) == {NO_RIGHT}, parts["site"]["forbidden"]


def test_the_desk_can_tell_and_cannot_open(parts: dict[str, dict[str, Any]]) -> None:
    seen = parts["desk"]
    assert (seen["told"], seen["broken"], seen["waiting"]) == (True, 0, 3)
    assert set(seen["forbidden"].values()) == {NO_RIGHT}, seen["forbidden"]


def test_the_worker_can_open_tell_and_forget(parts: dict[str, dict[str, Any]]) -> None:
    seen = parts["worker"]
    assert seen["opened"] == {"v": 1, "kind": "report", "places": "https://example.org/page"}
    assert (seen["claimed"], seen["rest"], seen["moved"], seen["holds"], seen["forgotten"]) == (
        True,
        2,
        True,
        True,
        1,
    )
    assert set(seen["forbidden"].values()) == {NO_RIGHT}, seen["forbidden"]


def test_not_even_the_owner_changes_a_line(
    parts: dict[str, dict[str, Any]], postgres_cluster: Cluster
) -> None:
    with psycopg.connect(postgres_cluster.url("rights"), autocommit=True) as connection:
        for statement in ("UPDATE ledger_line SET kind = 'nothing'", "DELETE FROM ledger_line"):
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="cannot be changed"):
                connection.execute(statement)


@pytest.mark.parametrize("role", ROLES)
def test_no_role_but_the_workers_may_read_what_was_handed_in(role: str) -> None:
    columns = ROLES[role]["receipts_submission"]["SELECT"]
    assert (not columns or "sealed" in columns) == (role == "worker")
