"""What is known of one question about one country on one day, when several sources speak.

The rule: higher confidence goes before lower, then the newer edition, then a text of law before what others
say about it. Sources that are still level and differ leave the cell disputed, and both are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tutela.core.law.facts import CONFIDENCES, KINDS, Fact, Source, Value

Status = Literal["known", "disputed", "unknown"]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The answer on one day: ``facts`` hold every source that speaks for it, the best first.

    Compared by identity, so that what follows from one can be remembered.

    ``differing`` are those in force that say something else than the answer, for a page to show beside it.
    """

    criterion_id: str
    value: Value | None
    status: Status
    facts: tuple[Fact, ...] = ()
    differing: tuple[Fact, ...] = ()

    @property
    def fact(self) -> Fact | None:
        """The fact that decided, or the first of those in dispute."""
        return self.facts[0] if self.facts else None

    @property
    def source(self) -> Source | None:
        """The source of :attr:`fact`."""
        return self.facts[0].source if self.facts else None


class Answers(dict[str, Known]):
    """Criterion id → answer for every criterion; ``decisive`` are those that a finding can rest on."""

    __slots__ = ("decisive",)

    def __init__(self, known: Mapping[str, Known], decisive: Iterable[str]) -> None:
        super().__init__(known)
        self.decisive = tuple(known[name] for name in decisive)


def weight(fact: Fact) -> tuple[int, int, int]:
    """Return what facts are ordered by: the smaller, the better."""
    return (CONFIDENCES.index(fact.confidence), -fact.source.year, KINDS.index(fact.source.kind))


def settle(criterion_id: str, facts: Iterable[Fact], on_date: date) -> Known:
    """Return what ``facts`` of one criterion say on a day; those that do not speak for it are left out."""
    speaking = tuple(sorted((fact for fact in facts if fact.speaks_for(on_date)), key=weight))
    if not speaking:
        return Known(criterion_id, None, "unknown")
    best = [fact for fact in speaking if weight(fact) == weight(speaking[0])]
    if any(fact.value != best[0].value for fact in best):
        return Known(criterion_id, None, "disputed", speaking, speaking)
    differing = tuple(fact for fact in speaking if fact.value != best[0].value)
    return Known(criterion_id, best[0].value, "known", speaking, differing)
