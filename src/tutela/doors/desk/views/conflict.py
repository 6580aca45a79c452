"""Two people at once: what the other did, and whether what was chosen can still be saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tutela.apps.cases import errors as case_errors
from tutela.doors.desk import refusals


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the other person did. ``again``: saving once more is possible."""

    text: str
    at: datetime | None
    again: bool


def conflict_of(refusal: case_errors.ChangedMeanwhile, *, again: bool) -> Conflict:
    """Return what the page says about a change in the meantime."""
    return Conflict(refusals.sentence(refusal), refusal.at, again)
