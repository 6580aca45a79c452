"""A beginning that many tests share, played once per process: the next test gets the rows that it left.

A letter that was sent is a hundred and fifty statements away from an empty database. The first test plays
them through the rooms' own actions; for the others the same rows are put into the tables, on which they
then go on. It is done only where it is the same: an empty ledger, as many rows in every table, the same
settings and the same moment; otherwise the beginning is played again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

Tables = dict[str, Any]


@dataclass(frozen=True)
class Beginning:
    """What was there before, table by table; the tables that are different after; what was returned."""

    counts: tuple[int, ...]
    before: Tables
    after: Tables
    made: Any


_kept: dict[Hashable, Beginning] = {}


def once(key: Hashable, play: Callable[[], T]) -> T:
    """Return what ``play`` returns, and leave in the database what it leaves."""
    from django.db import connection

    if not connection.in_atomic_block:
        return play()
    counts = _counts()
    kept = _kept.get((connection.vendor, key))
    if kept and kept.counts == counts:
        _put(kept)
        made: T = kept.made
        return made
    before = _read()
    made = play()
    after = {name: rows for name, rows in _read().items() if rows != before[name]}
    _kept[connection.vendor, key] = Beginning(counts, before, after, made)
    return made


def _names() -> list[str]:
    from django.db import connection

    return sorted(connection.introspection.django_table_names())


def _counts() -> tuple[int, ...]:
    from django.db import connection

    with connection.cursor() as cursor:
        counts = ", ".join(f'(SELECT count(*) FROM "{name}")' for name in _names())
        cursor.execute(f"SELECT {counts}")
        return tuple(cursor.fetchone())


def _read() -> Tables:
    """Return the rows of every table as the database itself writes them."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return {name: _copied(cursor, name) for name in _names()}
    return {name: _selected(name) for name in _names()}


def _copied(cursor: Any, name: str) -> bytes:
    with cursor.cursor.copy(f'COPY "{name}" TO STDOUT') as copy:
        return b"".join(bytes(part) for part in copy)


def _selected(name: str) -> list[tuple[Any, ...]]:
    from django.db import connection

    execute = connection.connection.execute
    columns = [row[1] for row in execute(f'PRAGMA table_info("{name}")')]
    # The plus sign keeps Python's reading of dates and truths out: what is stored is what comes.
    listed = ", ".join(f'+"{column}"' for column in columns)
    return list(execute(f'SELECT {listed} FROM "{name}" ORDER BY rowid'))


def _put(kept: Beginning) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for name, rows in kept.after.items():
            if kept.before[name]:
                cursor.execute(f'DELETE FROM "{name}"')
            if connection.vendor == "postgresql":
                with cursor.cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                    copy.write(rows)
            elif rows:
                marks = ", ".join("?" * len(rows[0]))
                connection.connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
