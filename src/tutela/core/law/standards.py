"""What international standards ask of a law, demand by demand, in words of our own.

A demand names a question of ``criteria`` and the answer it wants. Where a standard lets a state opt out, the
demand is reservable: then a "no" may be lawful, and is said to be so. Which state did is not in the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from tutela.core.law import criteria, reading
from tutela.core.law.errors import UnknownCriterion, UnknownStandard
from tutela.core.law.facts import Source
from tutela.core.law.tables import Table
from tutela.core.law.texts import Text

FOLDER = Path(__file__).parent / "data" / "standards"
StandardState = Literal["in_force", "not_in_force", "model"]
ORDER = ("lanzarote", "budapest", "opsc", "eu_directive", "icmec", "ilo182", "un_cybercrime")
_KEYS = frozenset({"id", "title", "short", "year", "status", "note", "source", "demand"})


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that a standard asks for.

    ``wants`` is ``True``, ``False``, or the least number that will do. ``alternatives`` are further questions
    of which one good answer meets the demand as well.
    """

    criterion_id: str
    article: str
    demand: Text
    wants: bool | int
    reservable: bool
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standard:
    """A treaty, a directive or a model law; ``party`` is the criterion that says who is bound by it."""

    id: str
    title: Text
    short: Text
    year: int
    status: StandardState
    source: Source
    note: Text
    party: str | None
    demands: tuple[Demand, ...]


def load(path: Path) -> Standard:
    """Return the standard of one file.

    Raises:
        BadTable: names file, line and fault.
    """
    table = Table(path)
    values = table.values
    if missing := _KEYS - values.keys():
        raise table.wrong("", 0, "", f"{min(missing)} is missing")
    if unknown := values.keys() - _KEYS - {"party"}:
        raise table.wrong("", 0, "", f"{min(unknown)} is not a known key")
    if values["id"] != path.stem:
        raise table.wrong("", 0, "", f"id must be {path.stem}")
    if values["status"] not in get_args(StandardState):
        raise table.wrong("", 0, "", f"status must be one of {', '.join(get_args(StandardState))}")
    party = values.get("party")
    if party is not None:
        _criterion(table, 0, "", party)
    return Standard(
        values["id"],
        table.text("", 0, values, "title"),
        table.text("", 0, values, "short"),
        values["year"],
        values["status"],
        reading.source_of(table, "", 0, values["source"]),
        table.text("", 0, values, "note"),
        party,
        tuple(_demand(table, index, row) for index, row in table.rows("demand", _DEMAND, ("or",))),
    )


_DEMAND = ("criterion", "article", "wants", "reservable", "text")


def _criterion(table: Table, index: int, key: str, name: object) -> criteria.Criterion:
    try:
        return criteria.criterion(str(name))
    except UnknownCriterion as refused:
        raise table.wrong("demand", index, key, str(refused)) from None


def _demand(table: Table, index: int, row: Mapping[str, Any]) -> Demand:
    asked = _criterion(table, index, "criterion", row["criterion"])
    wants = {"yes": True, "no": False}.get(row["wants"], row["wants"])
    if asked.value_type == "text" or isinstance(wants, bool) != (asked.value_type == "bool"):
        raise table.wrong("demand", index, "wants", 'wants must be "yes" or "no", or a number for a number')
    if not isinstance(wants, int) or not isinstance(row["reservable"], bool):
        raise table.wrong("demand", index, "reservable", "reservable must be true or false, wants an answer")
    alternatives = tuple(_criterion(table, index, "or", name).id for name in row.get("or", ()))
    text = table.text("demand", index, row, "text")
    return Demand(asked.id, str(row["article"]), text, wants, row["reservable"], alternatives)


@cache
def _loaded() -> dict[str, Standard]:
    return {name: load(FOLDER / f"{name}.toml") for name in ORDER}


def standards() -> tuple[Standard, ...]:
    """Return every standard in the order in which they are shown."""
    return tuple(_loaded().values())


def standard(standard_id: str) -> Standard:
    """Return one standard.

    Raises:
        UnknownStandard: there is none of that id.
    """
    try:
        return _loaded()[standard_id]
    except KeyError:
        raise UnknownStandard(standard_id) from None
