"""Tell partners what this desk says of entries of theirs: one message for each list."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import datetime

from django.db import transaction

from tutela.apps.exchange.actions.say import say
from tutela.apps.exchange.errors import ExchangeRefusal
from tutela.apps.exchange.models import HeardList
from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank.queries import OpinionForPartner

KIND = "hash_feedback"


def tell_opinions(now: datetime) -> int:
    """Say all opinions that wait; returns how many were told."""
    waiting: dict[uuid.UUID, list[OpinionForPartner]] = defaultdict(list)
    for one in bank_queries.opinions_for_partners():
        waiting[one.source_id].append(one)
    return sum(_tell(source, opinions, now) for source, opinions in waiting.items())


def _tell(source_id: uuid.UUID, opinions: list[OpinionForPartner], now: datetime) -> int:
    row = HeardList.objects.select_related("partner").filter(source_id=source_id).first()
    # Of two about one entry the later one counts.
    latest = {one.key: one.opinion for one in opinions}
    with transaction.atomic():
        state = _say(row, latest, now) if row else "failed"
        for one in opinions:
            bank.record_opinion(opinion_id=one.id, state=state, now=now)
    return len(opinions) if state == "told" else 0


def _say(row: HeardList, opinions: dict[str, str], now: datetime) -> str:
    entries = [{"entry": key, "opinion": opinion} for key, opinion in opinions.items()]
    try:
        say(
            partner=row.partner.name, kind=KIND, conversation=row.conversation_id,
            content={"list": row.remote, "entries": entries}, actor="worker", now=now,
        )  # fmt: skip
    except ExchangeRefusal:
        return "failed"  # the partner is revoked: nothing is said to it any more
    return "told"
