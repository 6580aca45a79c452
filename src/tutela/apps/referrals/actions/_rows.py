"""A referral's row, locked before anything is said about it: rows first, the ledger's head last."""

from __future__ import annotations

import uuid

from tutela.apps.referrals.errors import ReferralUnknown
from tutela.apps.referrals.models import Referral


def lock_referral(referral_id: uuid.UUID) -> Referral:
    """Return the row, locked until the transaction ends.

    Raises:
        ReferralUnknown: there is none.
    """
    row = Referral.objects.select_for_update().filter(pk=referral_id).first()
    if row is None:
        raise ReferralUnknown(str(referral_id))
    return row
