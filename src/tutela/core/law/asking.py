"""The four questions behind a finding, each answered from what is known of one law on one day.

Is it that kind of content, is this way of making it covered, is the person shown a child under this law, is
passing it on or having it punished. Each returns its answer with the reasons; none fills an empty cell.

The one premise that is not in a country's file is INTERPOL's baseline: a real child of up to about 13 years
in content that every law against such material covers. It stands in for a definition and an age limit that
were not read, never for the offence itself. Where a source speaks against it, it depends.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from tutela.core.law.facts import Fact
from tutela.core.law.knowing import Known
from tutela.core.law.logic import Answer, any_of
from tutela.core.law.reasons import Reason, ReasonCode, because, said
from tutela.core.terms.assessment import YOUNG, AgeBand, Assessed, Category, Reality, YesNo

Law = Mapping[str, Known]
"""Criterion id → what is known of it."""

DECISIVE = (
    "D-AGE",
    "D-AGETIER",
    "D-APPEARS",
    "D-NUDITY",
    "D-VIRTUAL",
    "D-DRAWN",
    "D-TEXT",
    "D-EXCEPT",
    "L-SPECIFIC",
    "O-DISTRIB",
    "O-POSSESS",
    "O-PERFORM",
    "O-SELFGEN",
)
"""All criteria that are asked here. Laws that answer these alike get the same finding."""
_AGES: dict[AgeBand, tuple[int, int | None]] = {
    AgeBand.A0_2: (0, 2),
    AgeBand.A3_6: (3, 6),
    AgeBand.A7_10: (7, 10),
    AgeBand.A11_13: (11, 13),
    AgeBand.A14_15: (14, 15),
    AgeBand.A16_17: (16, 17),
    AgeBand.ADULT: (18, None),
}
_KIND = {Reality.GENERATED: "D-VIRTUAL", Reality.DRAWN: "D-DRAWN", Reality.TEXT: "D-TEXT"}
_TREATY_AGES = {"T-EUDIR": 18, "T-LANZAROTE": 18, "T-BUDAPEST": 16}


class Step(NamedTuple):
    """The answer to one question, with the reasons."""

    answer: Answer
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...] = ()


def content(assessed: Assessed, law: Law, *, own: bool) -> Step:
    """Is what is shown the content that this law means? ``own``: it was assessed under this very law."""
    nudity = law["D-NUDITY"]
    if assessed.category is Category.BASELINE:
        if nudity.value is False or nudity.value == "partial" or nudity.status == "disputed":
            return _step(Answer.DEPENDS, nudity, "acts_only")
        return _said(Answer.YES, "baseline_material")
    if assessed.category is Category.NATIONAL:
        if own:
            return _said(Answer.YES, "assessed_under_this_law")
        if nudity.value is True:
            return _step(Answer.YES, nudity, "covered")
        known = nudity.status != "unknown"
        return _step(Answer.DEPENDS, nudity, "acts_only" if known else "content_not_recorded")
    if own:
        return _said(Answer.NO, "assessed_not_illegal_here")
    return _said(Answer.UNKNOWN, "assessed_not_illegal")


def kind(assessed: Assessed, law: Law) -> Step:
    """Does this law cover material made in this way?"""
    if assessed.reality is Reality.PHOTO_VIDEO:
        return _said(Answer.YES, "real_material")
    if assessed.reality is Reality.UNCLEAR:
        return _kind_unclear(law)
    known = law[_KIND[assessed.reality]]
    answer, code = _covered(known)
    drawn = law["D-DRAWN"]
    note = (because(drawn, "drawings_are_covered"),) if known is not drawn and drawn.value is True else ()
    return Step(answer, (because(known, code, answer),), note if answer is Answer.UNKNOWN else ())


def _kind_unclear(law: Law) -> Step:
    """A photograph would be covered; the answer is sure only when every other way is covered too."""
    answers = [_covered(law[name])[0] for name in _KIND.values()]
    if all(answer is Answer.YES for answer in answers):
        return _said(Answer.YES, "kind_unclear")
    turns = any(answer in (Answer.NO, Answer.DEPENDS) for answer in answers)
    return _said(Answer.DEPENDS if turns else Answer.UNKNOWN, "kind_unclear")


def _covered(known: Known) -> tuple[Answer, ReasonCode]:
    if known.status != "known":
        return _undecided(known)
    if known.value == "partial":
        return Answer.DEPENDS, "partly_covered"
    return (Answer.YES, "covered") if known.value is True else (Answer.NO, "not_covered")


def child(assessed: Assessed, law: Law) -> Step:
    """Is the person shown a child under this law?

    An apparent age is an estimate. Up to 13 it leaves no doubt; above, it is enough only where the law covers
    who appears to be a child. Everything else turns on proof that an assessment does not hold.
    """
    answer, reason = _below_limit(assessed, law)
    if answer is not Answer.YES or assessed.age_band in YOUNG:
        return Step(answer, (reason,))
    appears = law["D-APPEARS"]
    if appears.value is True:
        return Step(answer, (reason, because(appears, "appearance_is_enough", Answer.YES)))
    return Step(Answer.DEPENDS, (because(appears, "age_is_an_estimate", Answer.DEPENDS), reason))


def _below_limit(assessed: Assessed, law: Law) -> tuple[Answer, Reason]:
    limit = law["D-AGE"]
    if limit.status == "unknown":
        return _without_limit(assessed, law)
    found = {_compare(assessed.age_band, int(fact.value)) for fact in _in_question(limit)}
    if len(found) > 1:
        return Answer.DEPENDS, because(limit, "disputed", Answer.DEPENDS)
    answer, code = found.pop()
    if answer is Answer.NO and assessed.category is Category.BASELINE:
        answer = Answer.DEPENDS
    return answer, because(limit, code, answer)


def _in_question(known: Known) -> tuple[Fact, ...]:
    """The facts that may hold: the one that decided, or all of those in dispute."""
    return known.facts if known.status == "disputed" else known.facts[:1]


def _compare(band: AgeBand, limit: int) -> tuple[Answer, ReasonCode]:
    if band is AgeBand.UNCLEAR:
        return Answer.DEPENDS, "age_unclear"
    low, high = _AGES[band]
    if high is not None and high < limit:
        return Answer.YES, "below_age_limit"
    if low >= limit:
        return Answer.NO, "at_or_above_age_limit"
    return Answer.DEPENDS, "band_straddles_limit"


def _without_limit(assessed: Assessed, law: Law) -> tuple[Answer, Reason]:
    """A lower age that changes the penalty is a bound from below: who is under it is surely a child."""
    tier = law["D-AGETIER"]
    if tier.status == "known" and _compare(assessed.age_band, int(tier.value or 0))[0] is Answer.YES:
        return Answer.YES, because(tier, "below_lower_age", Answer.YES)
    if assessed.category is Category.BASELINE:
        return Answer.YES, said("baseline_age", Answer.YES)
    return Answer.UNKNOWN, because(law["D-AGE"], "not_known", Answer.UNKNOWN)


def treaty_ages(law: Law) -> tuple[Reason, ...]:
    """Return notes on the least age limit that treaties ask of this country; no answer by themselves."""
    return _treaty_ages(*[law[name] for name in _TREATY_AGES])


@lru_cache(maxsize=1 << 12)
def _treaty_ages(*treaties: Known) -> tuple[Reason, ...]:
    return tuple(
        Reason(one.criterion_id, "treaty_sets_age", _TREATY_AGES[one.criterion_id], one.source)
        for one in treaties
        if one.value is True
    )


def offence(assessed: Assessed, law: Law) -> Step:
    """Is making it available, or having it, punished here?"""
    live = (law["O-PERFORM"],) if assessed.livestream is YesNo.YES else ()
    return _offence(law["L-SPECIFIC"], law["O-DISTRIB"], law["O-POSSESS"], *live)


@lru_cache(maxsize=1 << 12)
def _offence(specific: Known, *asked: Known) -> Step:
    punished = [_punished(known) for known in asked]
    answer = any_of([one for one, _ in punished])
    reasons = tuple(
        because(known, code, one) for known, (one, code) in zip(asked, punished, strict=True) if one is answer
    )
    notes: tuple[Reason, ...] = ()
    if answer is not Answer.YES and specific.value is False:
        notes = (because(specific, "no_specific_law"),)
    elif specific.value == "partial":
        notes = (because(specific, "general_law_only"),)
    elif answer is Answer.UNKNOWN and specific.value is True:
        notes = (because(specific, "specific_law_exists"),)
    return Step(answer, reasons, notes)


def _punished(known: Known) -> tuple[Answer, ReasonCode]:
    if known.status != "known":
        return _undecided(known)
    if known.value == "partial":
        return Answer.DEPENDS, "partly_punishable"
    return (Answer.YES, "punishable") if known.value is True else (Answer.NO, "not_punishable")


def exemption(assessed: Assessed, law: Law) -> Step:
    """May it be exempt as made by consent among peers? Only where a source states an exemption.

    Whether there was consent, who the peers were and for whom it was meant is not recorded, so a stated
    exemption makes a finding depend; it never makes it a no. What is baseline is never exempt.
    """
    stated = law["O-SELFGEN"]
    states = stated.value is True or stated.value == "partial" or stated.status == "disputed"
    if not states or assessed.category is Category.BASELINE or assessed.self_generated is YesNo.NO:
        return Step(Answer.YES, ())
    if assessed.self_generated is YesNo.YES:
        return _step(Answer.DEPENDS, stated, "exemption_may_apply")
    return Step(Answer.YES, (), (because(stated, "exemption_exists"),))


def _undecided(known: Known) -> tuple[Answer, ReasonCode]:
    if known.status == "disputed":
        return Answer.DEPENDS, "disputed"
    return Answer.UNKNOWN, "not_known"


def _step(answer: Answer, known: Known, code: ReasonCode) -> Step:
    return Step(answer, (because(known, code, answer),))


@cache
def _said(answer: Answer, code: ReasonCode) -> Step:
    """A step that the assessment alone answers."""
    return Step(answer, (said(code, answer),))
