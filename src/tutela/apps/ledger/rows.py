"""Statements that come with every message and every line, whose text is the same each time.

Django writes the values into the text of a statement for PostgreSQL, so that each is another one, which the
server parses and plans. Here the text stays the same and the values travel beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def execute_many(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    """Execute ``statement`` once for each row of values, in their order."""
    with _cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(statement, rows[0])
        else:
            cursor.executemany(statement, rows)


def fetch_one(statement: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
    """Return the first row that ``statement`` finds."""
    with _cursor() as cursor:
        cursor.execute(statement, values or None)
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


@contextmanager
def _cursor() -> Iterator[Any]:
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql" or database.execute_wrappers or database.queries_logged:
        with database.cursor() as cursor:
            yield cursor
        return
    import psycopg

    database.close_if_health_check_failed()
    database.ensure_connection()
    with database.wrap_database_errors, psycopg.Cursor(database.connection) as cursor:
        yield cursor
