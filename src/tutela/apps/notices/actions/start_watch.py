"""Begin to look after an item whose notice has left."""

from __future__ import annotations

from datetime import datetime

from tutela.apps.notices import rules
from tutela.apps.notices.models import NoticeItem, Watch
from tutela.core.terms.states import ItemKind


def start_watch(row: NoticeItem, now: datetime) -> None:
    """Start the schedule for an item, from the beginning when it was watched before.

    Onion addresses and accounts are never fetched by the worker; a person looks at them. What an
    earlier watch knew of the body is forgotten: the item may be another one at the same address.
    """
    by_hand = row.kind != ItemKind.ADDRESS or row.host.endswith(".onion")
    Watch.objects.update_or_create(
        item_id=row.item_id,
        defaults={
            "kind": row.kind,
            "address": row.address,
            "host": row.host,
            "by_hand": by_hand,
            "resolved_before": bool(row.hosting and row.hosting.ip),
            "started_at": now,
            "next_look_at": rules.next_scheduled(now, now),
            "claimed_until": None,
            "step": 0,
            "misses": 0,
            "gone": False,
            "unclear": False,
            "said_gone": False,
            "asked": False,
            "digest": None,
            "state": "active",
        },
    )
