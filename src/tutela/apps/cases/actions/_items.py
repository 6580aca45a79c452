"""Locking and changing an item: what every action on one has in common."""

from __future__ import annotations

import uuid
from datetime import datetime

from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import rules
from tutela.apps.cases.errors import AlreadyDecided, ChangedMeanwhile, ClaimedByAnother, NoSuchItem
from tutela.apps.cases.models import Assessment, Item
from tutela.core.terms.assessment import ILLEGAL
from tutela.core.terms.states import CloseReason, ItemState


def lock_item(item_id: uuid.UUID) -> Item:
    """Return the item, locked until the transaction ends.

    Raises:
        NoSuchItem: there is none.
    """
    rows = Item.objects.select_for_update(of=("self",)).select_related("settled")
    row = rows.filter(pk=item_id).first()
    if row is None:
        raise NoSuchItem(str(item_id))
    return row


def save_item(item: Item, *, changed: bool = True) -> None:
    """Store the item with the rank that its facts now have.

    Args:
        changed: whether a person who was looking at it must look again before deciding.
    """
    item.rank, _ = rules.rank(item.rank_facts, item.received_at)
    if changed:
        item.version += 1
    item.save()


def check_version(item: Item, version: int) -> None:
    """Refuse a person who looked at an older version, and say what happened since.

    Raises:
        AlreadyDecided: it was decided.
        ChangedMeanwhile: something else happened.
    """
    if item.version == version:
        return
    latest = item.decisions.filter(version__gt=version, undone_at__isnull=True).order_by("-version").first()
    if latest is None:
        raise ChangedMeanwhile(version=item.version, state=item.state)
    raise AlreadyDecided(
        version=item.version,
        state=item.state,
        by=latest.by,
        kind=latest.kind,
        reason=latest.reason,
        at=latest.at,
    )


def already_decided(item: Item) -> AlreadyDecided:
    """Return the refusal that says who decided and what."""
    latest = item.decisions.filter(undone_at__isnull=True).order_by("-at", "-id").first()
    if latest is None:
        return AlreadyDecided(version=item.version, state=item.state, reason=item.outcome)
    return AlreadyDecided(
        version=item.version,
        state=item.state,
        by=latest.by,
        kind=latest.kind,
        reason=latest.reason,
        at=latest.at,
    )


def check_claim(item: Item, by: Actor, now: datetime) -> None:
    """Refuse when somebody else has the item in hand.

    Raises:
        ClaimedByAnother: says who and how long.
    """
    if item.claimed_by in (None, by.id) or item.claimed_until is None or item.claimed_until <= now:
        return
    raise ClaimedByAnother(item.claimed_by, item.claimed_until)


def free(item: Item) -> None:
    """Take the item out of anybody's hands (not stored yet)."""
    item.claimed_by = item.claimed_until = None


def close(item: Item, outcome: CloseReason, now: datetime) -> None:
    """Make the item a closed one (not stored yet)."""
    item.state, item.outcome, item.closed_at = ItemState.CLOSED.value, outcome.value, now
    item.pending = item.state_before = ""
    item.returned = False
    item.seen_again_at = None
    free(item)


def take_up_again(item: Item, *, assess_again: bool = False) -> None:
    """Open the item again where its assessment says (not stored yet)."""
    illegal = item.category in ILLEGAL
    to = rules.reopened_state(settled_illegal=illegal, assess_again=assess_again)
    if to is ItemState.WAITING:
        if Assessment.objects.filter(item=item, round=item.round).exists():
            item.round += 1
        item.settled = None
    item.state, item.outcome, item.closed_at = to.value, "", None
    item.pending = item.state_before = ""
    item.seen_again_at = None
    free(item)
