"""Many rows with one statement, for what comes with every message and every line.

Django writes the values into the text of a statement for PostgreSQL, so that every row is a statement of its
own, which the server parses and plans. Here the text stays the same and the values travel beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def execute_many(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    """Execute ``statement`` once for each row of values, in their order."""
    database = connections[DEFAULT_DB_ALIAS]
    if len(rows) == 1 or database.vendor != "postgresql" or database.execute_wrappers:
        with database.cursor() as cursor:
            if len(rows) == 1:
                cursor.execute(statement, rows[0])
            else:
                cursor.executemany(statement, rows)
        return
    import psycopg

    database.ensure_connection()
    with database.wrap_database_errors, psycopg.Cursor(database.connection) as cursor:
        cursor.executemany(statement, rows)
