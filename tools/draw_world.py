"""Draw ``doors/site/data/world.json``, the outlines of the public map of law, from Natural Earth.

Run once, and again when Natural Earth changes::

    npm pack world-atlas && tar xzf world-atlas-*.tgz
    python tools/draw_world.py package

``world-atlas`` carries Natural Earth's country outlines (public domain) as TopoJSON. Outlines come from the
small scale (1:110 million), projected to Equal Earth, so that no country looks larger than it is; places
without an outline there become a dot where the finer scales have them. Lines are those of the United Nations
where Natural Earth draws who holds the ground: Crimea with Ukraine, the north of Cyprus with Cyprus,
Somaliland with Somalia. The map says beside it that it takes no position.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

from babel.core import get_global

TARGET = Path(__file__).resolve().parent.parent / "src" / "tutela" / "doors" / "site" / "data" / "world.json"
WIDTH = 2000
SMALL, FINER = "countries-110m.json", ("countries-50m.json", "countries-10m.json")
NAMED = {"N. Cyprus": "CY", "Somaliland": "SO", "Kosovo": "XK"}
LEFT_OUT = {"AQ", "GS", "HM", "IO", "TF", "UM"}
"""Nobody lives there for long, or nobody but soldiers."""
CRIMEA = (32.0, 44.0, 37.0, 46.5)
CUT, MIDDLE = -168.5, 11.5
"""The sheet's edge runs through the Bering Strait, so that no outline falls apart at the date line."""
SMALLEST_RING = 6.0
"""Rings of less than this many square units are specks at the size of a page."""

Point = tuple[float, float]


def equal_earth(longitude: float, latitude: float) -> Point:
    """Project as Šavrič, Patterson and Jenny (2018) define it; x grows eastward, y southward."""
    longitude = (longitude - CUT) % 360 + CUT - MIDDLE
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    square = theta * theta
    sixth = square**3
    x = math.radians(longitude) * math.cos(theta)
    curve = 1.340264 - 3 * 0.081106 * square + sixth * (7 * 0.000893 + 9 * 0.003796 * square)
    x /= math.sqrt(3) / 2 * curve
    y = theta * (1.340264 - 0.081106 * square + sixth * (0.000893 + 0.003796 * square))
    return x, -y


class Topology:
    """One TopoJSON file: its lines, and the rings of each country as numbers of lines."""

    def __init__(self, path: Path) -> None:
        raw = json.loads(path.read_text(encoding="utf-8"))
        (scale_x, scale_y), (start_x, start_y) = raw["transform"]["scale"], raw["transform"]["translate"]
        self.lines: list[list[Point]] = []
        for arc in raw["arcs"]:
            x = y = 0
            line = []
            for step_x, step_y in arc:
                x, y = x + step_x, y + step_y
                line.append((x * scale_x + start_x, y * scale_y + start_y))
            self.lines.append(line)
        self.rings: dict[str, list[list[int]]] = {}
        for geometry in raw["objects"]["countries"]["geometries"]:
            if code := _code(geometry):
                self.rings.setdefault(code, []).extend(_rings(geometry))

    def points(self, ring: list[int]) -> list[Point]:
        """Return a ring's corners in degrees."""
        found: list[Point] = []
        for number in ring:
            line = self.lines[number] if number >= 0 else self.lines[~number][::-1]
            found += line[1:] if found else line
        return found


def _code(geometry: dict[str, Any]) -> str:
    aliases = get_global("territory_aliases")
    if code := aliases.get(geometry.get("id", "")):
        return str(code[0])
    return NAMED.get(geometry["properties"]["name"], "")


def _rings(geometry: dict[str, Any]) -> list[list[int]]:
    if geometry["type"] == "Polygon":
        return list(geometry["arcs"])
    return [ring for polygon in geometry.get("arcs", ()) for ring in polygon]


