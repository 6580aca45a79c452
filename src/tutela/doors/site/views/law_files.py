"""Downloads of law: tables as CSV and JSON, and the report of a country's gaps as PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tutela.core.law import countries
from tutela.core.law.errors import UnknownCriterion, UnknownStandard
from tutela.doors.site.entry import anybody
from tutela.doors.site.shown import compared, law, mapped, printed, report, rows, sheets
from tutela.doors.site.views import errors
from tutela.doors.site.views.law import asked_countries, asked_criterion, asked_standard, country_of

_TRY_AGAIN_SECONDS = 600


@anybody("GET")
def everything(_request: HttpRequest, kind: str) -> HttpResponse:
    """Every fact of every country."""
    known = [one for one in countries.countries() if one.facts]
    name = f"law-{law.today().isoformat()}.{kind}"
    if kind == "csv":
        return sheets.as_csv(name, rows.FACT_COLUMNS, rows.facts_of(known))
    facts = [rows.fact_value(one, fact) for one in known for fact in one.facts]
    return sheets.as_json(name, {"as_of": law.today().isoformat(), "facts": facts})


@anybody("GET")
def world_map(request: HttpRequest, kind: str) -> HttpResponse:
    """What the map shows just now."""
    try:
        shown = mapped.shown(asked_standard(request), asked_criterion(request), law.today(), "")
    except (UnknownStandard, UnknownCriterion):
        return errors.not_found(request)
    columns = ("country", "name", "state", "detail", "source_years")
    table = [(row.code, row.name, str(row.label), row.counts or row.detail, row.years) for row in shown.rows]
    if kind == "csv":
        return sheets.as_csv("law-map.csv", columns, table)
    values = [dict(zip(columns, row, strict=True)) for row in table]
    return sheets.as_json(
        "law-map.json", {"as_of": law.today().isoformat(), "title": shown.title, "rows": values}
    )


@anybody("GET")
def compare(request: HttpRequest, kind: str) -> HttpResponse:
    """The comparison that the address asks for."""
    asked = asked_countries(request)
    try:
        standard = asked_standard(request)
    except UnknownStandard:
        return errors.not_found(request)
    if not asked or len(asked) > compared.MOST:
        return errors.not_found(request)
    cells = list(rows.cells_of(asked, mapped.comparison(asked, standard.id, law.today())))
    if kind == "csv":
        return sheets.as_csv("law-compared.csv", rows.CELL_COLUMNS, [list(cell.values()) for cell in cells])
    return sheets.as_json("law-compared.json", {"as_of": law.today().isoformat(), "cells": cells})


@anybody("GET")
def country(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Everything about one country."""
    found = country_of(code)
    if found is None:
        return errors.not_found(request)
    name = f"law-{found.code}-{law.today().isoformat()}.{kind}"
    if kind == "csv":
        return sheets.as_csv(name, rows.FACT_COLUMNS, rows.facts_of([found]))
    return sheets.as_json(name, rows.country_value(found, law.today()))


@anybody("GET")
def gaps(request: HttpRequest, code: str) -> HttpResponse:
    """The report of a country's gaps, to print or to send."""
    found = country_of(code)
    if found is None:
        return errors.not_found(request)
    try:
        pdf = printed.press().print_out(request, report.of_country(found, law.today()))
    except printed.TooManyReports:
        response = errors.busy(request)
        response.headers["Retry-After"] = str(_TRY_AGAIN_SECONDS)
        return response
    response = HttpResponse(pdf, content_type="application/pdf")
    name = f"law-{found.code}-{law.today().isoformat()}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
