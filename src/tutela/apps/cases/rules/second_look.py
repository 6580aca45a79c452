"""When a second person looks, and what holds after two or three have."""

from __future__ import annotations

from collections.abc import Collection

from tutela.core.terms.assessment import Assessed

DECISIVE = ("category", "reality")
"""The fields on which two people must agree: they decide which law applies and what is done."""


def needs_second_look(assessed: Assessed, policy: Collection[str]) -> bool:
    """Return whether the node's policy, a list of categories, wants another person's look."""
    return str(assessed.category) in policy


def agree(first: Assessed, second: Assessed) -> bool:
    """Return whether two assessments are the same where it decides anything."""
    return all(getattr(first, name) == getattr(second, name) for name in DECISIVE)


def settle(first: Assessed, second: Assessed | None = None, third: Assessed | None = None) -> Assessed | None:
    """Return the assessment that holds, or ``None`` while two disagree.

    The third person saw both and decides alone. When two agree the first holds; their other fields may
    differ, and both stay in the record.
    """
    if third is not None:
        return third
    if second is None or agree(first, second):
        return first
    return None
