"""Changing many rows, each in its own way, with one statement that the database prepares once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def change_rows(model: type[Model], changes: Sequence[tuple[uuid.UUID, Mapping[str, Any]]]) -> None:
    """Set the columns of each row by its primary key; every change names the same columns, by field name.

    Plain SQL of one kind (``UPDATE … SET … WHERE id = …``): Django's ``bulk_update`` writes one statement
    with a condition for every row and column, which takes longer to build than the rows take to change.
    """
    if not changes:
        return
    columns = {field.name: field for field in model._meta.concrete_fields}
    fields, key, quote = [columns[name] for name in changes[0][1]], model._meta.pk, connection.ops.quote_name
    assignments = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    table, pk = quote(model._meta.db_table), quote(str(key.column))
    statement = f"UPDATE {table} SET {assignments} WHERE {pk} = %s"  # noqa: S608 - names of columns only
    rows = [
        [field.get_db_prep_save(values[field.name], connection) for field in fields]
        + [key.get_db_prep_value(row, connection)]
        for row, values in changes
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
