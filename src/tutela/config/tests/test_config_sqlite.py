"""Writers of one SQLite database wait for each other, all of them get their turn, and none waits for ever."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError
from pytest_django import DjangoDbBlocker

from tutela.config.sqlite.base import DatabaseWrapper


def database(path: Path, timeout: float) -> DatabaseWrapper:
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": timeout,
        "init_command": "PRAGMA journal_mode=WAL;",
    }
    named = {"NAME": path, "OPTIONS": options, "TEST": {}, "TIME_ZONE": None, "CONN_MAX_AGE": 0}
    rest = {"AUTOCOMMIT": True, "ATOMIC_REQUESTS": False, "CONN_HEALTH_CHECKS": False}
    return DatabaseWrapper(named | rest, alias="default")


@pytest.fixture
def other(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "db", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE lines (number)")
    # A database of its own: nothing of it is the tests' one.
    with django_db_blocker.unblock():
        yield connection
    connection.close()


def begin_and_commit(waiting: DatabaseWrapper) -> None:
    waiting.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    waiting.connection.execute("INSERT INTO lines VALUES (2)")
    waiting.connection.execute("COMMIT")
    waiting.autocommit = True


def test_whoever_writes_without_a_pause_leaves_turns_to_others(
    other: sqlite3.Connection, tmp_path: Path
) -> None:
    served, mine = threading.Event(), database(tmp_path / "db", 60)

    def write_on_and_on() -> None:
        while not served.is_set():
            other.execute("BEGIN IMMEDIATE")
            other.executemany("INSERT INTO lines VALUES (?)", [(1,)] * 200)
            other.execute("COMMIT")

    busy = threading.Thread(target=write_on_and_on)
    mine.ensure_connection()
    busy.start()
    try:
        for _ in range(5):
            begin_and_commit(mine)
    finally:
        served.set()
        busy.join()
        mine.close()
    assert other.execute("SELECT count(*) FROM lines WHERE number = 2").fetchone() == (5,)


def test_who_waits_in_vain_is_told_and_waits_as_before_for_everything_else(
    other: sqlite3.Connection, tmp_path: Path
) -> None:
    mine = database(tmp_path / "db", 0.05)
    mine.ensure_connection()
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        begin_and_commit(mine)
    assert mine.connection.execute("PRAGMA busy_timeout").fetchone() == (50,)
    other.execute("COMMIT")
    mine.close()