def give_crimea(world: Topology) -> None:
    """Move Russia's rings that lie within Crimea to Ukraine."""
    west, south, east, north = CRIMEA

    def inside(ring: list[int]) -> bool:
        return all(west <= x <= east and south <= y <= north for x, y in world.points(ring))

    moved = [ring for ring in world.rings["RU"] if inside(ring)]
    if len(moved) != 1:
        raise SystemExit(f"expected one ring of Crimea, found {len(moved)}")
    world.rings["RU"].remove(moved[0])
    world.rings["UA"] += moved


def merge(world: Topology, rings: list[list[int]]) -> list[list[int]]:
    """Join rings that share a line: a line that is walked both ways is no border any more."""
    walked = {number for ring in rings for number in ring}
    left = [number for ring in rings for number in ring if ~number not in walked]
    joined: list[list[int]] = []
    while left:
        ring = [left.pop(0)]
        start, end = world.points(ring)[0], world.points(ring)[-1]
        while end != start:
            following = next(number for number in left if world.points([number])[0] == end)
            left.remove(following)
            ring.append(following)
            end = world.points([following])[-1]
        joined.append(ring)
    return joined


def area(points: list[Point]) -> float:
    """Return the area with its sign (shoelace formula)."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True)) / 2


class Sheet:
    """Where a projected point lands on the sheet."""

    def __init__(self, points: list[Point]) -> None:
        projected = [equal_earth(*point) for point in points]
        self.left, self.top = min(x for x, _ in projected), min(y for _, y in projected)
        self.scale = WIDTH / (max(x for x, _ in projected) - self.left)
        self.height = math.ceil((max(y for _, y in projected) - self.top) * self.scale)

    def place(self, point: Point) -> tuple[int, int]:
        x, y = equal_earth(*point)
        return round((x - self.left) * self.scale), round((y - self.top) * self.scale)


def outline(corners: list[tuple[int, int]]) -> str:
    """Write one ring as a path of whole numbers, each step relative to the last."""
    path, last = [f"M{corners[0][0]} {corners[0][1]}l"], corners[0]
    for corner in corners[1:-1]:
        step = (corner[0] - last[0], corner[1] - last[1])
        if step != (0, 0):
            path.append(f"{step[0]} {step[1]} ")
            last = corner
    return "".join(path).strip().replace(" -", "-") + "z"


def middle(topology: Topology, rings: list[list[int]]) -> Point:
    """Return the centre of the largest ring."""
    largest = max((topology.points(ring) for ring in rings), key=lambda points: abs(area(points)))
    return sum(x for x, _ in largest) / len(largest), sum(y for _, y in largest) / len(largest)


def draw(folder: Path) -> dict[str, Any]:
    """Return the outlines and dots."""
    world = Topology(folder / SMALL)
    give_crimea(world)
    for code in LEFT_OUT:
        world.rings.pop(code, None)
    found: dict[str, Point] = {}
    for name in FINER:
        finer = Topology(folder / name)
        for code, rings in sorted(finer.rings.items()):
            if code not in world.rings and code not in found and code not in LEFT_OUT:
                found[code] = middle(finer, rings)
    corners = [p for rings in world.rings.values() for ring in rings for p in world.points(ring)]
    sheet = Sheet([*corners, *found.values()])
    shapes = {}
    for code, rings in sorted(world.rings.items()):
        drawn = [[sheet.place(point) for point in world.points(ring)] for ring in merge(world, rings)]
        drawn.sort(key=lambda ring: -abs(area(ring)))
        kept = [ring for number, ring in enumerate(drawn) if not number or abs(area(ring)) >= SMALLEST_RING]
        shapes[code] = "".join(outline(ring) for ring in kept)
    return {
        "source": "Natural Earth 4.1.0 (public domain), as packaged in world-atlas 2.0.2",
        "width": WIDTH,
        "height": sheet.height,
        "shapes": shapes,
        "dots": {code: sheet.place(point) for code, point in sorted(found.items())},
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="the unpacked package world-atlas")
    drawn_world = draw(parser.parse_args().folder)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(drawn_world, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
