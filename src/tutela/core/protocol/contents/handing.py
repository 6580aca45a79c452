"""Handing items over to another hotline, and telling each other what becomes of them until it is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from tutela.core.protocol import forms
from tutela.core.protocol.contents.items import MOST_ITEMS, SentItem, items, judge_items
from tutela.core.protocol.members import Content, inside, once
from tutela.core.terms.exchange import HandoverState
from tutela.core.terms.states import CloseReason

MOST_NOTE = 4000


@dataclass(frozen=True, kw_only=True)
class Handover(Content):
    """Items that the addressee is asked to take over."""

    reference: Annotated[str, forms.reference]
    items: Annotated[tuple[SentItem, ...], items]
    note: Annotated[str, forms.words(MOST_NOTE)] = ""

    def judge(self, prefix: str) -> None:
        judge_items(self.items, prefix)


@dataclass(frozen=True, kw_only=True)
class ItemUpdate(Content):
    """Where one item stands now. ``at`` is when it came to stand there."""

    ref: Annotated[UUID, forms.identifier]
    state: Annotated[HandoverState, forms.code(HandoverState)]
    reason: Annotated[CloseReason | None, forms.code(CloseReason)] = None
    at: Annotated[datetime, forms.moment]


@dataclass(frozen=True, kw_only=True)
class HandoverUpdate(Content):
    """News of some items, in either direction; ``closed`` is its sender's last word in this conversation."""

    items: Annotated[tuple[ItemUpdate, ...], forms.many(inside(ItemUpdate), most=MOST_ITEMS)] = ()
    note: Annotated[str, forms.words(MOST_NOTE)] = ""
    closed: Annotated[bool, forms.flag] = False

    def judge(self, prefix: str) -> None:
        once((item.ref for item in self.items), f"{prefix}items")
