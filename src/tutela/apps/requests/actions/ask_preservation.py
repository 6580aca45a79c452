"""Police ask a provider's node to keep what it holds about items of a referral as it is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.exchange import actions as exchange
from tutela.apps.ledger import actions as ledger
from tutela.apps.referrals import queries as referral_queries
from tutela.apps.requests import queries, rules
from tutela.apps.requests.actions._rows import make_request
from tutela.apps.requests.errors import NothingToPreserve, PeriodNotAllowed, TooLong
from tutela.apps.requests.models import Request
from tutela.core.kernel import clock, ids
from tutela.core.law.preserving import Period
from tutela.core.protocol.contents.handing import MOST_NOTE
from tutela.core.protocol.contents.items import SentItem

SENT = ("ref", "kind", "address", "service", "account", "fingerprints", "seen_at")
"""What a provider is told of an item: where it is. What was found about it is the police's."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The request and until when it asks."""

    request_id: uuid.UUID
    until: datetime


def ask_preservation(
    *,
    by: Actor,
    referral_id: uuid.UUID,
    partner: str,
    items: Sequence[uuid.UUID] = (),
    days: int,
    keep_secret: bool = True,
    note: str = "",
) -> Asked:
    """Ask ``partner`` to preserve the named items of a referral, all of them when none is named.

    Raises:
        PeriodNotAllowed: fewer than one day, or more than what ``queries.period_for(partner)`` allows.
        NothingToPreserve, TooLong, NotAProvider, ReferralUnknown, NotPermitted.
        MarkForbids: the referral came under a mark that keeps it here.
        PartnerNotActive, NotToBeSaid.
    """
    require(by, "ask_preservation")
    period, now = queries.period_for(partner), clock.now()
    if not 1 <= days <= period.most:
        raise PeriodNotAllowed(str(days))
    if len(note.strip()) > MOST_NOTE:
        raise TooLong
    wanted = _wanted(referral_id, items)
    until, reference = now + timedelta(days=days), f"P-{ids.new_id().hex[-12:]}"
    content = _content(wanted, period, reference, days, until, keep_secret=keep_secret, note=note.strip())
    with transaction.atomic():
        said = exchange.say(
            partner=partner, kind=rules.PRESERVATION, content=content, about=("referral", referral_id),
            actor=by.label, needs_to_know=True, now=now,
        )  # fmt: skip
        row = Request(
            id=ids.new_id(), ours=True, kind=rules.PRESERVATION, conversation_id=said.conversation_id,
            message_id=said.message_id, partner=partner, reference=reference, referral_id=referral_id,
            asked_by=by.id, asks=["preserve"], due_at=until, begun_at=now,
        )  # fmt: skip
        make_request(row, [one.ref for one in wanted])
        ledger.write_line(
            "preservation_asked", actor=by.label, about=("request", row.id),
            facts={"items": len(wanted), "days": days, "ground": period.ground, "country": period.country},
            at=now,
        )  # fmt: skip
    return Asked(row.id, until)


def _wanted(referral_id: uuid.UUID, items: Sequence[uuid.UUID]) -> list[SentItem]:
    said = referral_queries.referral(referral_id).said.items
    found = [one for one in said if not items or one.ref in set(items)]
    if not found:
        raise NothingToPreserve
    return found


def _content(
    items: Sequence[SentItem],
    period: Period,
    reference: str,
    days: int,
    until: datetime,
    *,
    keep_secret: bool,
    note: str,
) -> dict[str, Any]:
    law = {"country": period.country, "source": period.cited}
    law |= {"criterion": period.criterion} if period.criterion else {}
    said: dict[str, Any] = {
        "reference": reference,
        "items": [{name: value for name, value in one.to_json().items() if name in SENT} for one in items],
        "period_days": days,
        "law": law,
        "until": clock.to_text(until),
        "keep_secret": keep_secret,
    }
    return said | ({"note": note} if note else {})
