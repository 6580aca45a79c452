"""Database triggers that refuse to change an assessment: a correction is a new one.

Removing is not refused here, because emptying a test database is removing; a lost assessment shows in
the ledger, whose lines can neither be changed nor removed.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "cases_assessment"

_STATEMENTS = {
    "sqlite": (
        f"""
        CREATE TRIGGER IF NOT EXISTS cases_assessment_no_update BEFORE UPDATE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, 'an assessment cannot be changed'); END
        """,
    ),
    "postgresql": (
        """
        CREATE OR REPLACE FUNCTION cases_assessment_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'an assessment cannot be changed'
          USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        f"""
        CREATE OR REPLACE TRIGGER cases_assessment_no_update BEFORE UPDATE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION cases_assessment_refuse()
        """,
    ),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Install the trigger; nothing changes when it stands already.

    Raises:
        NotImplementedError: the database is neither SQLite nor PostgreSQL.
    """
    if connection.vendor not in _STATEMENTS:
        raise NotImplementedError(f"assessments cannot be protected on {connection.vendor}")
    with connection.cursor() as cursor:
        for statement in _STATEMENTS[connection.vendor]:
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove the trigger: the way back of the migration."""
    place = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS cases_assessment_no_update{place}")
