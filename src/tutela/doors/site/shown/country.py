"""The page of one country: what its law says, and what each standard asks for beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tutela.core.law import countries, criteria, standards
from tutela.core.law.comparing import Comparison
from tutela.core.law.countries import Country, Known
from tutela.core.law.standards import Standard
from tutela.doors.site import law_labels
from tutela.doors.site.shown import law, mapped, texts
from tutela.doors.site.shown.law import FactShown

_TONES_OF_ANSWERS = {"good": "calm", "part": "warn", "gap": "plain", "split": "warn", "open": "calm"}


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of law with its answer and the sources."""

    title: str
    label: str
    tone: str
    facts: tuple[FactShown, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of one group that have an answer."""

    label: Any
    known: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class Demanded:
    """One demand of a standard that is not met, or only partly."""

    demand: str
    article: str
    status: str
    label: Any
    tone: str
    answer: str
    reason: Any
    facts: tuple[FactShown, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """One demand of which nobody knows whether it is met."""

    text: str
    article: str


@dataclass(frozen=True, slots=True)
class Beside:
    """The country beside one standard."""

    id: str
    title: str
    full: str
    note: str
    bound_title: str
    bound: str
    met: int
    partly: int
    not_met: int
    unknown: int
    gaps: tuple[Demanded, ...]
    unknown_demands: tuple[Unknown, ...]


@dataclass(frozen=True, slots=True)
class CountryShown:
    """The page of one country, ready to be shown."""

    code: str
    name: str
    groups: tuple[Group, ...]
    unknown: tuple[str, ...]
    standards: tuple[Beside, ...]


def shown(country: Country, on_date: date) -> CountryShown:
    """Return everything that the page of ``country`` says."""
    language = texts.law_language()
    known = countries.known_of(country, on_date)
    return CountryShown(
        country.code,
        country.name(language),
        _groups(known, language),
        tuple(
            one.title.in_language(language)
            for one in criteria.criteria()
            if known[one.id].status == "unknown"
        ),
        tuple(_beside(country, one, on_date, known) for one in standards.standards()),
    )


def _groups(known: dict[str, Known], language: str) -> tuple[Group, ...]:
    found = []
    for group, label in law_labels.GROUPS.items():
        answered = tuple(
            Answered(
                one.title.in_language(language),
                law.answer(known[one.id]),
                _TONES_OF_ANSWERS[law.ink_of_answer(known[one.id])],
                law.facts(known[one.id].facts),
            )
            for one in criteria.criteria()
            if one.group == group and known[one.id].status != "unknown"
        )
        if answered:
            found.append(Group(label, answered))
    return tuple(found)


def _beside(country: Country, standard: Standard, on_date: date, known: dict[str, Known]) -> Beside:
    comparison = mapped.comparison((country.code,), standard.id, on_date)
    counts = mapped.counted(tuple(row.cells[0] for row in comparison.rows))
    treaty = criteria.criterion(standard.party) if standard.party else None
    language = texts.law_language()
    return Beside(
        standard.id,
        mapped.standard_title(standard),
        standard.title.in_language(language),
        standard.note.in_language(language),
        treaty.title.in_language(language) if treaty else "",
        law.answer(known[treaty.id]) if treaty else "",
        counts["met"],
        counts["partly"],
        counts["not"],
        counts["unknown"],
        _gaps(comparison, language),
        tuple(
            Unknown(row.demand.demand.in_language(language), row.demand.article)
            for row in comparison.rows
            if row.cells[0].status == "unknown"
        ),
    )


def _gaps(comparison: Comparison, language: str) -> tuple[Demanded, ...]:
    return tuple(
        Demanded(
            row.demand.demand.in_language(language),
            row.demand.article,
            cell.status,
            law_labels.CELLS[cell.status],
            law_labels.TONES[cell.status],
            law.answer(cell.known),
            law_labels.REASONS.get(cell.reason, ""),
            law.facts(cell.known.facts),
        )
        for row in comparison.rows
        for cell in row.cells
        if cell.status in ("not", "partly")
    )
