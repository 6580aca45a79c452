"""An item on its way between nodes: where it is and what was found about it, as far as its sender says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from tutela.core.protocol import forms
from tutela.core.protocol.errors import BadContent
from tutela.core.protocol.members import Content, inside, once
from tutela.core.terms.assessment import AgeBand, Category, Reality, YesNo
from tutela.core.terms.exchange import LawOutcome
from tutela.core.terms.states import ItemKind

MOST_ITEMS = 500
HEX_DIGITS = {"sha256": 64, "sha1": 40, "md5": 32, "pdq": 64}
"""How long a fingerprint of a known kind is; of other kinds nothing is known."""
fingerprint_value = forms.pattern(r"([0-9a-f]{2})+", 1024)


def check_fingerprint(kind: str, value: str, name: str) -> None:
    """Refuse a value that cannot be of its kind."""
    if len(value) != HEX_DIGITS.get(kind, len(value)):
        raise BadContent("wrong_form", name)


@dataclass(frozen=True, kw_only=True)
class SentFingerprint(Content):
    """A fingerprint in lower-case hexadecimal."""

    kind: Annotated[str, forms.name]
    value: Annotated[str, fingerprint_value]

    def judge(self, prefix: str) -> None:
        check_fingerprint(self.kind, self.value, f"{prefix}value")


@dataclass(frozen=True, kw_only=True)
class SentHosting(Content):
    """Who hosts it, as far as the sender knows."""

    country: Annotated[str | None, forms.country] = None
    ip: Annotated[str | None, forms.ip] = None
    asn: Annotated[int | None, forms.number(0, 2**32 - 1)] = None
    network: Annotated[str, forms.text(200)] = ""


@dataclass(frozen=True, kw_only=True)
class SentAssessment(Content):
    """What an analyst of the sender found."""

    reality: Annotated[Reality, forms.code(Reality)]
    age_band: Annotated[AgeBand, forms.code(AgeBand)]
    category: Annotated[Category, forms.code(Category)]
    series_known: Annotated[YesNo, forms.code(YesNo)] = YesNo.UNCLEAR
    self_generated: Annotated[YesNo, forms.code(YesNo)] = YesNo.UNCLEAR
    livestream: Annotated[YesNo, forms.code(YesNo)] = YesNo.UNCLEAR
    commercial: Annotated[YesNo, forms.code(YesNo)] = YesNo.UNCLEAR


@dataclass(frozen=True, kw_only=True)
class SentGround(Content):
    """The question of the law that decided, and the source of its answer."""

    criterion: Annotated[str, forms.pattern(r"[A-Z][A-Z0-9-]{0,31}", 32)]
    source: Annotated[str, forms.text(500)] = ""


@dataclass(frozen=True, kw_only=True)
class SentFinding(Content):
    """What the law of one country says to it."""

    country: Annotated[str, forms.country]
    outcome: Annotated[LawOutcome, forms.code(LawOutcome)]
    grounds: Annotated[tuple[SentGround, ...], forms.many(inside(SentGround), most=50)] = ()


@dataclass(frozen=True, kw_only=True)
class SentItem(Content):
    """``ref`` is the sender's name for it; answers, updates and outcomes use the same."""

    ref: Annotated[UUID, forms.identifier]
    kind: Annotated[ItemKind, forms.code(ItemKind, but=frozenset({ItemKind.NO_ADDRESS}))]
    address: Annotated[str, forms.address] = ""
    service: Annotated[str, forms.text(512)] = ""
    account: Annotated[str, forms.text(512)] = ""
    fingerprints: Annotated[tuple[SentFingerprint, ...], forms.many(inside(SentFingerprint), most=100)] = ()
    received_at: Annotated[datetime | None, forms.moment] = None
    seen_at: Annotated[datetime | None, forms.moment] = None
    danger_now: Annotated[bool | None, forms.flag] = None
    known: Annotated[bool | None, forms.flag] = None
    hosting: Annotated[SentHosting | None, inside(SentHosting)] = None
    assessment: Annotated[SentAssessment | None, inside(SentAssessment)] = None
    findings: Annotated[tuple[SentFinding, ...], forms.many(inside(SentFinding), most=250)] = ()

    def judge(self, prefix: str) -> None:
        needed = {
            ItemKind.ADDRESS: ("address", self.address),
            ItemKind.ACCOUNT: ("account", self.account or self.service),
            ItemKind.FINGERPRINT: ("fingerprints", self.fingerprints),
        }
        name, value = needed[self.kind]
        if not value:
            raise BadContent("missing", f"{prefix}{name}")


items = forms.many(inside(SentItem), least=1, most=MOST_ITEMS)


def judge_items(sent: tuple[SentItem, ...], prefix: str) -> None:
    """Refuse two items of one name."""
    once((item.ref for item in sent), f"{prefix}items")
