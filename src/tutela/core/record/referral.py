"""A referral to police, complete and neutral: what a sheet, a bundle and other formats are written from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tutela.core.record.addresses import Address
from tutela.core.record.listed import ListedFingerprint
from tutela.core.terms.assessment import Assessed
from tutela.core.terms.exchange import HandlingCode, LawOutcome, SourceGrade
from tutela.core.terms.marks import HandlingMark
from tutela.core.terms.states import ItemKind

INFORMATION_GRADES = (1, 2, 3, 4)
"""Europol's 4×4, the information: in no doubt; known to the source alone; corroborated; not corroborated."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who refers, or to whom. ``country`` is ISO 3166-1 alpha-2, empty where it is not known."""

    name: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Hosting:
    """Who hosted it when it was looked up; ``asn`` is None and texts are empty where nothing is known."""

    country: str = ""
    ip: str = ""
    asn: int | None = None
    network: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """One criterion that a finding rests on, and the source that says so."""

    criterion: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class LawFinding:
    """What the law of one country says to the item's assessment."""

    country: str
    outcome: LawOutcome
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Source and information in Europol's 4×4, said together and never worked out from another scheme."""

    source: SourceGrade
    information: int


@dataclass(frozen=True, slots=True)
class ReferredItem:
    """One item: an address, an account (``service`` and ``account`` canonical) or fingerprints alone.

    ``ref`` is the sender's id of it. ``danger_now`` and ``known`` are None where nobody said.
    """

    ref: str
    kind: ItemKind
    address: Address | None = None
    service: str = ""
    account: str = ""
    fingerprints: tuple[ListedFingerprint, ...] = ()
    received_at: datetime | None = None
    seen_at: datetime | None = None
    danger_now: bool | None = None
    known: bool | None = None
    hosting: Hosting | None = None
    assessment: Assessed | None = None
    findings: tuple[LawFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferralRecord:
    """One referral with its items. All moments are aware; ``note`` is what a person wrote to the police."""

    reference: str
    made_at: datetime
    organisation: Organisation
    to: Organisation
    items: tuple[ReferredItem, ...]
    mark: HandlingMark
    evaluation: Evaluation | None = None
    handling: tuple[HandlingCode, ...] = ()
    danger_now: bool = False
    note: str = ""
