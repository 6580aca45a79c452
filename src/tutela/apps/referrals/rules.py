"""What the room judges without Django: the order of referrals with its reasons, and what an outcome means.

danger now > it goes on live > a child reports itself or made it itself > not known before > age. Each reason
is one bit, the gravest the highest; within a class the older comes first. A smaller rank stands further up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tutela.core.protocol.contents.items import SentItem
from tutela.core.protocol.contents.police import Referral
from tutela.core.terms.assessment import YesNo
from tutela.core.terms.exchange import PoliceOutcome

CLASS_REASONS = ("danger_now", "livestream", "self_report", "new")
"""The reasons that make a class, the gravest first."""

AGE = "age_days"
"""The last reason: how long it has waited. Shown from one full day on."""

_MOST_CLASS = (1 << len(CLASS_REASONS)) - 1
_AGE_BITS = 48

SETTLED = frozenset({PoliceOutcome.VICTIM_SAFEGUARDED, PoliceOutcome.KNOWN_CASE, PoliceOutcome.NOT_OURS})
"""Outcomes after which nobody here has anything to do with it; a later one may still say otherwise."""

ACTED = SETTLED | {PoliceOutcome.INVESTIGATING}
"""Outcomes that say that the police did what they were asked for."""

NEEDS_NOTE = frozenset({PoliceOutcome.MORE_NEEDED})


@dataclass(frozen=True, slots=True)
class RankFacts:
    """What the order looks at."""

    danger_now: bool
    livestream: bool
    self_report: bool
    new: bool
    received_at: datetime


def facts_of(said: Referral, *, received_at: datetime) -> RankFacts:
    """Return what a referral says of its urgency; one item is enough for each reason."""
    return RankFacts(
        danger_now=bool(said.danger_now) or any(one.danger_now for one in said.items),
        livestream=any(_says(one, "livestream") for one in said.items),
        self_report=any(_says(one, "self_generated") for one in said.items),
        new=any(one.known is not True for one in said.items),
        received_at=received_at,
    )


def _says(item: SentItem, name: str) -> bool:
    return item.assessment is not None and getattr(item.assessment, name) is YesNo.YES


def rank(facts: RankFacts) -> int:
    """Return the sortable rank; it does not change with time."""
    bits = 0
    for reason in CLASS_REASONS:
        bits = bits << 1 | int(getattr(facts, reason))
    return (_MOST_CLASS - bits) << _AGE_BITS | int(facts.received_at.timestamp() * 1000)


def reasons_of(number: int, *, received_at: datetime, now: datetime) -> tuple[str, ...]:
    """Return why a referral of this rank stands where it stands, the gravest reason first."""
    bits = _MOST_CLASS - (number >> _AGE_BITS)
    last = len(CLASS_REASONS) - 1
    found = tuple(code for place, code in enumerate(CLASS_REASONS) if bits >> (last - place) & 1)
    return (*found, AGE) if (now - received_at).days >= 1 else found
