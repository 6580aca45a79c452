"""What a category here is called in other organisations' schemes, and how well it fits.

The mapping is data, because lawyers approve it and schemes change. ``quality`` says how *their* value lies
to *ours*: ``exact`` the same, ``broader`` contains ours, ``narrower`` is only a part of ours, ``none`` no
counterpart. Only exact and broader values may be sent: a narrower one would claim more than was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from tutela.core.kernel.tables import BadTable, read_table
from tutela.core.terms.assessment import ILLEGAL, Category

PATH = Path(__file__).parent / "data" / "mappings.csv"
_COLUMNS = ("ours", "scheme", "value", "quality", "note", "source")


class Scheme(StrEnum):
    """A published classification scheme."""

    INTERPOL = "interpol"
    ICCAM = "iccam"
    IWF = "iwf"
    US_INDUSTRY = "us_industry"
    XARF = "xarf"


class Quality(StrEnum):
    """How a value of theirs lies to a category of ours."""

    EXACT = "exact"
    NARROWER = "narrower"
    BROADER = "broader"
    NONE = "none"


_SENDABLE = (Quality.EXACT, Quality.BROADER)


@dataclass(frozen=True, slots=True)
class Mapping:
    """One row: ``value`` is empty when ``quality`` is ``none``."""

    ours: Category
    scheme: Scheme
    value: str
    quality: Quality
    note: str
    source: str


def load(path: Path = PATH) -> tuple[Mapping, ...]:
    """Return every row of the table.

    Raises:
        BadTable: an unknown word, a value without quality or the reverse, no source, a pair of category and
            scheme that may be sent as two values, a category of which nothing may be sent that has a value.
    """
    rows: list[Mapping] = []
    sent: set[tuple[Category, Scheme]] = set()
    for line, row in read_table(path, _COLUMNS):
        try:
            mapping = Mapping(
                Category(row["ours"]),
                Scheme(row["scheme"]),
                row["value"],
                Quality(row["quality"]),
                row["note"],
                row["source"],
            )
        except ValueError as error:
            raise BadTable(path, line, str(error)) from error
        if reason := _fault(mapping, sent):
            raise BadTable(path, line, reason)
        if mapping.quality in _SENDABLE:
            sent.add((mapping.ours, mapping.scheme))
        rows.append(mapping)
    return tuple(rows)


def _fault(mapping: Mapping, sent: set[tuple[Category, Scheme]]) -> str:
    if not mapping.source:
        return "a mapping needs its source"
    if bool(mapping.value) == (mapping.quality is Quality.NONE):
        return "quality none has no value, every other quality has one"
    if mapping.value and mapping.ours not in ILLEGAL:
        return f"nothing of category {mapping.ours} is sent, so it has no value"
    if mapping.quality in _SENDABLE and (mapping.ours, mapping.scheme) in sent:
        return f"{mapping.ours} may be sent to {mapping.scheme} as one value only"
    return ""


@cache
def _loaded() -> tuple[Mapping, ...]:
    return load()


def mappings_of(category: str) -> tuple[Mapping, ...]:
    """Return every row for ``category``, for a page that shows how well each fits; empty when unknown."""
    return tuple(row for row in _loaded() if row.ours == category)


def may_send_as(category: str, scheme: str) -> str | None:
    """Return the value of ``scheme`` that may be sent for ``category``, or None: then send none at all."""
    for row in _loaded():
        if row.ours == category and row.scheme == scheme and row.quality in _SENDABLE:
            return row.value
    return None


def category_of(value: str, scheme: str) -> Category | None:
    """Return our category for a received ``value`` of ``scheme``, where the two mean exactly the same."""
    for row in _loaded():
        if row.value == value and row.scheme == scheme and row.quality is Quality.EXACT:
            return row.ours
    return None
