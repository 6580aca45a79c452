"""Append many lines at once, in the caller's transaction: the head is locked, read and moved once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from tutela.apps.ledger import rules
from tutela.apps.ledger.actions.write_line import _insert_line, _lock_head, _row, _update_head
from tutela.apps.ledger.rows import execute_many
from tutela.core.kernel import clock, ids


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be written, as :func:`write_line` takes it."""

    kind: str
    actor: str
    about: tuple[str, uuid.UUID] | None = None
    facts: Mapping[str, rules.Fact] = field(default_factory=dict)


def write_lines(lines: Sequence[NewLine], *, at: datetime | None = None) -> int:
    """Append the lines in their order and return the last sequence number, 0 when there are none.

    Raises:
        NotALine: something in one of them is not a code; none is written.
        TransactionManagementError: called outside a transaction.
    """
    if not lines:
        return 0
    for line in lines:
        rules.check_entry(line.kind, line.actor, (line.about or ("", None))[0], dict(line.facts))
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("lines are written in the transaction of their change")
    moment, made = at or clock.now(), [ids.new_id() for _ in lines]
    sequence, digest = _lock_head()
    rows = []
    for line, line_id in zip(lines, made, strict=True):
        sequence += 1
        about_kind, about_id = line.about or ("", None)
        entry = rules.Entry(
            sequence, line_id, moment, line.kind, line.actor, about_kind, about_id, dict(line.facts), digest
        )
        digest = rules.digest(entry)
        rows.append(_row(entry, digest))
    execute_many(_insert_line(connection.vendor), [list(row.values()) for row in rows])
    execute_many(_update_head(connection.vendor), [(rows[-1]["sequence"], rows[-1]["digest"])])
    return sequence
