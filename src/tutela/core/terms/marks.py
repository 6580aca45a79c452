"""Handling marks: who may see a piece of information next (TLP 2.0, FIRST).

A mark binds the software. It can be tightened by whoever holds the information and is never loosened.
"""

from __future__ import annotations

from enum import StrEnum


class HandlingMark(StrEnum):
    """The five marks of TLP 2.0, as FIRST spells them, from the tightest to the loosest."""

    RED = "TLP:RED"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    AMBER = "TLP:AMBER"
    GREEN = "TLP:GREEN"
    CLEAR = "TLP:CLEAR"


_ORDER = tuple(HandlingMark)


def is_at_least_as_tight(mark: HandlingMark, as_mark: HandlingMark) -> bool:
    """Say whether ``mark`` lets nobody see what ``as_mark`` would not; such a change is allowed."""
    return _ORDER.index(mark) <= _ORDER.index(as_mark)


def tightest(first: HandlingMark, *others: HandlingMark) -> HandlingMark:
    """Return the mark that binds when marked pieces are put together."""
    return min((first, *others), key=_ORDER.index)
