"""A terminal session: the command as somebody types it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-c", "from tutela.doors.cli import run; run()"]


def tutela(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command; its environment holds nothing of the test run's."""
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env=environment | {"COLUMNS": "200", "TERM": "dumb"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
