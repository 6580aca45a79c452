"""How far the law of a country is beside what a standard asks for; where nobody knows, that is said.

A demand is met only by an answer that a source gives. Sources in dispute leave it unknown. A "no" where the
standard lets a state opt out is still a "no": the cell then says that opting out is possible.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tutela.core.law import countries as law
from tutela.core.law import standards
from tutela.core.law.knowing import Known
from tutela.core.law.standards import Demand, Standard

CellStatus = Literal["met", "partly", "not", "unknown"]
CellReason = Literal[
    "says_so",
    "partial_in_law",
    "says_otherwise",
    "below_bound",
    "opting_out_possible",
    "not_known",
    "disputed",
]
ORDER: tuple[CellStatus, ...] = ("not", "partly", "unknown", "met")
"""What has to be looked at first."""
_BEST_FIRST: tuple[CellStatus, ...] = ("met", "partly", "unknown", "not")


@dataclass(frozen=True, slots=True)
class Cell:
    """One country beside one demand; ``reason`` is a code of the label group ``cell_reason``."""

    country: str
    status: CellStatus
    known: Known
    reason: CellReason


@dataclass(frozen=True, slots=True)
class Row:
    """One demand with one cell for each country, in the order asked."""

    demand: Demand
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Countries beside one standard."""

    standard: Standard
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """One demand that a country's law does not meet, meets in part, or of which nobody knows."""

    standard: Standard
    demand: Demand
    status: CellStatus
    known: Known
    reason: CellReason


def compare(countries: Iterable[str], standard_id: str, on_date: date) -> Comparison:
    """Return countries beside one standard.

    Raises:
        UnknownCountry, UnknownStandard, DateBeforeLaw: the question cannot be asked.
    """
    standard = standards.standard(standard_id)
    asked = tuple(law.country(code) for code in countries)
    rows = tuple(
        Row(demand, tuple(_cell(one, demand, on_date) for one in asked)) for demand in standard.demands
    )
    return Comparison(standard, rows)


def gaps(country: str, on_date: date) -> tuple[Gap, ...]:
    """Return what stands between a country's law and every standard: not met first, unknown last.

    Raises:
        UnknownCountry, DateBeforeLaw: the question cannot be asked.
    """
    found = [
        Gap(standard, demand, cell.status, cell.known, cell.reason)
        for standard in standards.standards()
        for demand in standard.demands
        if (cell := _cell(law.country(country), demand, on_date)).status != "met"
    ]
    order = [standard.id for standard in standards.standards()]
    return tuple(sorted(found, key=lambda gap: (order.index(gap.standard.id), ORDER.index(gap.status))))


def _cell(country: law.Country, demand: Demand, on_date: date) -> Cell:
    known = law.known_of(country, on_date)
    cells = [
        Cell(country.code, *_judge(known[name], demand))
        for name in (demand.criterion_id, *demand.alternatives)
    ]
    return min(cells, key=lambda cell: _BEST_FIRST.index(cell.status))


def _judge(known: Known, demand: Demand) -> tuple[CellStatus, Known, CellReason]:
    if known.status != "known":
        return "unknown", known, "disputed" if known.status == "disputed" else "not_known"
    value, wants = known.value, demand.wants
    if value == "partial":
        return "partly", known, "partial_in_law"
    met = value is wants if isinstance(wants, bool) else isinstance(value, int) and value >= wants
    if met:
        return "met", known, "says_so"
    if demand.reservable:
        return "not", known, "opting_out_possible"
    return "not", known, "says_otherwise" if isinstance(wants, bool) else "below_bound"
