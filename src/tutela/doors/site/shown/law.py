"""What is said about one fact, one answer, one demand of a standard: core's codes as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tutela.core.kernel import clock
from tutela.core.law.countries import Fact, Known
from tutela.doors.site import law_labels


@dataclass(frozen=True, slots=True)
class FactShown:
    """One fact with its source; ``url`` is empty where nobody can open the source."""

    detail: str
    source: str
    year: int
    url: str
    confidence: Any
    period: str


def today() -> date:
    """Return the day as of which the pages speak."""
    return clock.now().date()


def facts(shown: Iterable[Fact]) -> tuple[FactShown, ...]:
    """Return ``shown`` as people read them."""
    return tuple(
        FactShown(
            fact.detail,
            fact.source.title,
            fact.source.year,
            fact.source.url if fact.source.can_be_opened else "",
            law_labels.CONFIDENCE[fact.confidence],
            _period(fact),
        )
        for fact in shown
    )


def answer(known: Known) -> str:
    """Return the answer in a word or a number."""
    if known.status == "disputed":
        return str(law_labels.VALUES["disputed"])
    if known.value is None:
        return str(law_labels.CELLS["unknown"])
    if isinstance(known.value, bool):
        return str(law_labels.VALUES["yes" if known.value else "no"])
    return str(law_labels.VALUES["partial"] if known.value == "partial" else known.value)


def ink_of_answer(known: Known) -> str:
    """Return the ink that the map draws the answer with."""
    if known.status == "disputed":
        return "split"
    if known.value is None:
        return "none"
    if isinstance(known.value, bool):
        return "good" if known.value else "gap"
    return "part" if known.value == "partial" else "open"


def years(shown: Iterable[Fact]) -> str:
    """Return the year of the oldest and of the newest source, as one text."""
    found = sorted({fact.source.year for fact in shown})
    if not found:
        return ""
    return str(found[0]) if len(found) == 1 else f"{found[0]}–{found[-1]}"


def _period(fact: Fact) -> str:
    begins, ends = fact.in_force_from, fact.in_force_to
    if begins and ends:
        return _("in force from %(begins)s to %(ends)s") % {"begins": _day(begins), "ends": _day(ends)}
    if begins:
        return _("in force from %(begins)s") % {"begins": _day(begins)}
    return _("in force until %(ends)s") % {"ends": _day(ends)} if ends else ""


def _day(value: date) -> str:
    return date_format(value, "j F Y")
