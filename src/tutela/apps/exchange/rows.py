"""Writing many rows with statements that the ORM makes once: what leaves and what comes passes here.

Building a statement and a query for each row takes the ORM longer than the database takes for it. The SQL is
the ORM's own (``InsertQuery``), or plain ``UPDATE … SET … WHERE id = …``; only the values change.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, sql
from django.db.models.constants import OnConflict

from tutela.apps.ledger.rows import execute_many


def insert_rows(rows: Sequence[Model], *, ignore_conflicts: bool = False) -> None:
    """Insert rows of one model, each with its primary key set; their values are stored as they stand."""
    if not rows:
        return
    # Not ``django.db.connection``: that one is looked up again for every attribute of every value.
    model, connection = type(rows[0]), connections[DEFAULT_DB_ALIAS]
    statement = _insert(model, ignore_conflicts, connection.vendor)
    fields = model._meta.concrete_fields
    values = [
        [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields] for row in rows
    ]
    execute_many(statement, values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@cache
def _insert(model: type[Model], ignore_conflicts: bool, _vendor: str) -> str:
    query = sql.InsertQuery(model, on_conflict=OnConflict.IGNORE if ignore_conflicts else None)
    query.insert_values(list(model._meta.concrete_fields), [model()])
    return str(query.get_compiler(connection=connections[DEFAULT_DB_ALIAS]).as_sql()[0][0])


def change_rows(model: type[Model], changes: Sequence[tuple[uuid.UUID, Mapping[str, Any]]]) -> None:
    """Set the columns of each row by its primary key; every change names the same columns, by field name."""
    if not changes:
        return
    columns, connection = (
        {one.name: one for one in model._meta.concrete_fields},
        connections[DEFAULT_DB_ALIAS],
    )
    fields, key = [columns[name] for name in changes[0][1]], model._meta.pk
    statement = _update(model, tuple(changes[0][1]), connection.vendor)
    rows = [
        [field.get_db_prep_save(values[field.name], connection) for field in fields]
        + [key.get_db_prep_value(row, connection)]
        for row, values in changes
    ]
    execute_many(statement, rows)


@cache
def _update(model: type[Model], names: tuple[str, ...], _vendor: str) -> str:
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    assignments = ", ".join(f"{quote(columns[name])} = %s" for name in names)
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    return f"UPDATE {table} SET {assignments} WHERE {key} = %s"  # noqa: S608 - names of columns only
