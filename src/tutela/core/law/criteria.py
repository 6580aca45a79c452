"""The questions that are asked of every country's law, each tied to the article that asks for it.

A criterion is a typed question; a country's file holds the answers. What an answer means for the work of a
node stands beside the question, so that pages need no words of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from tutela.core.law.errors import UnknownCriterion
from tutela.core.law.tables import Table
from tutela.core.law.texts import Text

PATH = Path(__file__).parent / "data" / "criteria.toml"
ValueType = Literal["bool", "number", "text"]
GROUPS = (
    "treaty",
    "context",
    "definition",
    "offence",
    "provider",
    "hotline",
    "jurisdiction",
    "institution",
)
NEVER_FOR_LEGALITY = frozenset({"O-CSEC-ILO", "J-CONSENT"})
"""An outside assessor's opinion and the age of consent say nothing about what material is illegal."""


@dataclass(frozen=True, slots=True)
class Article:
    """Where a standard asks the question; ``standard`` is an id of ``standards``."""

    standard: str
    article: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question. ``bool`` is answered yes, no or partly; ``number`` in years, days or hours."""

    id: str
    group: str
    value_type: ValueType
    title: Text
    consequence: Text
    articles: tuple[Article, ...]


def load(path: Path = PATH) -> dict[str, Criterion]:
    """Return id → criterion, in the order of the file.

    Raises:
        BadTable: names file, line and fault.
    """
    table = Table(path)
    found: dict[str, Criterion] = {}
    for index, row in table.rows("criterion", ("id", "group", "type", "title", "consequence", "articles")):
        name, group, kind = str(row["id"]), row["group"], row["type"]
        if name in found:
            raise table.wrong("criterion", index, "id", f"{name} stands twice")
        if group not in GROUPS:
            raise table.wrong("criterion", index, "group", f"group must be one of {', '.join(GROUPS)}")
        if kind not in get_args(ValueType):
            raise table.wrong("criterion", index, "type", "type must be bool, number or text")
        found[name] = Criterion(
            name,
            group,
            kind,
            table.text("criterion", index, row, "title"),
            table.text("criterion", index, row, "consequence"),
            _articles(table, index, row["articles"]),
        )
    return found


def _articles(table: Table, index: int, pairs: object) -> tuple[Article, ...]:
    try:
        return tuple(Article(str(standard), str(article)) for standard, article in pairs)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        fault = "articles must be a list of [standard, article]"
        raise table.wrong("criterion", index, "articles", fault) from None


@cache
def _loaded() -> dict[str, Criterion]:
    return load()


def criteria() -> tuple[Criterion, ...]:
    """Return every criterion in the order in which they are shown."""
    return tuple(_loaded().values())


def criterion(criterion_id: str) -> Criterion:
    """Return one criterion.

    Raises:
        UnknownCriterion: there is none of that id.
    """
    try:
        return _loaded()[criterion_id]
    except KeyError:
        raise UnknownCriterion(criterion_id) from None
