"""A referral to the police with its grades and handling codes, and the outcome that comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from tutela.core.protocol import forms
from tutela.core.protocol.contents.handing import MOST_NOTE
from tutela.core.protocol.contents.items import MOST_ITEMS, SentItem, items, judge_items
from tutela.core.protocol.errors import BadContent
from tutela.core.protocol.members import Content, inside, once
from tutela.core.terms.exchange import HandlingCode, PoliceOutcome, SourceGrade


@dataclass(frozen=True, kw_only=True)
class Evaluation(Content):
    """Europol's 4×4: how reliable the source is, and how sure the information (1 to 4)."""

    source: Annotated[SourceGrade, forms.code(SourceGrade)]
    information: Annotated[int, forms.number(1, 4)]


@dataclass(frozen=True, kw_only=True)
class Referral(Content):
    """Items for the police. With ``H3`` the note says what is restricted."""

    reference: Annotated[str, forms.reference]
    items: Annotated[tuple[SentItem, ...], items]
    danger_now: Annotated[bool | None, forms.flag] = None
    evaluation: Annotated[Evaluation | None, inside(Evaluation)] = None
    handling: Annotated[tuple[HandlingCode, ...], forms.many(forms.code(HandlingCode), most=4)] = ()
    note: Annotated[str, forms.words(MOST_NOTE)] = ""

    def judge(self, prefix: str) -> None:
        judge_items(self.items, prefix)
        once(self.handling, f"{prefix}handling")
        if HandlingCode.H3 in self.handling and not self.note:
            raise BadContent("missing", f"{prefix}note")


@dataclass(frozen=True, kw_only=True)
class Outcome(Content):
    """What became of a referral: of the named items, or of all when none is named."""

    outcome: Annotated[PoliceOutcome, forms.code(PoliceOutcome)]
    items: Annotated[tuple[UUID, ...], forms.many(forms.identifier, most=MOST_ITEMS)] = ()
    note: Annotated[str, forms.words(MOST_NOTE)] = ""
    at: Annotated[datetime, forms.moment]

    def judge(self, prefix: str) -> None:
        once(self.items, f"{prefix}items")
