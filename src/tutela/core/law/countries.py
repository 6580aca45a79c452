"""Every country of ISO 3166-1 with what is known of its law; each country is one file that people correct.

A country without a file is a country about which nothing is known; it is still a country. A file is read when
first asked for and refused as a whole when anything in it is wrong.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path

from tutela.core.kernel.tables import BadTable, read_table
from tutela.core.law import criteria, reading
from tutela.core.law.asking import DECISIVE
from tutela.core.law.errors import DateBeforeLaw, UnknownCountry
from tutela.core.law.facts import Confidence, Country, Fact, Source, SourceKind, Value
from tutela.core.law.knowing import Answers, Known, Status, settle

__all__ = [
    "EARLIEST",
    "Confidence",
    "Country",
    "Fact",
    "Known",
    "Source",
    "SourceKind",
    "Status",
    "UnknownCountry",
    "Value",
    "check_date",
    "countries",
    "country",
    "known",
    "known_of",
]

DATA = Path(__file__).parent / "data"
NAMES = DATA / "names.csv"
FOLDER = DATA / "countries"
EARLIEST = date(2000, 5, 25)
"""The day of the oldest instrument in the data that speaks of this material (the Optional Protocol)."""


def load_names(path: Path = NAMES) -> dict[str, tuple[str, str]]:
    """Return code → name in English and Georgian.

    Raises:
        BadTable: a code stands twice or a name is missing.
    """
    found: dict[str, tuple[str, str]] = {}
    for line, row in read_table(path, ("code", "en", "ka")):
        if row["code"] in found or not all(row.values()):
            raise BadTable(path, line, "each code stands once, with both names")
        found[row["code"]] = (row["en"], row["ka"])
    return found


@cache
def _names() -> dict[str, tuple[str, str]]:
    return load_names()


@cache
def _country(code: str) -> Country:
    names = _names()[code]
    path = FOLDER / f"{code}.toml"
    return Country(code, *names, reading.read_facts(path) if path.exists() else ())


def country(code: str) -> Country:
    """Return a country by its two letters, in either case.

    Raises:
        UnknownCountry: ISO 3166-1 has no such code.
        BadTable: its file is wrong; names file and line.
    """
    upper = code.upper()
    if upper not in _names():
        raise UnknownCountry(code)
    return _country(upper)


def name_of(code: str, language: str) -> str:
    """Return a country's name for a page or a letter; letters that no country has stay as they are."""
    try:
        return country(code).name(language) if code else ""
    except UnknownCountry:
        return code


def countries() -> tuple[Country, ...]:
    """Return every country in the order of its code; reads all files when first called."""
    return tuple(_country(code) for code in sorted(_names()))


def check_date(on_date: date) -> None:
    """Refuse a day of which the data cannot speak.

    Raises:
        DateBeforeLaw: the day lies before :data:`EARLIEST`.
    """
    if on_date < EARLIEST:
        raise DateBeforeLaw(on_date, EARLIEST)


def known(of: str | Country, criterion_id: str, on_date: date) -> Known:
    """Return what is known of one question on one day.

    Raises:
        UnknownCountry, UnknownCriterion, DateBeforeLaw: the question cannot be asked.
    """
    criteria.criterion(criterion_id)
    return known_of(of, on_date)[criterion_id]


def known_of(of: str | Country, on_date: date) -> Answers:
    """Return what is known of every question on one day: id → answer. Do not change it: it is shared.

    Raises:
        UnknownCountry, DateBeforeLaw: the question cannot be asked.
    """
    check_date(on_date)
    one = country(of) if isinstance(of, str) else of
    return _known_of(one, bisect_right(_turns(one), on_date))


@lru_cache(maxsize=4096)
def _turns(of: Country) -> tuple[date, ...]:
    """Return the days on which anything about a country changes: between two of them nothing does."""
    begins = {fact.begins for fact in of.facts}
    ends = {fact.in_force_to + timedelta(days=1) for fact in of.facts if fact.in_force_to}
    return tuple(sorted(begins | ends))


@cache
def _nothing_known() -> dict[str, Known]:
    return {one.id: settle(one.id, (), EARLIEST) for one in criteria.criteria()}


@lru_cache(maxsize=4096)
def _known_of(of: Country, turn: int) -> Answers:
    """Return what holds from the ``turn``-th change on; 0 is the time before the first."""
    if turn == 0:
        return Answers(_nothing_known(), DECISIVE)
    facts: dict[str, list[Fact]] = {}
    for fact in of.facts:
        facts.setdefault(fact.criterion_id, []).append(fact)
    day = _turns(of)[turn - 1]
    settled = {name: settle(name, found, day) for name, found in facts.items()}
    return Answers(_nothing_known() | settled, DECISIVE)
