"""The facts as rows and values, for downloads: codes and English, so that programs can read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from tutela.core.law import countries, criteria, standards
from tutela.core.law.comparing import Comparison
from tutela.core.law.countries import Country, Fact, Known
from tutela.doors.site.shown import mapped

FACT_COLUMNS = (
    "country",
    "criterion",
    "value",
    "detail",
    "source",
    "source_year",
    "source_url",
    "confidence",
    "in_force_from",
    "in_force_to",
)
CELL_COLUMNS = ("country", "standard", "criterion", "article", "demand", "status", "value", "source_years")


def facts_of(shown: Iterable[Country]) -> Iterator[tuple[object, ...]]:
    """Yield one row for each fact."""
    for country in shown:
        for fact in country.facts:
            yield tuple(fact_value(country, fact).values())


def fact_value(country: Country, fact: Fact) -> dict[str, Any]:
    """Return one fact by column."""
    values = (
        country.code,
        fact.criterion_id,
        _value(fact.value),
        fact.detail,
        fact.source.title,
        fact.source.year,
        fact.source.url,
        fact.confidence,
        _day(fact.in_force_from),
        _day(fact.in_force_to),
    )
    return dict(zip(FACT_COLUMNS, values, strict=True))


def cells_of(codes: Iterable[str], comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Yield one value for each country and demand."""
    for number, code in enumerate(codes):
        for row in comparison.rows:
            cell = row.cells[number]
            years = sorted({fact.source.year for fact in cell.known.facts})
            values = (
                code,
                comparison.standard.id,
                row.demand.criterion_id,
                row.demand.article,
                row.demand.demand.en,
                cell.status,
                _of_known(cell.known),
                " ".join(str(year) for year in years),
            )
            yield dict(zip(CELL_COLUMNS, values, strict=True))


def country_value(country: Country, on_date: date) -> dict[str, Any]:
    """Return everything about one country: facts, answers as of the day, its place beside each standard."""
    known = countries.known_of(country, on_date)
    return {
        "country": country.code,
        "name": country.name_en,
        "as_of": on_date.isoformat(),
        "answers": {
            one.id: {"status": known[one.id].status, "value": _of_known(known[one.id])}
            for one in criteria.criteria()
        },
        "facts": [fact_value(country, fact) for fact in country.facts],
        "standards": {
            one.id: list(cells_of([country.code], mapped.comparison((country.code,), one.id, on_date)))
            for one in standards.standards()
        },
    }


def _of_known(known: Known) -> object:
    return known.status if known.value is None else _value(known.value)


def _value(value: object) -> object:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
