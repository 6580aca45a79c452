"""Somebody opened a referral: its sender's receipt says so, also of what was written about it since."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange.queries.waiting import unread_in
from tutela.apps.referrals.actions._rows import lock_referral
from tutela.core.kernel import clock


def record_opened(*, by: Actor, referral_id: uuid.UUID) -> bool:
    """Note who opened it first; returns whether anything in it was new to everybody.

    Raises:
        ReferralUnknown, NotPermitted.
    """
    require(by, "see_referrals")
    with transaction.atomic():
        row = lock_referral(referral_id)
        if row.opened_at is None:
            row.opened_at, row.opened_by = clock.now(), by.id
            row.save(update_fields=["opened_at", "opened_by"])
        news = unread_in([row.conversation_id]).get(row.conversation_id, [])
        for message_id in news:
            exchange.record_person_opened(by=by, message_id=message_id)
    return bool(news)
