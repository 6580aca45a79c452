"""Let an item go on that was held for the police."""

from __future__ import annotations

import uuid

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import check_version, lock_item, save_item
from tutela.apps.cases.errors import DecisionNotOffered
from tutela.core.kernel import clock
from tutela.core.terms.states import ItemState


def release_hold(*, by: Actor, item_id: uuid.UUID, version: int | None = None) -> str:
    """Put a held item back where it was; return its state.

    Raises:
        DecisionNotOffered: it is not held.
        ChangedMeanwhile, AlreadyDecided: somebody was faster.
    """
    require(by, "decide")
    with transaction.atomic():
        item = lock_item(item_id)
        if version is not None:
            check_version(item, version)
        if item.state != ItemState.HELD:
            raise DecisionNotOffered(item.state)
        item.state, item.state_before = _back(item.state_before), ""
        save_item(item)
        after = Afterwards(by.label, clock.now())
        after.line("hold_released", item, state=item.state)
        after.finish()
    return item.state


def _back(state: str) -> str:
    # A notice that left while the item was held does not leave again: a person decides what is next.
    return ItemState.DECIDING.value if state in ("", ItemState.NOTICED) else state
