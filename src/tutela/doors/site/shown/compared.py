"""Up to five countries beside one standard and beside one another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from tutela.core.law.comparing import Cell
from tutela.core.law.standards import Standard
from tutela.doors.site import law_labels
from tutela.doors.site.shown import law, mapped, names, texts
from tutela.doors.site.shown.law import FactShown

MOST = 5


@dataclass(frozen=True, slots=True)
class Named:
    """One country of the comparison."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CellShown:
    """What one country's law says to one demand."""

    country: str
    label: Any
    tone: str
    says: str
    reason: Any
    facts: tuple[FactShown, ...]


@dataclass(frozen=True, slots=True)
class RowShown:
    """One demand, with one cell for each country."""

    demand: str
    article: str
    cells: tuple[CellShown, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparison, ready to be shown."""

    title: str
    query: str
    countries: tuple[Named, ...]
    rows: tuple[RowShown, ...]


def shown(codes: tuple[str, ...], standard: Standard, on_date: date) -> Compared:
    """Return the countries beside the standard."""
    language = texts.law_language()
    named = tuple(Named(code, names.name_of(code)) for code in codes)
    rows = tuple(
        RowShown(
            row.demand.demand.in_language(language),
            row.demand.article,
            tuple(_cell(one.name, cell) for one, cell in zip(named, row.cells, strict=True)),
        )
        for row in mapped.comparison(codes, standard.id, on_date).rows
    )
    query = urlencode([*(("country", code) for code in codes), ("standard", standard.id)])
    return Compared(mapped.standard_title(standard), query, named, rows)


def _cell(country: str, cell: Cell) -> CellShown:
    says = "" if cell.known.value in (None, True, False, "partial") else law.answer(cell.known)
    return CellShown(
        country,
        law_labels.CELLS[cell.status],
        law_labels.TONES[cell.status],
        says,
        law_labels.REASONS.get(cell.reason, ""),
        law.facts(cell.known.facts),
    )
