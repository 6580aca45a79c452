"""Examine the files of the law as a whole and name every fault, for whoever corrects one of them.

Loading stops at the first fault of a file. Here every file is read, so that a contributor sees all of them at
once, and what only shows when files are laid side by side is looked for too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tutela.core.kernel.tables import BadTable
from tutela.core.law import contacts, countries, criteria, reading, standards
from tutela.core.law.facts import Fact
from tutela.core.law.knowing import weight
from tutela.core.terms import labels as terms_labels


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong; ``line`` is 1 where a file as a whole is."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.text}"


def check_data(path: Path | None = None) -> tuple[Fault, ...]:
    """Return every fault of the data folder, the installed one when left out; empty when it can be used."""
    return tuple(_faults(path or countries.DATA))


def _faults(path: Path) -> Iterator[Fault]:
    yield from _try(path / "criteria.toml", criteria.load)
    yield from _try(path / "names.csv", countries.load_names)
    yield from _try(path / "labels.csv", terms_labels.load)
    yield from _try(path / "contacts.csv", contacts.load)
    for name in standards.ORDER:
        yield from _try(path / "standards" / f"{name}.toml", standards.load)
    for extra in sorted((path / "standards").glob("*")):
        if extra.stem not in standards.ORDER or extra.suffix != ".toml":
            yield Fault(extra.name, 1, "this is no standard that anything asks for")
    yield from _country_files(path)


def _country_files(path: Path) -> Iterator[Fault]:
    try:
        names = countries.load_names(path / "names.csv")
    except (BadTable, OSError):
        names = countries.load_names()
    for file in sorted((path / "countries").glob("*")):
        if file.suffix != ".toml" or file.stem not in names:
            yield Fault(file.name, 1, "the name must be a code of ISO 3166-1 and .toml")
            continue
        try:
            facts = reading.read_facts(file)
        except BadTable as bad:
            yield _fault(bad, file)
        else:
            yield from (Fault(file.name, 1, text) for text in _at_odds(facts))


def _at_odds(facts: tuple[Fact, ...]) -> Iterator[str]:
    """Name what one source says twice and differently for the same time: a slip, not a dispute."""
    for index, fact in enumerate(facts):
        for other in facts[index + 1 :]:
            same = fact.criterion_id == other.criterion_id and fact.source == other.source
            if same and fact.value != other.value and weight(fact) == weight(other) and _overlap(fact, other):
                yield f"{fact.criterion_id}: the same source says {fact.value!r} and {other.value!r}"


def _overlap(one: Fact, other: Fact) -> bool:
    return one.speaks_for(other.begins) or other.speaks_for(one.begins)


def _try(path: Path, load: Callable[[Path], object]) -> Iterator[Fault]:
    try:
        load(path)
    except BadTable as bad:
        yield _fault(bad, path)
    except OSError as error:
        yield Fault(path.name, 1, error.strerror or "cannot be read")


def _fault(bad: BadTable, path: Path) -> Fault:
    return Fault(path.name, bad.line, bad.reason)
