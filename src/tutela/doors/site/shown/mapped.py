"""The map and its table: one state for each country, beside a standard or beside one question of law."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tutela.core.law import comparing, countries, criteria, standards
from tutela.core.law.comparing import ORDER, Cell, Comparison
from tutela.core.law.criteria import Criterion
from tutela.core.law.standards import Standard
from tutela.doors.site import law_labels
from tutela.doors.site.shown import law, names, texts, world

INKS = ("good", "open", "part", "gap", "split", "none")
"""The order of the legend and of the layers."""
_INK_OF_CELL = {"met": "good", "partly": "part", "not": "gap", "unknown": "none"}


@dataclass(frozen=True, slots=True)
class Row:
    """One country: the ink it is drawn with, the same in words, and what stands behind it."""

    code: str
    name: str
    status: str
    label: Any
    counts: str = ""
    detail: str = ""
    years: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the legend."""

    status: str
    label: Any
    count: int
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """The page of the map, ready to be shown."""

    title: str
    question: str
    not_asked: bool
    query: str
    base: str
    rows: tuple[Row, ...]
    legend: tuple[Entry, ...]
    sheet: world.World
    empty: tuple[world.Place, ...]
    layers: tuple[world.Layer, ...]

    @property
    def answered(self) -> tuple[Row, ...]:
        """The countries of which something is known: the lines of the table."""
        return tuple(row for row in self.rows if row.status != "none")

    @property
    def unknown(self) -> tuple[Row, ...]:
        """The others, which are only named: a table of empty lines helps nobody."""
        return tuple(row for row in self.rows if row.status == "none")


def codes() -> tuple[str, ...]:
    """Return the countries of which anything is known."""
    return tuple(one.code for one in countries.countries() if one.facts)


@lru_cache(maxsize=32)
def comparison(of: tuple[str, ...], standard_id: str, on_date: date) -> Comparison:
    """Return the comparison; the one of all countries costs enough to be kept for the day."""
    return comparing.compare(of, standard_id, on_date)


def shown(standard: Standard, criterion: Criterion | None, on_date: date, base: str) -> Map:
    """Return the map of one question of law, or of a whole standard; ``base`` is the address of the map."""
    if criterion is None:
        return standard_map(standard, on_date, base)
    return criterion_map(criterion, standard, on_date, base)


def standard_map(standard: Standard, on_date: date, base: str) -> Map:
    """Return how far every country is beside all demands of one standard."""
    found = comparison(codes(), standard.id, on_date)
    columns = zip(*(row.cells for row in found.rows), strict=True)
    rows = [_whole(code, cells) for code, cells in zip(codes(), columns, strict=True)]
    asked = {"standard": standard.id}
    full = standard.title.in_language(texts.law_language())
    return _map(rows, law_labels.WHOLE, standard_title(standard), base, asked, question=full)


def criterion_map(criterion: Criterion, standard: Standard, on_date: date, base: str) -> Map:
    """Return what every country's law says to one question, beside the standard where it asks for it."""
    found = comparison(codes(), standard.id, on_date)
    asked = next((row for row in found.rows if row.demand.criterion_id == criterion.id), None)
    cells: tuple[Cell | None, ...] = asked.cells if asked else (None,) * len(codes())
    rows = [_one(code, criterion.id, cell, on_date) for code, cell in zip(codes(), cells, strict=True)]
    language = texts.law_language()
    return _map(
        rows,
        law_labels.ONE if asked else law_labels.ANSWERS,
        criterion.title.in_language(language),
        base,
        {"standard": standard.id, "criterion": criterion.id},
        question=asked.demand.demand.in_language(language) if asked else "",
        not_asked=asked is None,
    )


def standard_title(standard: Standard) -> str:
    """Return the short name of a standard in the language of the data that the page shows."""
    return standard.short.in_language(texts.law_language())


def counted(cells: tuple[Cell, ...]) -> dict[str, int]:
    """Return how many demands are met, partly met, not met, unknown."""
    counts = Counter(cell.status for cell in cells)
    return {status: counts[status] for status in ORDER}


def _whole(code: str, cells: tuple[Cell, ...]) -> Row:
    counts = counted(cells)
    ink = _ink_of_all(counts)
    facts = [fact for cell in cells for fact in cell.known.facts]
    said = _("met %(met)s, partly %(partly)s, not met %(not)s, unknown %(unknown)s") % counts
    return Row(code, names.name_of(code), ink, law_labels.WHOLE[ink], said, years=law.years(facts))


def _ink_of_all(counts: dict[str, int]) -> str:
    if counts["not"]:
        return "gap"
    if counts["partly"]:
        return "part"
    if not counts["unknown"]:
        return "good"
    return "open" if counts["met"] else "none"


def _one(code: str, criterion_id: str, cell: Cell | None, on_date: date) -> Row:
    known = countries.known(code, criterion_id, on_date)
    if cell is None:
        ink = law.ink_of_answer(known)
        label = law.answer(known)
    else:
        ink = _INK_OF_CELL[cell.status]
        label = str(law_labels.ONE[ink])
        if known.status == "disputed":
            label = pgettext("state of a demand", "%(state)s, sources disagree") % {"state": label}
    detail = "; ".join(fact.detail for fact in known.facts[:2] if fact.detail)
    return Row(code, names.name_of(code), ink, label, detail=detail, years=law.years(known.facts))


def _map(
    rows: list[Row],
    labels: dict[str, Any],
    title: str,
    base: str,
    asked: dict[str, str],
    *,
    question: str = "",
    not_asked: bool = False,
) -> Map:
    rows.sort(key=lambda row: row.name)
    counts = Counter(row.status for row in rows)
    legend = tuple(Entry(ink, labels[ink], counts[ink]) for ink in INKS if counts[ink])
    named = {row.code: row.name for row in rows}
    empty, layers = world.layers({row.code: row.status for row in rows}, named, INKS)
    query = urlencode(asked)
    return Map(title, question, not_asked, query, base, tuple(rows), legend, world.world(), empty, layers)


def choices_of_standards(chosen: str) -> tuple[names.Choice, ...]:
    """Return the standards to choose from."""
    return tuple(names.Choice(one.id, standard_title(one), one.id == chosen) for one in standards.standards())


def choices_of_criteria(chosen: str) -> list[dict[str, Any]]:
    """Return the questions of law to choose from, under the names of their groups."""
    language = texts.law_language()
    found: list[dict[str, Any]] = []
    for group in criteria.GROUPS:
        options = [
            names.Choice(one.id, one.title.in_language(language), one.id == chosen)
            for one in criteria.criteria()
            if one.group == group
        ]
        if options:
            found.append({"label": law_labels.GROUPS[group], "options": options})
    return found
