"""Append one line, in the caller's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tutela.apps.ledger import rules
from tutela.apps.ledger.models import Head, Line
from tutela.core.kernel import clock, ids


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
    # select_for_update raises outside a transaction on every database but SQLite, where
    # transactions are IMMEDIATE and already hold the only write lock.
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "a ledger line is written in the transaction of its change"
        )
    head = _lock_head()
    entry = rules.Entry(
        sequence=head.sequence + 1,
        id=ids.new_id(),
        at=at or clock.now(),
        kind=kind,
        actor=actor,
        about_kind=about_kind,
        about_id=about_id,
        facts=facts,
        previous=bytes(head.digest),
    )
    digest = rules.digest(entry)
    Line.objects.bulk_create(
        [
            Line(
                sequence=entry.sequence,
                id=entry.id,
                at=entry.at,
                kind=kind,
                actor=actor,
                about_kind=about_kind,
                about_id=about_id,
                facts=facts,
                previous=entry.previous,
                digest=digest,
            )
        ]
    )
    Head.objects.filter(pk=1).update(sequence=entry.sequence, digest=digest)
    return entry.sequence


def _lock_head() -> Head:
    heads = Head.objects.select_for_update().filter(pk=1)
    head = heads.first()
    if head is None:
        # The migration makes it; only a test that emptied the database comes here, perhaps twice at once.
        Head.objects.bulk_create([Head(pk=1)], ignore_conflicts=True)
        head = heads.get()
    return head
