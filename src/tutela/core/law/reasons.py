"""One reason of a finding, a route or a power: a code, the question of law behind it, and where it was read.

Codes and data only. What people read for a code stands in ``data/labels.csv``, group ``reason``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from tutela.core.law.facts import Source, Value
from tutela.core.law.knowing import Known
from tutela.core.law.logic import Answer

ReasonCode = Literal[
    # what the assessment says
    "not_seen",
    "outside_scope",
    "baseline_material",
    "assessed_under_this_law",
    "assessed_not_illegal_here",
    "assessed_not_illegal",
    "real_material",
    # what the law says to it
    "covered",
    "partly_covered",
    "not_covered",
    "acts_only",
    "content_not_recorded",
    "kind_unclear",
    "below_age_limit",
    "at_or_above_age_limit",
    "band_straddles_limit",
    "age_unclear",
    "below_lower_age",
    "age_is_an_estimate",
    "appearance_is_enough",
    "baseline_age",
    "punishable",
    "partly_punishable",
    "not_punishable",
    "exemption_may_apply",
    "not_known",
    "disputed",
    # what to keep in mind
    "exceptions_exist",
    "exemption_exists",
    "no_specific_law",
    "general_law_only",
    "specific_law_exists",
    "drawings_are_covered",
    "treaty_sets_age",
    "sources_differ",
    # where an item goes
    "danger_now",
    "hosted_here",
    "hosted_abroad",
    "hosting_unknown",
    "illegal_here",
    "illegal_there",
    "undecided_here",
    "undecided_there",
    "not_illegal_here",
    "not_illegal_there",
    "terms_of_service_only",
    "hotline_exists",
    "only_a_portal",
    "no_hotline_known",
    "duty_to_report",
    "treaty_binds_both",
    "nothing_to_pass_on",
    # what a node may do
    "allowed",
    "partly_allowed",
    "forbidden",
    "person_must_confirm",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """``criterion_id`` is None where no law is asked; ``answer`` is what this reason alone comes to."""

    criterion_id: str | None
    code: ReasonCode
    value: Value | None = None
    source: Source | None = None
    detail: str = ""
    answer: Answer | None = None


@cache
def said(code: ReasonCode, answer: Answer | None = None) -> Reason:
    """Return a reason without a question of law: what the assessment or the way of the item says."""
    return Reason(None, code, answer=answer)


@lru_cache(maxsize=1 << 16)
def because(known: Known, code: ReasonCode, answer: Answer | None = None) -> Reason:
    """Return the reason that a known answer gives, with the source that decided."""
    if not known.facts:
        return Reason(known.criterion_id, code, answer=answer)
    fact = known.facts[0]
    return Reason(known.criterion_id, code, known.value, fact.source, fact.detail, answer)


@lru_cache(maxsize=1 << 12)
def differing(known: Known) -> tuple[Reason, ...]:
    """Return a note for every source in force that says something else than the answer."""
    return tuple(
        Reason(known.criterion_id, "sources_differ", fact.value, fact.source, fact.detail)
        for fact in known.differing
    )
