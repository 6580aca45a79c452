"""One country's file → facts. Everything that can be wrong in it is named by its line.

A file lists sources, and under each source what was read in it: a fact cannot be added without one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tutela.core.kernel.tables import BadTable
from tutela.core.law import criteria
from tutela.core.law.errors import UnknownCriterion
from tutela.core.law.facts import CONFIDENCES, KINDS, Fact, Source, Value
from tutela.core.law.tables import Table

_URL = re.compile(r"(https?://|urn:)\S+")
_WORDS: dict[object, Value] = {"yes": True, "no": False, "partial": "partial"}
_NEEDED = ("criterion", "value", "confidence")
_ALLOWED = ("detail", "in_force_from", "in_force_to")
_FACT = "source.fact"


def read_facts(path: Path) -> tuple[Fact, ...]:
    """Return the facts of a country's file.

    Raises:
        BadTable: names file, line and fault.
    """
    table = Table(path)
    if table.values.get("country") != path.stem:
        raise BadTable(path, 1, f'the file must begin with country = "{path.stem}"')
    if unknown := table.values.keys() - {"country", "source"}:
        raise BadTable(path, 1, f"{min(unknown)} is not a known key")
    found: list[Fact] = []
    for index, row in table.rows("source", ("title", "year", "url", "kind", "fact")):
        source = source_of(table, "source", index, row)
        for entry in _entries(table, index, row["fact"]):
            fact = _fact(table, len(found), entry, source)
            if fact in found:
                raise table.wrong(_FACT, len(found), "", "this fact stands twice")
            found.append(fact)
    return tuple(found)


def _entries(table: Table, index: int, entries: object) -> list[Mapping[str, Any]]:
    if not isinstance(entries, list) or not entries or not all(isinstance(one, dict) for one in entries):
        raise table.wrong("source", index, "fact", "a source must have [[source.fact]] below it")
    return entries


def source_of(table: Table, heading: str, index: int, row: Mapping[str, Any]) -> Source:
    """Return the source that a table of TOML describes.

    Raises:
        BadTable: names file, line and fault.
    """
    values: list[Any] = [row.get(key) for key in ("title", "year", "url", "kind")]
    title, year, url, kind = values
    checks = (
        ("title", isinstance(title, str) and title.strip(), "a source needs its title"),
        ("year", type(year) is int and 1900 <= year <= 2100, "year must be that of the edition"),
        ("url", isinstance(url, str) and _URL.fullmatch(url), "url must be http(s) or urn:"),
        ("kind", kind in KINDS, f"kind must be one of {', '.join(KINDS)}"),
    )
    for key, good, fault in checks:
        if not good:
            raise table.wrong(heading, index, key, fault)
    return Source(title, year, url, kind)


def _fact(table: Table, index: int, row: Mapping[str, Any], source: Source) -> Fact:
    table.check_keys(_FACT, index, row, _NEEDED, _ALLOWED)
    confidence, detail = row["confidence"], row.get("detail", "")
    begins, ends = row.get("in_force_from"), row.get("in_force_to")
    checks = (
        ("confidence", confidence in CONFIDENCES, f"confidence must be one of {', '.join(CONFIDENCES)}"),
        ("confidence", source.can_be_opened or confidence != "high", "what cannot be opened is not high"),
        ("detail", isinstance(detail, str), "detail must be a text"),
        ("in_force_from", begins is None or type(begins) is date, "in_force_from must be a date"),
        ("in_force_to", ends is None or type(ends) is date, "in_force_to must be a date"),
        ("in_force_to", not (begins and ends) or begins <= ends, "in_force_to lies before in_force_from"),
    )
    for key, good, fault in checks:
        if not good:
            raise table.wrong(_FACT, index, key, fault)
    value = _value(table, index, row)
    return Fact(str(row["criterion"]), value, detail, source, confidence, begins, ends)


def _value(table: Table, index: int, row: Mapping[str, Any]) -> Value:
    value = row["value"]
    try:
        kind = criteria.criterion(str(row["criterion"])).value_type
    except UnknownCriterion as refused:
        raise table.wrong(_FACT, index, "criterion", str(refused)) from None
    if kind == "bool":
        if isinstance(value, str) and value in _WORDS:
            return _WORDS[value]
        raise table.wrong(_FACT, index, "value", 'value must be "yes", "no" or "partial"')
    if kind == "number":
        if type(value) is int and value > 0:
            return value
        raise table.wrong(_FACT, index, "value", "value must be a whole number above 0")
    if isinstance(value, str) and value.strip():
        return value
    raise table.wrong(_FACT, index, "value", "value must be a text")
