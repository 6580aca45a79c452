"""A terminal session: the command as somebody types it, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from tutela.testing import loaded

COMMAND = [sys.executable, "-c", "from tutela.doors.cli import run; run()"]
WIDE = {"COLUMNS": "200", "TERM": "dumb"}


def tutela(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command; its environment holds nothing of the test run's."""
    return loaded.run(arguments, environment=loaded.plain() | WIDE)


def without_node(*arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a command that needs no node; Django is not even loaded."""
    return loaded.run(arguments, environment=loaded.plain() | WIDE, of="tools", **more)
