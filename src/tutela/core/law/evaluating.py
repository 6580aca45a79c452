"""What the law of a country says to one assessment: illegal, not illegal, depends, unknown; and why.

The finding is about the item: whether material as assessed may be made available or kept under that law. It
is no verdict about a person. docs/law.md has the tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from tutela.core.law import asking
from tutela.core.law import countries as law
from tutela.core.law.asking import Step
from tutela.core.law.errors import Contradiction
from tutela.core.law.facts import CONFIDENCES, Confidence
from tutela.core.law.knowing import Answers, Known
from tutela.core.law.logic import Answer, all_of
from tutela.core.law.reasons import Reason, because, differing
from tutela.core.terms import assessment as terms
from tutela.core.terms.assessment import Assessed, Category

Outcome = Literal["illegal", "not_illegal", "depends", "unknown"]
_OUTCOMES: dict[Answer, Outcome] = {
    Answer.YES: "illegal",
    Answer.NO: "not_illegal",
    Answer.DEPENDS: "depends",
    Answer.UNKNOWN: "unknown",
}
_NOT_ASKED: dict[Category, Reason] = {
    Category.NOT_REACHABLE: Reason(None, "not_seen", answer=Answer.UNKNOWN),
    Category.OUTSIDE_SCOPE: Reason(None, "outside_scope", answer=Answer.UNKNOWN),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """``reasons`` begin with those that decide; ``notes`` change nothing and are worth knowing.

    ``confidence`` is that of the weakest source among the reasons, None when no source took part.
    """

    country: str
    outcome: Outcome
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    confidence: Confidence | None
    on_date: date


def evaluate(
    assessment: Assessed, country: str | law.Country, on_date: date, *, assessed_under: str | None = None
) -> Finding:
    """Return what the law of ``country`` says on a day.

    ``assessed_under`` names the country whose law the analyst had in mind when choosing the category: there,
    and only there, "illegal under national law" and "not illegal" answer whether the content is meant.

    Raises:
        Contradiction: the assessment contradicts itself.
        UnknownCountry, DateBeforeLaw: the question cannot be asked.
    """
    if found := terms.check(assessment):
        raise Contradiction(found)
    of = law.country(country) if isinstance(country, str) else country
    return _find(assessment, of, on_date, assessed_under, {})


def evaluate_all(
    assessment: Assessed,
    on_date: date,
    *,
    among: Iterable[law.Country] | None = None,
    assessed_under: str | None = None,
) -> tuple[Finding, ...]:
    """Return a finding for every country, or for those of ``among``, in their order.

    Raises:
        Contradiction, DateBeforeLaw: as :func:`evaluate`.
    """
    if found := terms.check(assessment):
        raise Contradiction(found)
    judged: dict[_Key, _Judged] = {}
    asked = law.countries() if among is None else among
    return tuple(_find(assessment, one, on_date, assessed_under, judged) for one in asked)


class _Judged(NamedTuple):
    """What two laws share that answer every decisive question alike."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    confidence: Confidence | None
    age_limit_not_read: bool = False


_Key = tuple[bool, tuple[Known, ...]]


def _find(
    assessed: Assessed,
    country: law.Country,
    on_date: date,
    assessed_under: str | None,
    judged: dict[_Key, _Judged],
) -> Finding:
    known = law.known_of(country, on_date)
    own = assessed_under is not None and assessed_under.upper() == country.code
    key = (own, known.decisive)
    found = judged.get(key)
    if found is None:
        found = judged[key] = _judge(assessed, known, own)
    notes = (*found.notes, *asking.treaty_ages(known)) if found.age_limit_not_read else found.notes
    return Finding(country.code, found.outcome, found.reasons, notes, found.confidence, on_date)


def _judge(assessed: Assessed, known: Answers, own: bool) -> _Judged:
    if reason := _NOT_ASKED.get(assessed.category):
        return _Judged("unknown", (reason,), (), None)
    steps = (
        asking.exemption(assessed, known),
        asking.content(assessed, known, own=own),
        asking.kind(assessed, known),
        asking.child(assessed, known),
        asking.offence(assessed, known),
    )
    answer = all_of([step.answer for step in steps])
    reasons = _in_order(answer, steps)
    not_read = any(one.criterion_id == "D-AGE" and one.code == "not_known" for one in reasons)
    notes = tuple(_notes(reasons, steps, known))
    return _Judged(_OUTCOMES[answer], reasons, notes, _weakest(reasons, known), not_read)


def _in_order(answer: Answer, steps: tuple[Step, ...]) -> tuple[Reason, ...]:
    """Put the reasons first that made the answer what it is."""
    first: list[Reason] = []
    rest: list[Reason] = []
    for step in steps:
        (first if step.answer is answer else rest).extend(step.reasons)
    return (*first, *rest)


def _notes(reasons: tuple[Reason, ...], steps: tuple[Step, ...], known: Answers) -> list[Reason]:
    notes = [note for step in steps if step.notes for note in step.notes]
    for reason in reasons:
        if reason.source and reason.criterion_id and known[reason.criterion_id].differing:
            notes += differing(known[reason.criterion_id])
    if known["D-EXCEPT"].value is True:
        notes.append(because(known["D-EXCEPT"], "exceptions_exist"))
    return notes


def _weakest(reasons: tuple[Reason, ...], known: Answers) -> Confidence | None:
    found = {
        known[reason.criterion_id].facts[0].confidence
        for reason in reasons
        if reason.source and reason.criterion_id
    }
    return max(found, key=CONFIDENCES.index) if found else None
