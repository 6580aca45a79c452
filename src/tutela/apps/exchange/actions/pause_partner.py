"""Stop saying anything to a partner and taking anything from it, and go on again."""

from __future__ import annotations

from django.db import transaction

from tutela.apps.accounts.rules import Actor
from tutela.apps.exchange.actions._trusting import label_of, lock_partner, trust_changed
from tutela.apps.exchange.errors import PartnerNotActive
from tutela.apps.exchange.rules import PartnerState
from tutela.apps.ledger import actions as ledger


def pause_partner(*, by: Actor | None = None, partner: str) -> bool:
    """Pause; what waits keeps waiting, what comes is told to come later. Returns whether anything changed.

    Raises:
        PartnerUnknown, PartnerNotActive: nobody has this name; or the partner is revoked.
    """
    return _set(by, partner, PartnerState.PAUSED, "partner_paused")


def resume_partner(*, by: Actor | None = None, partner: str) -> bool:
    """Go on with a paused partner; raises as :func:`pause_partner`."""
    return _set(by, partner, PartnerState.ACTIVE, "partner_resumed")


def _set(by: Actor | None, name: str, to: PartnerState, kind: str) -> bool:
    actor = label_of(by, "manage_partners")
    with transaction.atomic():
        row = lock_partner(name)
        if row.state == PartnerState.REVOKED:
            raise PartnerNotActive(name)
        if row.state == to:
            return False
        row.state, row.failures, row.next_try_at = to.value, 0, None
        row.save(update_fields=["state", "failures", "next_try_at"])
        trust_changed()
        ledger.write_line(kind, actor=actor, about=("partner", row.id))
    return True
