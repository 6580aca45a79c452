"""What tests of commands share: a notice on its way to a provider, a node of their own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tutela.doors.cli import making
from tutela.testing.notifying import story

__all__ = ["story"]


@pytest.fixture
def fresh(tmp_path: Path, tables: Path) -> Path:
    """A node as ``tutela init`` leaves it, with tables that were made once for the whole run."""
    home = tmp_path / "node"
    decided = {"organisation": "Example Hotline", "country": "GE", "languages": "en,ka"}
    making.write_node(home, {**decided, "contact": "", "database": ""})
    shutil.copy2(tables, home / "tutela.sqlite3")
    return home
