"""What a role of PostgreSQL may really do: tried on every table of a database, statement by statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from tutela.testing.nodes import Node

Right = tuple[str, str, str]
"""Table, right, column."""

NO_RIGHT = "42501"


class Role:
    """Tries what the role may do that an address of a database names; whatever it does is undone."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address)

    def close(self) -> None:
        self._connection.close()

    def refused(self, statement: str) -> bool:
        """Tell whether PostgreSQL refuses for want of a right; every other failure counts as allowed."""
        try:
            self._connection.execute(statement.encode())
        except psycopg.Error as error:
            return error.sqlstate == NO_RIGHT
        finally:
            self._connection.rollback()
        return False

    def may(self, table: str, columns: list[str]) -> set[Right]:
        """Return everything that the role may do with a table."""
        found: set[Right] = set()
        for right, statement in (
            ("SELECT", 'SELECT "{column}" FROM {table} WHERE false'),
            ("UPDATE", 'UPDATE {table} SET "{column}" = DEFAULT WHERE false'),
        ):
            allowed = [
                name for name in columns if not self.refused(statement.format(table=table, column=name))
            ]
            whole = len(allowed) == len(columns)
            found |= {(table, right, "*")} if whole else {(table, right, name) for name in allowed}
        for right, statement in (
            ("INSERT", f"INSERT INTO {table} DEFAULT VALUES"),
            ("DELETE", f"DELETE FROM {table} WHERE false"),
            ("TRUNCATE", f"TRUNCATE {table} CASCADE"),
            ("LOCK", f"LOCK TABLE {table} IN EXCLUSIVE MODE NOWAIT"),
            ("TRIGGER", f"CREATE TRIGGER t BEFORE INSERT ON {table} EXECUTE FUNCTION ledger_line_refuse()"),
            ("ALTER", f"ALTER TABLE {table} ADD COLUMN t int"),
            ("DROP", f"DROP TABLE {table} CASCADE"),
        ):
            if not self.refused(statement):
                found.add((table, right, ""))
        return found


def everything(node: Node) -> dict[str, list[str]]:
    """Return every table and view of the database, whoever made it, with its columns."""
    rows = node.rows(
        "SELECT relname, array_agg(attname::text) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND attnum > 0 "
        "AND NOT attisdropped GROUP BY relname"
    )
    return dict(rows)
