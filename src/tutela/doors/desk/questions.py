"""Questions with one key a value, as the assessment and the decision ask them.

The keys come from ``core.terms`` where the codes have some, and are counted where they have none, so
that what is pressed is always printed beside what it picks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tutela.core.terms import assessment
from tutela.core.terms import labels as terms
from tutela.core.terms.assessment import YesNo
from tutela.core.terms.states import CloseReason, DecisionKind
from tutela.doors.desk import labels

SAVE_KEY = "s"


@dataclass(frozen=True, slots=True)
class Value:
    """One answer that can be picked."""

    code: str
    label: str
    key: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answers. ``only_with`` names the decision that it belongs to."""

    name: str
    label: str
    key: str
    values: tuple[Value, ...]
    wrong: bool = False
    only_with: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not fit, and the question it is about (empty: the whole)."""

    text: str
    field: str = ""


def of_assessment(given: Mapping[str, str], wrong: Iterable[str] = ()) -> list[Question]:
    """Return the questions of an assessment with what was given; yes-or-no questions begin at unclear."""
    marked = set(wrong)
    return [
        Question(
            name=name,
            label=labels.term("field", name),
            key=terms.key("field", name),
            values=_values(assessment.GROUPS[name], kind, given.get(name) or _begin(kind)),
            wrong=name in marked,
        )
        for name, kind in assessment.FIELDS.items()
    ]


def _begin(kind: object) -> str:
    return YesNo.UNCLEAR.value if kind is YesNo else ""


def _values(group: str, codes: Iterable[str], chosen: str) -> tuple[Value, ...]:
    return tuple(
        Value(str(code), labels.term(group, str(code)), terms.key(group, str(code)), str(code) == chosen)
        for code in codes
    )


def of_decision(
    kinds: Iterable[DecisionKind], reasons: Iterable[CloseReason], given: Mapping[str, str]
) -> list[Question]:
    """Return the questions of a decision: what is to be done and, for closing, why; none when nothing is."""
    offered = list(kinds)
    if not offered:
        return []
    chosen = given.get("kind", "") or (offered[0].value if len(offered) == 1 else "")
    found = [Question("kind", _("What is to be done"), "d", _counted("decision", offered, chosen))]
    if DecisionKind.CLOSE in offered:
        found.append(
            Question(
                name="reason",
                label=_("Why it is closed"),
                key="w",
                values=_counted("close_reason", list(reasons), given.get("reason", "")),
                only_with=DecisionKind.CLOSE.value,
            )
        )
    return found


def _counted(group: str, codes: Iterable[str], chosen: str) -> tuple[Value, ...]:
    return tuple(
        Value(str(code), labels.term(group, str(code)), str(number), str(code) == chosen)
        for number, code in enumerate(codes, 1)
    )


def contradictions(codes: Iterable[str]) -> list[Problem]:
    """Return what contradicts itself, each with the question where a person would begin to look."""
    return [Problem(labels.term("contradiction", code), _BEGINS_AT.get(code, "category")) for code in codes]


_BEGINS_AT = {
    "baseline_needs_a_real_child": "reality",
    "baseline_needs_a_young_child": "age_band",
    "adult_is_no_child": "age_band",
    "not_reachable_was_not_seen": "category",
    "text_is_no_livestream": "livestream",
}
