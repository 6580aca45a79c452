"""Hand items over to a partner hotline, and take back what it says became of them."""

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
    close,
    free,
    lock_item,
    save_item,
)
from tutela.apps.cases.actions.record_look import Recorded
from tutela.apps.cases.errors import DecisionNotOffered, GroundNotOffered
from tutela.apps.cases.models import Decision, Item
from tutela.core.kernel import clock, ids
from tutela.core.terms.states import CheckOutcome, CloseReason, DecisionKind, ItemState


def hand_over_items(*, by: Actor, items: Sequence[tuple[uuid.UUID, int]], departs_because: str = "") -> None:
    """Decide that these items (id and the version that was seen) go to a partner; all of them or none.

    They are held until the partner says what became of them. To be called by whoever sends them, in the
    same transaction.

    Raises:
        DecisionNotOffered: one of them is in a state, or of a kind, that is not handed over.
        AlreadyDecided, ChangedMeanwhile, ClaimedByAnother, GroundNotOffered, NoSuchItem, NotPermitted.
    """
    require(by, "decide")
    if departs_because and departs_because not in rules.GROUNDS:
        raise GroundNotOffered(departs_because[:40])
    with transaction.atomic():
        after = Afterwards(by.label, clock.now())
        # In the order of their ids, so that two people with the same items wait for each other.
        for item_id, version in sorted(items):
            item = lock_item(item_id)
            check_version(item, version)
            _hand_over(item, by, after)
            if departs_because:
                after.line(
                    "route_departed", item, decision=DecisionKind.HANDOVER.value, ground=departs_because
                )
        after.finish()


def _hand_over(item: Item, by: Actor, after: Afterwards) -> None:
    if item.state == ItemState.CLOSED:
        raise already_decided(item)
    check_claim(item, by, after.now)
    if not rules.may_hand_over(state=item.state, kind=item.kind):
        raise DecisionNotOffered(DecisionKind.HANDOVER.value)
    Decision(
        id=ids.new_id(), item=item, kind=DecisionKind.HANDOVER.value, by=by.id, at=after.now,
        version=item.version + 1, state_from=item.state, state_before=item.state_before,
        pending_before=item.pending,
    ).save(force_insert=True)  # fmt: skip
    item.state_before, item.state, item.pending = item.state, ItemState.HELD.value, ""
    free(item)
    save_item(item)
    after.line("item_decided", item, decision=DecisionKind.HANDOVER.value, reason="")


def close_handed_over(*, item_id: uuid.UUID, outcome: CloseReason, actor: str) -> Recorded:
    """The partner that took the item over closed it: close it here too and tell the reporters.

    Where a child may be in danger, or wrote to us, it goes back to a person instead, who sees why.
    """
    with transaction.atomic():
        item, after = lock_item(item_id), Afterwards(actor, clock.now())
        if item.state == ItemState.CLOSED:
            return Recorded(item.id, item.state, changed=False)
        if outcome is CloseReason.REMOVED:
            item.look = CheckOutcome.MISSING.value
        if item.danger_now or item.self_report:
            back = item.state_before if item.state == ItemState.HELD else item.state
            item.state = back or ItemState.DECIDING.value
            item.state_before = ""
            save_item(item)
            after.line("item_handed_back", item, outcome=outcome.value, state=item.state)
        else:
            close(item, outcome, after.now)
            save_item(item)
            after.line("item_closed", item, outcome=item.outcome)
            if outcome is CloseReason.REMOVED:
                after.tell_all(item, rules.REMOVED)
            after.close_reports(item)
        after.finish()
    return Recorded(item.id, item.state, changed=True)
