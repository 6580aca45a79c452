"""What may close by itself when the worker finds it gone, and what a report is closed with."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum

from tutela.core.terms.assessment import Category
from tutela.core.terms.states import CloseReason, ItemState


class Severity(IntEnum):
    """How much harm a wrong closing would do."""

    NONE = 0
    NATIONAL = 1
    BASELINE = 2
    PERSON = 3
    UNKNOWN = 4


CLOSES_ITSELF_UP_TO = Severity.BASELINE
"""The set severity. Above it: a child who may be in danger or who wrote to us, and what nobody assessed."""


def severity(*, category: str, danger_now: bool, self_report: bool) -> Severity:
    """Return how grave closing without a person would be."""
    if danger_now or self_report:
        return Severity.PERSON
    if not category:
        return Severity.UNKNOWN
    return {Category.BASELINE: Severity.BASELINE, Category.NATIONAL: Severity.NATIONAL}.get(
        Category(category), Severity.NONE
    )


def closes_itself(*, state: str, category: str, danger_now: bool, self_report: bool) -> bool:
    """Return whether an item that is gone may close without a person: only after a notice about it left."""
    grave = severity(category=category, danger_now=danger_now, self_report=self_report)
    return state == ItemState.NOTICED and grave <= CLOSES_ITSELF_UP_TO


def common_outcome(outcomes: Collection[str]) -> str:
    """Return what a report of several items is closed with: their reason, or ``other`` when they differ."""
    different = set(outcomes)
    return different.pop() if len(different) == 1 else CloseReason.OTHER.value
