"""Take an item up again: an objection was right, a mistake was made, the assessment is in doubt."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.cases import rules
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import lock_item, save_item, take_up_again
from tutela.apps.cases.errors import NothingToReopen, ReasonNotOffered
from tutela.apps.cases.models import Item
from tutela.core.kernel import clock
from tutela.core.terms.states import ItemState

ASSESS_AGAIN = "assess_again"
"""The reason that begins a new round of assessments even for what was assessed as illegal."""

_REASON = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True, slots=True)
class Reopened:
    """Where the item stands now."""

    item_id: uuid.UUID
    state: str
    version: int


def reopen_item(*, item_id: uuid.UUID, reason: str, by: Actor | None = None, actor: str = "") -> Reopened:
    """Put the item back to ``deciding`` (known to be illegal) or ``waiting`` (to be assessed).

    Args:
        reason: a code such as ``objection`` or ``mistake``; ``assess_again`` asks for new assessments.
        by: the person who acts, or else ``actor``: ``worker``.

    Raises:
        ReasonNotOffered: the reason is no code.
        NothingToReopen: the item is already there.
    """
    if by is not None:
        require(by, "decide")
    if not _REASON.fullmatch(reason):
        raise ReasonNotOffered
    with transaction.atomic():
        item = lock_item(item_id)
        _check(item, reason)
        take_up_again(item, assess_again=reason == ASSESS_AGAIN)
        save_item(item)
        after = Afterwards(by.label if by else actor, clock.now())
        after.line("item_reopened", item, reason=reason, state=item.state)
        after.reopen_reports([item], rules.LOOKED_AT)
        after.finish()
    return Reopened(item.id, item.state, item.version)


def _check(item: Item, reason: str) -> None:
    reopenable = {ItemState.CLOSED, ItemState.NOTICED}
    if reason == ASSESS_AGAIN:
        reopenable |= {ItemState.DECIDING}
    if item.state not in reopenable:
        raise NothingToReopen(item.state)
