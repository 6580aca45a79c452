"""What a partner found about entries that it has from us: kept at the entry, for people to look at."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tutela.apps.hashbank.models import Entry, Feedback
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger.rules import Fact
from tutela.core.kernel import ids
from tutela.core.matching.sources import Opinion as OpinionKind


def hear_feedback(
    *, list_id: uuid.UUID, partner: str, opinions: Mapping[uuid.UUID, OpinionKind], now: datetime
) -> int:
    """Keep the partner's word on entries of one list, its last one of each; returns how many were news."""
    with transaction.atomic():
        wanted = Entry.objects.filter(list_id=list_id, pk__in=list(opinions)).values_list("pk", flat=True)
        entries = set(wanted)
        rows = Feedback.objects.select_for_update().filter(partner=partner, entry_id__in=entries)
        before = {row.entry_id: row for row in rows.order_by("entry_id")}
        news = [
            one for one in sorted(entries) if one not in before or before[one].opinion != opinions[one].value
        ]
        for entry_id in news:
            row = before.get(entry_id) or Feedback(id=ids.new_id(), entry_id=entry_id, partner=partner)
            row.opinion, row.at = opinions[entry_id].value, now
            row.save(force_insert=entry_id not in before)
        if news:
            counts: dict[str, Fact] = dict(Counter(opinions[one].value for one in news))
            ledger.write_line(
                "hash_feedback_heard", actor=f"partner:{partner}", about=("hash_list", list_id), facts=counts
            )
    return len(news)
