"""The tour of docs/tour.md names every page that there is, and shows a picture of each.

The pictures themselves are taken by ``make docs``; here nothing is started.
"""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tutela.testing.browser import NARROW, WIDE

ROOT = Path(__file__).resolve().parents[2]
DOORS = ("site", "provider", "desk", "police", "provider_own")
MOST_BYTES_A_PICTURE = 150_000
MOST_BYTES = 6_000_000


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_tour", ROOT / "tools" / "make_tour.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def names_of(patterns: list[Any], space: str = "") -> Iterator[str]:
    """Return the name of every address below ``patterns``, with its namespace."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = getattr(pattern, "namespace", None)
            yield from names_of(pattern.url_patterns, f"{space}{inner}:" if inner else space)
        else:
            assert pattern.name, f"{pattern} has no name"
            yield f"{space}{pattern.name}"


def names_at(door: dict[str, Any]) -> set[str]:
    module = door.get("module", f"tutela.doors.{door['name']}")
    return set(names_of(import_module(f"{module}.urls").urlpatterns))


def names_at_entry() -> set[str]:
    return set(names_of(import_module("tutela.entry.urls").urlpatterns))


def test_the_page_is_what_the_tool_writes(tool: ModuleType) -> None:
    written = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    assert written == tool.text(), "run: make docs"


@pytest.mark.parametrize("door", DOORS)
def test_the_tour_names_every_address_of_a_door_once_as_page_or_as_none(door: str, tool: ModuleType) -> None:
    shown = {entry["name"]: entry for entry in tool.doors()}[door]
    there = names_at(shown) - (names_at_entry() if "entry_at" in shown else set())
    pages = {page["address"] for page in shown["page"] if "address" in page}
    others = [name for name, _ in shown["elsewhere"]]
    assert there - pages - set(others) == set(), "the tour does not name these"
    assert (pages | set(others)) - there == set(), "these do not exist"
    assert pages & set(others) == set()
    assert len(others) == len(set(others))


def test_pages_of_getting_in_are_shown_at_another_door_only_where_both_have_all_of_them(
    tool: ModuleType,
) -> None:
    doors = {entry["name"]: entry for entry in tool.doors()}
    sharing = [door for door in doors.values() if "entry_at" in door]
    assert sharing
    for door in sharing:
        there = doors[door["entry_at"]]
        assert "entry_at" not in there
        assert names_at_entry() <= names_at(door) & names_at(there)


def test_every_picture_is_there_and_small_and_no_other(tool: ModuleType) -> None:
    wanted = {name for door in tool.doors() for page in door["page"] for name in tool.pictures(page)}
    found = {path.name: path for path in tool.PICTURES.iterdir()}
    assert wanted == set(found), "run: make docs"
    sizes = {name: path.stat().st_size for name, path in found.items()}
    assert {name for name, size in sizes.items() if size > MOST_BYTES_A_PICTURE} == set()
    assert sum(sizes.values()) <= MOST_BYTES


def test_every_picture_has_the_width_that_its_name_says(tool: ModuleType) -> None:
    for path in tool.PICTURES.glob("*.png"):
        (width,) = struct.unpack(">I", path.read_bytes()[16:20])
        assert width == (NARROW if path.stem.endswith("-320") else WIDE), path.name
