"""The order of the queue: one integer worked out from reasons that are shown with it.

danger now > a child reports itself > not known before > hosted here > back after removal > age. Each
reason is one bit, the gravest the highest, so that comparing two classes is comparing their lists of
reasons. Within a class the older comes first. A smaller rank stands further up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

CLASS_REASONS = ("danger_now", "self_report", "new", "hosted_here", "came_back")
"""The reasons that make a class, the gravest first."""

RECOGNISED = "recognised"
"""A hash list knew it: no reason to be further up, and one to look with less surprise."""

AGE = "age_days"
"""The last reason: how long it has waited. Shown from one full day on."""

_MOST_CLASS = (1 << len(CLASS_REASONS)) - 1
_AGE_BITS = 48
"""Milliseconds since 1970 fit into 48 bits until the year 10889; five more bits stay below 2^53."""


@dataclass(frozen=True, slots=True)
class RankFacts:
    """What the order looks at."""

    danger_now: bool
    self_report: bool
    assessed_before: bool
    hosted_here: bool
    returned: bool
    received_at: datetime
    recognised: bool = False


def class_of(facts: RankFacts) -> int:
    """Return 0 (gravest) to 31 (no reason but age)."""
    held = (
        facts.danger_now,
        facts.self_report,
        not facts.assessed_before and not facts.recognised,
        facts.hosted_here,
        facts.returned,
    )
    bits = 0
    for yes in held:
        bits = bits << 1 | int(yes)
    return _MOST_CLASS - bits


def reasons_of_class(number: int) -> tuple[str, ...]:
    """Return the reasons that class ``number`` stands for, the gravest first."""
    bits = _MOST_CLASS - number
    last = len(CLASS_REASONS) - 1
    return tuple(code for place, code in enumerate(CLASS_REASONS) if bits >> (last - place) & 1)


def rank(facts: RankFacts, now: datetime) -> tuple[int, tuple[str, ...]]:
    """Return the sortable rank and the reasons for it as codes.

    The rank does not depend on ``now``: waiting longer moves an item up because others come later, and
    a stored rank stays right. ``now`` only decides whether its age is worth naming.
    """
    number = class_of(facts)
    milliseconds = int(facts.received_at.timestamp() * 1000)
    reasons = reasons_of_class(number)
    if facts.recognised:
        reasons = (*reasons, RECOGNISED)
    if (now - facts.received_at).days >= 1:
        reasons = (*reasons, AGE)
    return number << _AGE_BITS | milliseconds, reasons
