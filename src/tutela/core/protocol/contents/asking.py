"""What a provider is asked, by a notice or to preserve what it holds, and what it answers item by item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from tutela.core.protocol import forms
from tutela.core.protocol.contents.handing import MOST_NOTE
from tutela.core.protocol.contents.items import MOST_ITEMS, SentItem, items, judge_items
from tutela.core.protocol.members import Content, inside, once
from tutela.core.terms.assessment import Category
from tutela.core.terms.exchange import Ask, ProviderAnswer


@dataclass(frozen=True, kw_only=True)
class NoticedItem(Content):
    """One address of a notice."""

    ref: Annotated[UUID, forms.identifier]
    address: Annotated[str, forms.address]
    ip: Annotated[str | None, forms.ip] = None
    category: Annotated[Category | None, forms.code(Category)] = None
    seen_at: Annotated[datetime | None, forms.moment] = None


@dataclass(frozen=True, kw_only=True)
class Notice(Content):
    """Addresses that the provider hosts, and what it is asked to do."""

    reference: Annotated[str, forms.reference]
    items: Annotated[tuple[NoticedItem, ...], forms.many(inside(NoticedItem), least=1, most=MOST_ITEMS)]
    legal_basis: Annotated[str, forms.text(500)] = ""
    asks: Annotated[tuple[Ask, ...], forms.many(forms.code(Ask), least=1, most=2)]
    respond_by: Annotated[datetime | None, forms.moment] = None

    def judge(self, prefix: str) -> None:
        once((item.ref for item in self.items), f"{prefix}items")
        once(self.asks, f"{prefix}asks")


@dataclass(frozen=True, kw_only=True)
class Basis(Content):
    """The provision that a request to preserve stands on."""

    country: Annotated[str, forms.country]
    criterion: Annotated[str, forms.pattern(r"[A-Z][A-Z0-9-]{0,31}", 32)] = ""
    source: Annotated[str, forms.text(500)]


@dataclass(frozen=True, kw_only=True)
class Preservation(Content):
    """What is to be kept as it is, for how long and by which law; ``keep_secret`` from whom it is about."""

    reference: Annotated[str, forms.reference]
    items: Annotated[tuple[SentItem, ...], items]
    period_days: Annotated[int, forms.number(1, 3660)]
    law: Annotated[Basis, inside(Basis)]
    until: Annotated[datetime, forms.moment]
    keep_secret: Annotated[bool, forms.flag]
    note: Annotated[str, forms.words(MOST_NOTE)] = ""

    def judge(self, prefix: str) -> None:
        judge_items(self.items, prefix)


@dataclass(frozen=True, kw_only=True)
class ItemAnswer(Content):
    """What the provider says to one item."""

    ref: Annotated[UUID, forms.identifier]
    answer: Annotated[ProviderAnswer, forms.code(ProviderAnswer)]


@dataclass(frozen=True, kw_only=True)
class Answer(Content):
    """A provider's answer; ``until`` is how long what it preserved is kept."""

    items: Annotated[tuple[ItemAnswer, ...], forms.many(inside(ItemAnswer), least=1, most=MOST_ITEMS)]
    until: Annotated[datetime | None, forms.moment] = None
    note: Annotated[str, forms.words(MOST_NOTE)] = ""
    at: Annotated[datetime, forms.moment]

    def judge(self, prefix: str) -> None:
        once((item.ref for item in self.items), f"{prefix}items")
