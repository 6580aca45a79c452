"""Which tests run again on PostgreSQL.

Every test runs on SQLite. Rooms are where tables are read and written, so each of their tests with a table
runs on PostgreSQL too. Doors only ask rooms: of their tests ``make test`` repeats those that are marked
``on_postgresql``, and ``make doors`` the others. A door's test is marked when it says to the database what
no room's test says, when bad input could reach the database, or when two people act at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest

DATABASE: Final = "TUTELA_TEST_DATABASE"
"""``postgresql``: on PostgreSQL, and only the tests that touch a database."""

SHARE: Final = "TUTELA_TEST_SHARE"
"""Of those: ``rooms``, what `make test` repeats, ``doors``, what it leaves; empty for all of them."""

MARK: Final = "on_postgresql"

_PACKAGE = Path(__file__).resolve().parents[1]
_DOORS = _PACKAGE / "doors"
_WITHOUT_TABLES = (_PACKAGE / "core", _PACKAGE / "formats")
"""Where Django may not be imported, as the contracts in ``.importlinter`` say: no test there has a table."""


def again() -> bool:
    """Say whether this is the run on PostgreSQL."""
    return os.environ.get(DATABASE) == "postgresql"


def unread(path: Path) -> bool:
    """Say whether the file, on PostgreSQL, has no test of this share: it need not even be read."""
    if not again() or path.suffix != ".py":
        return False
    if any(path.is_relative_to(folder) for folder in _WITHOUT_TABLES):
        return True
    share, of_a_door = os.environ.get(SHARE), path.is_relative_to(_DOORS)
    if share == "rooms" and of_a_door and path.name.startswith("test_"):
        return MARK not in path.read_text(encoding="utf-8")
    return share == "doors" and not of_a_door and path.name.startswith("test_")


def parted(items: Iterable[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests of this share of the run on PostgreSQL, and the others."""
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        (kept if _touches_database(item) and _of_this_share(item) else left).append(item)
    return kept, left


def _touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    if "postgres_cluster" in fixtures or item.get_closest_marker("browser"):
        return False
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"})


def _of_this_share(item: pytest.Item) -> bool:
    share = os.environ.get(SHARE)
    repeated = not item.path.is_relative_to(_DOORS) or item.get_closest_marker(MARK) is not None
    return not share or (share == "rooms") == repeated
