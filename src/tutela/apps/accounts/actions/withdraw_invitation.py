"""End an invitation that was not used."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.accounts import rules
from tutela.apps.accounts.models import Invitation
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotFound


def withdraw_invitation(*, by: rules.Actor, invitation_id: uuid.UUID) -> None:
    """End the invitation.

    Raises:
        NotPermitted
        NotFound: there is no open invitation with this id.
    """
    rules.require(by, "manage_people")
    with transaction.atomic():
        still_open = Invitation.objects.filter(pk=invitation_id, used_at=None, withdrawn_at=None)
        if still_open.update(withdrawn_at=clock.now()) != 1:
            raise NotFound
        ledger.write_line("invitation_withdrawn", actor=by.label, about=("invitation", invitation_id))
