"""The map of the world as outlines, sorted by what is said about each country.

The drawing holds no facts: colours and patterns follow from the status that each country is given, and what
is not given a status stays empty. Everything that the map says stands in the table beside it, so the drawing
itself is hidden from screen readers and its links are left out of the order of the keyboard.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).resolve().parent.parent / "data" / "world.json"
MARGIN = 12
"""Room around the sheet, so that a dot at its edge is whole."""


@dataclass(frozen=True, slots=True)
class World:
    """The sheet: its size, an outline (SVG path) or a dot (x, y) for each place."""

    width: int
    height: int
    shapes: Mapping[str, str]
    dots: Mapping[str, tuple[int, int]]

    @property
    def view_box(self) -> str:
        """What SVG calls the part of the sheet that is seen."""
        return f"{-MARGIN} {-MARGIN} {self.width + 2 * MARGIN} {self.height + 2 * MARGIN}"


@dataclass(frozen=True, slots=True)
class Place:
    """One place on the map: an outline, or a dot where the outline would be smaller than one."""

    code: str
    name: str
    path: str = ""
    dot: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """All places of one status."""

    status: str
    places: tuple[Place, ...]


@cache
def world() -> World:
    """Return the outlines that ship with the package."""
    raw = json.loads(PATH.read_text(encoding="utf-8"))
    dots = {code: (int(x), int(y)) for code, (x, y) in raw["dots"].items()}
    return World(raw["width"], raw["height"], raw["shapes"], dots)


def layers(
    statuses: Mapping[str, str], names: Mapping[str, str], order: Sequence[str]
) -> tuple[tuple[Place, ...], tuple[Layer, ...]]:
    """Return the places without a status, and a layer for each status in ``order`` that occurs.

    Dots come last in their layer: a small country must not vanish below its neighbour.
    """
    sheet = world()
    empty = tuple(Place(code, "", path) for code, path in sheet.shapes.items() if code not in statuses)
    found = []
    for status in order:
        codes = [code for code, given in statuses.items() if given == status]
        drawn = [Place(code, names[code], sheet.shapes[code]) for code in codes if code in sheet.shapes]
        drawn += [Place(code, names[code], dot=sheet.dots[code]) for code in codes if code in sheet.dots]
        if drawn:
            found.append(Layer(status, tuple(drawn)))
    return empty, tuple(found)
