"""Database triggers that refuse to change or remove a ledger line, whoever asks.

The SQL stands here and not in the migration, so that a test or a later migration can install it again:
SQLite drops a table's triggers whenever Django remakes the table to change a column. ``TRUNCATE`` on
PostgreSQL is no row's business; it is a table right that no process's role is given.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "ledger_line"

_SQLITE_NO_DELETE = f"""
CREATE TRIGGER IF NOT EXISTS ledger_line_no_delete BEFORE DELETE ON {TABLE}
BEGIN SELECT RAISE(ABORT, 'a ledger line cannot be deleted'); END
"""
_SQLITE_NO_UPDATE = f"""
CREATE TRIGGER IF NOT EXISTS ledger_line_no_update BEFORE UPDATE ON {TABLE}
BEGIN SELECT RAISE(ABORT, 'a ledger line cannot be changed'); END
"""
# INSERT OR REPLACE removes the old row without asking the delete trigger.
_SQLITE_NO_REPLACE = f"""
CREATE TRIGGER IF NOT EXISTS ledger_line_no_replace BEFORE INSERT ON {TABLE}
WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE sequence = NEW.sequence OR id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a ledger line cannot be replaced'); END
"""  # noqa: S608 - constants only

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION ledger_line_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a ledger line cannot be changed or deleted'
  USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_POSTGRESQL_NO_UPDATE = f"""
CREATE OR REPLACE TRIGGER ledger_line_no_update BEFORE UPDATE ON {TABLE}
FOR EACH ROW EXECUTE FUNCTION ledger_line_refuse()
"""
_POSTGRESQL_NO_DELETE = f"""
CREATE OR REPLACE TRIGGER ledger_line_no_delete BEFORE DELETE ON {TABLE}
FOR EACH ROW EXECUTE FUNCTION ledger_line_refuse()
"""

_STATEMENTS = {
    "sqlite": (_SQLITE_NO_UPDATE, _SQLITE_NO_DELETE, _SQLITE_NO_REPLACE),
    "postgresql": (_POSTGRESQL_FUNCTION, _POSTGRESQL_NO_UPDATE, _POSTGRESQL_NO_DELETE),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers; nothing changes when they stand already.

    Raises:
        NotImplementedError: the database is neither SQLite nor PostgreSQL.
    """
    if connection.vendor not in _STATEMENTS:
        raise NotImplementedError(f"the ledger cannot be protected on {connection.vendor}")
    with connection.cursor() as cursor:
        for statement in _STATEMENTS[connection.vendor]:
            cursor.execute(statement)


def drop_no_delete(connection: BaseDatabaseWrapper) -> None:
    """Let lines be deleted, for tests that empty the database between two promises."""
    _drop(connection, "ledger_line_no_delete")


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove every trigger: the way back of the migration, and how a test forges a line."""
    for name in ("ledger_line_no_update", "ledger_line_no_delete", "ledger_line_no_replace"):
        _drop(connection, name)


def _drop(connection: BaseDatabaseWrapper, name: str) -> None:
    place = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}{place}")
