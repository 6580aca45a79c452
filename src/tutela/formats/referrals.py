"""From what a node says in a message to the record that sheets and bundles are written from."""

from __future__ import annotations

from datetime import datetime

from tutela.core.protocol.contents.items import SentAssessment, SentFinding, SentHosting, SentItem
from tutela.core.protocol.contents.police import Referral
from tutela.core.record.addresses import Address, NotAnAddress, parse_address
from tutela.core.record.listed import ListedFingerprint
from tutela.core.record.referral import (
    Evaluation,
    Ground,
    Hosting,
    LawFinding,
    Organisation,
    ReferralRecord,
    ReferredItem,
)
from tutela.core.terms.assessment import Assessed
from tutela.core.terms.marks import HandlingMark
from tutela.formats.errors import CannotExpress


def record_of(
    said: Referral, *, made_at: datetime, organisation: Organisation, to: Organisation, mark: HandlingMark
) -> ReferralRecord:
    """Return the record of a referral that was said in a message with this mark.

    Raises:
        CannotExpress: ``bad_address``: what a partner calls an address is none here.
    """
    grade = said.evaluation
    return ReferralRecord(
        reference=said.reference,
        made_at=made_at,
        organisation=organisation,
        to=to,
        items=tuple(_item(one) for one in said.items),
        mark=mark,
        evaluation=None if grade is None else Evaluation(grade.source, grade.information),
        handling=said.handling,
        danger_now=bool(said.danger_now) or any(one.danger_now for one in said.items),
        note=said.note,
    )


def _item(said: SentItem) -> ReferredItem:
    return ReferredItem(
        ref=str(said.ref),
        kind=said.kind,
        address=_address(said.address),
        service=said.service,
        account=said.account,
        fingerprints=tuple(ListedFingerprint(one.kind, one.value) for one in said.fingerprints),
        received_at=said.received_at,
        seen_at=said.seen_at,
        danger_now=said.danger_now,
        known=said.known,
        hosting=_hosting(said.hosting),
        assessment=_assessment(said.assessment),
        findings=tuple(_finding(one) for one in said.findings),
    )


def _address(text: str) -> Address | None:
    try:
        return parse_address(text) if text else None
    except NotAnAddress:
        raise CannotExpress("bad_address") from None


def _hosting(said: SentHosting | None) -> Hosting | None:
    return (
        None if said is None else Hosting(said.country or "", said.ip or "", said.asn or None, said.network)
    )


def _assessment(said: SentAssessment | None) -> Assessed | None:
    if said is None:
        return None
    return Assessed(
        reality=said.reality,
        age_band=said.age_band,
        category=said.category,
        series_known=said.series_known,
        self_generated=said.self_generated,
        livestream=said.livestream,
        commercial=said.commercial,
    )


def _finding(said: SentFinding) -> LawFinding:
    grounds = tuple(Ground(one.criterion, one.source) for one in said.grounds)
    return LawFinding(said.country, said.outcome, grounds)
