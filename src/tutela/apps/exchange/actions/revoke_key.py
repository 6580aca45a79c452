"""Stop believing a partner's key, whatever it signed and whenever."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tutela.apps.accounts.rules import Actor
from tutela.apps.exchange.actions._trusting import label_of, lock_partner, trust_changed
from tutela.apps.exchange.errors import KeyUnknown
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock


def revoke_key(
    *,
    by: Actor | None = None,
    partner: str,
    key_id: str,
    reason: str = "said_so",
    now: datetime | None = None,
) -> bool:
    """Revoke; what was stored and not opened yet is refused when its turn comes. Returns whether it was news.

    Raises:
        PartnerUnknown, KeyUnknown: nobody has this name, or not this key.
    """
    actor, at = label_of(by, "manage_partners"), now or clock.now()
    with transaction.atomic():
        row = lock_partner(partner)
        key = row.keys.filter(key_id=key_id).first()
        if key is None:
            raise KeyUnknown(key_id[:32])
        if key.revoked_at is not None:
            return False
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        trust_changed()
        ledger.write_line(
            "partner_key_revoked", actor=actor, about=("partner", row.id),
            facts={"key": key_id, "reason": reason}, at=at,
        )  # fmt: skip
    return True
