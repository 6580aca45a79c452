"""Append one line, in the caller's transaction.

Every change in every room ends here, one after the other, so what happens while the head is locked is as
short as it can be: the ORM writes its statements once, and only their values change from line to line.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import sql

from tutela.apps.ledger import rules
from tutela.apps.ledger.models import Head, Line
from tutela.apps.ledger.rows import execute_many, fetch_one
from tutela.core.kernel import clock, ids

_FIELDS = list(Line._meta.concrete_fields)


def write_line(
    kind: str,
    *,
    actor: str,
    about: tuple[str, uuid.UUID] | None = None,
    facts: Mapping[str, rules.Fact] | None = None,
    at: datetime | None = None,
) -> int:
    """Append a line and return its sequence number.

    Call it last in the transaction that makes the change: it locks the head until commit, so that
    numbers have no gaps and readers see lines in order.

    Args:
        kind: what happened, a code such as ``report_received``.
        actor: ``site``, ``provider``, ``worker``, ``node``, ``command``, ``person:<uuid>`` or
            ``partner:<name>``.
        about: the kind and id of the thing it happened to.
        facts: codes, numbers, ids; never text.

    Raises:
        NotALine: something in it is not a code.
        TransactionManagementError: called outside a transaction.
    """
    about_kind, about_id = about or ("", None)
    facts = dict(facts or {})
    rules.check_entry(kind, actor, about_kind, facts)
    # FOR UPDATE is refused outside a transaction on every database but SQLite, where transactions are
    # IMMEDIATE and already hold the only write lock.
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "a ledger line is written in the transaction of its change"
        )
    line_id, moment = ids.new_id(), at or clock.now()
    sequence, previous = _lock_head()
    entry = rules.Entry(
        sequence=sequence + 1,
        id=line_id,
        at=moment,
        kind=kind,
        actor=actor,
        about_kind=about_kind,
        about_id=about_id,
        facts=facts,
        previous=previous,
    )
    _append(entry, rules.digest(entry))
    return entry.sequence


def _lock_head() -> tuple[int, bytes]:
    found = fetch_one(_select_head(connection.vendor))
    if found is None:
        # The migration makes it; only a test that emptied the database comes here, perhaps twice at once.
        Head.objects.bulk_create([Head(pk=1)], ignore_conflicts=True)
        found = fetch_one(_select_head(connection.vendor))
        assert found is not None
    return found[0], bytes(found[1])


def _row(entry: rules.Entry, digest: bytes) -> dict[str, Any]:
    """Return the values of a line as the database takes them, in the order of its columns."""
    # Not the proxy of that name: it is looked up again for every attribute of every value.
    real = connections[DEFAULT_DB_ALIAS]
    return {
        field.name: field.get_db_prep_save(
            digest if field.name == "digest" else getattr(entry, field.name), real
        )
        for field in _FIELDS
    }


def _append(entry: rules.Entry, digest: bytes) -> None:
    values = _row(entry, digest)
    execute_many(_insert_line(connection.vendor), [list(values.values())])
    execute_many(_update_head(connection.vendor), [(values["sequence"], values["digest"])])


# There is one head (a constraint says so), so the statements about it need no condition.


@cache
def _select_head(_vendor: str) -> str:
    heads = Head.objects.select_for_update().order_by().values_list("sequence", "digest")
    return str(heads.query.get_compiler(connection=connection).as_sql()[0])


@cache
def _insert_line(_vendor: str) -> str:
    query = sql.InsertQuery(Line)
    query.insert_values(_FIELDS, [Line()])
    return str(query.get_compiler(connection=connection).as_sql()[0][0])


@cache
def _update_head(_vendor: str) -> str:
    query = sql.UpdateQuery(Head)
    query.add_update_values({"sequence": 0, "digest": b""})
    return str(query.get_compiler(connection=connection).as_sql()[0])
