"""Countries by name, for lists to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tutela.core.law import countries
from tutela.doors.site.shown import texts


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list to choose from."""

    id: str
    label: str
    chosen: bool = False


def name_of(code: str) -> str:
    """Return the country's name in the language of the page, or the code when it is no country."""
    return countries.name_of(code, texts.law_language())


def choices(codes: Iterable[str], chosen: str = "") -> tuple[Choice, ...]:
    """Return the countries in the order of their names."""
    named = _by_name(frozenset(codes), texts.law_language())
    return tuple(Choice(code, name, code == chosen) for name, code in named)


@lru_cache(maxsize=16)
def _by_name(codes: frozenset[str], _language: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name_of(code), code) for code in codes))
