"""Note that both organisations agreed to ask each other which cases both have, or that they no longer do."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tutela.apps.accounts.rules import Actor
from tutela.apps.exchange.actions._trusting import label_of, lock_partner
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock


def agree_overlap(*, by: Actor | None = None, partner: str, now: datetime | None = None) -> bool:
    """Ask this partner and answer it from now on. Returns whether anything changed.

    Raises:
        NotPermitted, PartnerUnknown: not for this person, or nobody has this name.
    """
    return _set(by, partner, now or clock.now(), "overlap_agreed", agreed=True)


def end_overlap(*, by: Actor | None = None, partner: str, now: datetime | None = None) -> bool:
    """Neither ask nor answer this partner any more; raises as :func:`agree_overlap`."""
    return _set(by, partner, now or clock.now(), "overlap_ended", agreed=False)


def _set(by: Actor | None, name: str, at: datetime, kind: str, *, agreed: bool) -> bool:
    actor = label_of(by, "manage_partners")
    with transaction.atomic():
        row = lock_partner(name)
        if (row.overlap_agreed_at is not None) == agreed:
            return False
        row.overlap_agreed_at = at if agreed else None
        row.save(update_fields=["overlap_agreed_at"])
        ledger.write_line(kind, actor=actor, about=("partner", row.id), at=at)
    return True
