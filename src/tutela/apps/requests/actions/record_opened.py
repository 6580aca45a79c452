"""Somebody opened a request: its sender's receipt says so, also of what was written about it since."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange.queries.waiting import unread_in
from tutela.apps.requests.actions._rows import lock_request
from tutela.core.kernel import clock


def record_opened(*, by: Actor, request_id: uuid.UUID) -> bool:
    """Note who opened it first; returns whether anything in it was new to everybody.

    Raises:
        RequestUnknown, NotPermitted.
    """
    require(by, "see_requests")
    with transaction.atomic():
        row = lock_request(request_id)
        if row.opened_at is None and not row.ours:
            row.opened_at, row.opened_by = clock.now(), by.id
            row.save(update_fields=["opened_at", "opened_by"])
        news = unread_in([row.conversation_id]).get(row.conversation_id, [])
        for message_id in news:
            exchange.record_person_opened(by=by, message_id=message_id)
    return bool(news)
