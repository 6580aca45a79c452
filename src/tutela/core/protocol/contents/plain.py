"""The small ones: a ping, receipts, questions and replies, the head of a ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from tutela.core.protocol import forms
from tutela.core.protocol.errors import BadContent
from tutela.core.protocol.members import Content, inside
from tutela.core.terms.exchange import ReceiptStep

MOST_RECEIPTS = 500
MOST_TEXT = 8000


@dataclass(frozen=True, kw_only=True)
class Ping(Content):
    """Nothing is said; its receipt shows that the partner reads us."""


@dataclass(frozen=True, kw_only=True)
class SentReceipt(Content):
    """How far one message came: its envelope's ``digest``; ``code`` and ``member`` say why it was refused."""

    digest: Annotated[str, forms.digest]
    id: Annotated[UUID, forms.identifier]
    step: Annotated[ReceiptStep, forms.code(ReceiptStep)]
    code: Annotated[str, forms.name] = ""
    member: Annotated[str, forms.text(200)] = ""
    at: Annotated[datetime, forms.moment]

    def judge(self, prefix: str) -> None:
        if (self.step is ReceiptStep.REFUSED) is not bool(self.code):
            raise BadContent("contradicts", f"{prefix}code")


@dataclass(frozen=True, kw_only=True)
class Receipts(Content):
    """Receipts for messages of any conversations with this partner; for them there are none."""

    receipts: Annotated[tuple[SentReceipt, ...], forms.many(inside(SentReceipt), least=1, most=MOST_RECEIPTS)]


@dataclass(frozen=True, kw_only=True)
class Question(Content):
    """A question to the people of the other node."""

    text: Annotated[str, forms.words(MOST_TEXT)]


@dataclass(frozen=True, kw_only=True)
class Reply(Content):
    """What they say to it."""

    text: Annotated[str, forms.words(MOST_TEXT)]


@dataclass(frozen=True, kw_only=True)
class LedgerHead(Content):
    """The number and digest of a node's last ledger line, for partners to keep (spec/ledger.md)."""

    number: Annotated[int, forms.number(0)]
    hash: Annotated[str, forms.digest]
    at: Annotated[datetime, forms.moment]
