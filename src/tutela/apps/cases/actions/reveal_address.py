"""Give out the plain address for the viewing workstation; giving it out leaves a line."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import lock_item
from tutela.apps.cases.actions.open_exposure import refuse_when_stopped
from tutela.apps.cases.errors import NoViewMode
from tutela.apps.cases.queries.viewing import viewing
from tutela.core.kernel import clock


def reveal_address(*, by: Actor, item_id: uuid.UUID) -> str:
    """Return the address as it can be typed into a browser; empty when the item has none.

    Raises:
        NoViewMode: this desk may not look at material.
        ExposureStop, NoSuchItem, NotPermitted
    """
    require(by, "assess")
    if not viewing().allowed:
        raise NoViewMode
    refuse_when_stopped(by)
    with transaction.atomic():
        item = lock_item(item_id)
        after = Afterwards(by.label, clock.now())
        after.line("address_revealed", item)
        after.finish()
    return item.canonical
