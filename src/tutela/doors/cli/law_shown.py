"""What ``tutela law`` prints: answers of the law as lines for people and as fields for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tutela.core.law import criteria, labels
from tutela.core.law.comparing import Comparison, Gap
from tutela.core.law.countries import Country, Fact, Known, Source
from tutela.core.law.evaluating import Finding
from tutela.core.law.reasons import Reason


def word(known: Known, language: str) -> str:
    """Return the answer in a word, a number, or the law's own text."""
    if known.status != "known":
        code = "disputed" if known.status == "disputed" else "not_known"
        return labels.label("cell_reason", code, language)
    return _word(known.value, language)


def _word(value: object, language: str) -> str:
    if isinstance(value, bool):
        return labels.label("answer", "yes" if value else "no", language)
    return labels.label("answer", "partial", language) if value == "partial" else str(value)


def source_fields(source: Source) -> dict[str, Any]:
    return {"title": source.title, "year": source.year, "url": source.url, "kind": source.kind}


def value_field(value: object) -> object:
    """Return a value as the files of the law spell it."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def fact_fields(fact: Fact) -> dict[str, Any]:
    begins, ends = fact.in_force_from, fact.in_force_to
    return {
        "value": value_field(fact.value),
        "detail": fact.detail,
        "confidence": fact.confidence,
        "in_force_from": begins.isoformat() if begins else None,
        "in_force_to": ends.isoformat() if ends else None,
        "source": source_fields(fact.source),
    }


def known_fields(known: Known) -> dict[str, Any]:
    return {
        "criterion": known.criterion_id,
        "status": known.status,
        "value": value_field(known.value),
        "facts": [fact_fields(fact) for fact in known.facts],
    }


def reason_fields(reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "criterion": reason.criterion_id,
        "answer": reason.answer.code if reason.answer is not None else None,
        "value": value_field(reason.value),
        "detail": reason.detail,
        "source": source_fields(reason.source) if reason.source else None,
    }


def finding_fields(finding: Finding) -> dict[str, Any]:
    return {
        "country": finding.country,
        "outcome": finding.outcome,
        "on_date": finding.on_date.isoformat(),
        "confidence": finding.confidence,
        "reasons": [reason_fields(reason) for reason in finding.reasons],
        "notes": [reason_fields(note) for note in finding.notes],
    }


def comparison_fields(comparison: Comparison) -> dict[str, Any]:
    return {
        "standard": comparison.standard.id,
        "rows": [
            {
                "criterion": row.demand.criterion_id,
                "article": row.demand.article,
                "demand": {"en": row.demand.demand.en, "ka": row.demand.demand.ka},
                "reservable": row.demand.reservable,
                "cells": [
                    {
                        "country": cell.country,
                        "status": cell.status,
                        "reason": cell.reason,
                        "known": known_fields(cell.known),
                    }
                    for cell in row.cells
                ],
            }
            for row in comparison.rows
        ],
    }


def gap_fields(gap: Gap) -> dict[str, Any]:
    return {
        "standard": gap.standard.id,
        "article": gap.demand.article,
        "demand": {"en": gap.demand.demand.en, "ka": gap.demand.demand.ka},
        "status": gap.status,
        "reason": gap.reason,
        "known": known_fields(gap.known),
    }


def country_lines(country: Country, known: dict[str, Known], language: str) -> Iterator[str]:
    """Everything known of a country, by group; what nobody knows is counted at the end."""
    yield f"{country.code} {country.name(language)}"
    for group in criteria.GROUPS:
        asked = [one for one in criteria.criteria() if one.group == group]
        found = [one for one in asked if known[one.id].status != "unknown"]
        if found:
            yield f"\n{labels.label('group', group, language)}"
        for one in found:
            yield f"  {one.id:<16} {one.title.in_language(language)}: {word(known[one.id], language)}"
            yield from (f"{'':<19}{line}" for line in fact_lines(known[one.id].facts, language))
    unknown = sum(one.status == "unknown" for one in known.values())
    yield f"\n{labels.label('outcome', 'unknown', language)}: {unknown}"


def fact_lines(facts: Iterable[Fact], language: str) -> Iterator[str]:
    for fact in facts:
        confidence = labels.label("confidence", fact.confidence, language)
        detail = f"{fact.detail}. " if fact.detail else ""
        said = _word(fact.value, language)
        yield f"{said} · {detail}{fact.source.title}, {fact.source.year} ({confidence}) {fact.source.url}"


def finding_lines(finding: Finding, name: str, language: str) -> Iterator[str]:
    """The outcome, the reasons in their order, and what else is worth knowing."""
    yield f"{finding.country} {name}: {labels.label('outcome', finding.outcome, language)}"
    for sign, reasons in (("-", finding.reasons), ("+", finding.notes)):
        yield from (f"  {sign} {reason_line(reason, language)}" for reason in reasons)


def reason_line(reason: Reason, language: str) -> str:
    text = labels.label("reason", reason.code, language)
    if reason.criterion_id:
        asked = criteria.criterion(reason.criterion_id).title.in_language(language)
        text = f"{reason.criterion_id} {asked}: {text}"
    if reason.source:
        detail = f" ({reason.detail})" if reason.detail else ""
        text += f"{detail} [{reason.source.title}, {reason.source.year}]"
    return text


def comparison_lines(comparison: Comparison, language: str) -> Iterator[str]:
    """One block for each demand, one line for each country in it."""
    yield comparison.standard.title.in_language(language)
    for row in comparison.rows:
        yield f"\n{row.demand.article}: {row.demand.demand.in_language(language)}"
        for cell in row.cells:
            status = labels.label("cell", cell.status, language)
            reason = labels.label("cell_reason", cell.reason, language)
            source = cell.known.source
            where = f" [{source.title}, {source.year}]" if source else ""
            yield f"  {cell.country}  {status:<14} {reason}{where}"


def gap_lines(gaps: Iterable[Gap], language: str) -> Iterator[str]:
    """Under each standard what is not met, partly met, unknown."""
    before = ""
    for gap in gaps:
        if gap.standard.id != before:
            before = gap.standard.id
            yield f"\n{gap.standard.title.in_language(language)}"
        status = labels.label("cell", gap.status, language)
        fact = gap.known.fact
        where = f" [{fact.detail or fact.source.title}, {fact.source.year}]" if fact else ""
        yield f"  {status:<14} {gap.demand.article}: {gap.demand.demand.in_language(language)}{where}"
