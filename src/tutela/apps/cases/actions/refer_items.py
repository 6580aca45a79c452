"""Refer items to the police: a decision that stands beside others, or holds the item until they answer."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.cases import rules
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import (
    already_decided,
    check_claim,
    check_version,
    free,
    lock_item,
    save_item,
)
from tutela.apps.cases.errors import DecisionNotOffered, GroundNotOffered
from tutela.apps.cases.models import Decision, Item
from tutela.core.kernel import clock, ids
from tutela.core.terms.states import DecisionKind, ItemState

REFER = DecisionKind.REFER.value


def refer_items(
    *, by: Actor, items: Sequence[tuple[uuid.UUID, int]], hold: bool = False, departs_because: str = ""
) -> None:
    """Decide that the police get these items (id and the version that was seen); all of them or none.

    Without ``hold`` the desk goes on with them: a letter on its way stays on its way. To be called by
    whoever sends them, in the same transaction.

    Raises:
        DecisionNotOffered: one of them is closed, or is nowhere.
        AlreadyDecided, ChangedMeanwhile, ClaimedByAnother, GroundNotOffered, NoSuchItem, NotPermitted.
    """
    require(by, "decide")
    if departs_because and departs_because not in rules.GROUNDS:
        raise GroundNotOffered(departs_because[:40])
    with transaction.atomic():
        after = Afterwards(by.label, clock.now())
        for item_id, version in sorted(items):
            item = lock_item(item_id)
            check_version(item, version)
            _refer(item, by, after, hold=hold)
            if departs_because:
                after.line("route_departed", item, decision=REFER, ground=departs_because)
        after.finish()


def _refer(item: Item, by: Actor, after: Afterwards, *, hold: bool) -> None:
    if item.state == ItemState.CLOSED:
        raise already_decided(item)
    check_claim(item, by, after.now)
    if not rules.may_refer(state=item.state, kind=item.kind):
        raise DecisionNotOffered(REFER)
    Decision(
        id=ids.new_id(), item=item, kind=REFER, by=by.id, at=after.now, version=item.version + 1,
        state_from=item.state, state_before=item.state_before, pending_before=item.pending,
    ).save(force_insert=True)  # fmt: skip
    holds = hold and item.state != ItemState.HELD
    if holds:
        item.state_before, item.state, item.pending = item.state, ItemState.HELD.value, ""
        free(item)
    save_item(item)
    # Who follows decisions takes an item out of its letter; a referral alone does not.
    after.line("item_referred", item, held=holds)
    if holds:
        after.line("item_decided", item, decision=REFER, reason="")
