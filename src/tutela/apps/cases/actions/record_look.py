"""What the worker found out: the notice has left, the item is gone, is back, or cannot be told."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction

from tutela.apps.cases import rules
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import close, free, lock_item, save_item, take_up_again
from tutela.apps.cases.models import Item
from tutela.core.kernel import clock
from tutela.core.terms.states import CheckOutcome, CloseReason, ItemState

_GONE_BEFORE = (CloseReason.REMOVED, CloseReason.NOT_REACHABLE)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where the item stands, and whether anything changed."""

    item_id: uuid.UUID
    state: str
    changed: bool


def record_noticed(*, item_id: uuid.UUID, actor: str = "worker") -> Recorded:
    """A notice about the item was accepted by the provider's mail server.

    What has left is recorded whatever the desk did meanwhile; only a decided item moves on.
    """
    with transaction.atomic():
        item, after = lock_item(item_id), Afterwards(actor, clock.now())
        item.noticed_at = after.now
        if item.state == ItemState.DECIDING:
            item.state, item.pending = ItemState.NOTICED.value, ""
            free(item)
        save_item(item)
        after.line("item_noticed", item, state=item.state)
        after.tell_all(item, rules.NOTICE_SENT)
        after.finish()
    return Recorded(item.id, item.state, changed=True)


def record_gone(*, item_id: uuid.UUID, actor: str = "worker") -> Recorded:
    """The item is gone. It closes by itself only after a notice and up to the set severity."""
    with transaction.atomic():
        item, after = lock_item(item_id), Afterwards(actor, clock.now())
        if item.state == ItemState.CLOSED:
            return _gone_as_before(item, after)
        first = item.look != CheckOutcome.MISSING
        item.look = CheckOutcome.MISSING.value
        if _closes_itself(item):
            close(item, CloseReason.REMOVED, after.now)
            save_item(item)
            after.line("item_gone", item)
            after.line("item_closed", item, outcome=item.outcome)
            after.tell_all(item, rules.REMOVED)
            after.close_reports(item)
        elif first or item.state == ItemState.NOTICED:
            _to_a_person(item)
            save_item(item)
            after.line("item_gone", item)
            if item.noticed_at is not None:
                after.tell_all(item, rules.REMOVED)
        else:
            return Recorded(item.id, item.state, changed=False)
        after.finish()
    return Recorded(item.id, item.state, changed=True)


def record_returned(*, item_id: uuid.UUID, actor: str = "worker") -> Recorded:
    """The item can be reached again after it was gone: it goes up in the queue."""
    with transaction.atomic():
        item, after = lock_item(item_id), Afterwards(actor, clock.now())
        was_gone = item.look == CheckOutcome.MISSING or item.outcome in _GONE_BEFORE
        if not was_gone:
            changed = item.look != CheckOutcome.REACHABLE
            Item.objects.filter(pk=item.pk).update(look=CheckOutcome.REACHABLE.value)
            return Recorded(item.id, item.state, changed=changed)
        item.look = CheckOutcome.REACHABLE.value
        if item.state == ItemState.CLOSED:
            take_up_again(item)
        else:
            _to_a_person(item)
        item.returned = True
        save_item(item)
        after.line("item_returned", item, state=item.state)
        after.reopen_reports([item], rules.CAME_BACK)
        after.finish()
    return Recorded(item.id, item.state, changed=True)


def record_unclear(*, item_id: uuid.UUID, actor: str = "worker") -> Recorded:
    """A machine cannot tell whether the item is reachable; a person has to."""
    with transaction.atomic():
        item, after = lock_item(item_id), Afterwards(actor, clock.now())
        asked_again = item.state == ItemState.CLOSED and item.seen_again_at is not None
        if item.look == CheckOutcome.UNCLEAR and not asked_again and item.state != ItemState.NOTICED:
            return Recorded(item.id, item.state, changed=False)
        item.look = CheckOutcome.UNCLEAR.value
        if asked_again:
            take_up_again(item)
        else:
            _to_a_person(item)
        save_item(item)
        after.line("item_unclear", item, state=item.state)
        if asked_again:
            after.reopen_reports([item], rules.LOOKED_AT)
        after.finish()
    return Recorded(item.id, item.state, changed=True)


def _closes_itself(item: Item) -> bool:
    return rules.closes_itself(
        state=item.state,
        category=item.category,
        danger_now=item.danger_now,
        self_report=item.self_report,
    )


def _to_a_person(item: Item) -> None:
    if item.state == ItemState.NOTICED:
        item.state = ItemState.DECIDING.value


def _gone_as_before(item: Item, after: Afterwards) -> Recorded:
    """Somebody reported it again, the worker looked, and it is still gone: answer that report."""
    if item.seen_again_at is None:
        return Recorded(item.id, item.state, changed=False)
    item.seen_again_at, item.look = None, CheckOutcome.MISSING.value
    save_item(item, changed=False)
    after.line("item_gone", item)
    after.tell_all(item, rules.REMOVED)
    after.close_reports(item)
    after.finish()
    return Recorded(item.id, item.state, changed=True)
