"""``make chaos``: let two nodes meet everything that goes wrong, two hundred times, half on each database.

``CHAOS_RUNS`` changes the number, ``CHAOS_BEGIN`` the first seed, ``CHAOS_DATABASE`` keeps to one database;
``CHAOS_SEED`` plays one seed again. Each run prints its seed and what happens under it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 200
TEST = "tests/journeys/test_chaos.py"


def databases() -> list[str]:
    return os.environ.get("CHAOS_DATABASE", "sqlite postgresql").split()


def seeds() -> list[range]:
    """Return the seeds of each database: they share the runs and play none twice."""
    begin, runs = int(os.environ.get("CHAOS_BEGIN", 0)), int(os.environ.get("CHAOS_RUNS", RUNS))
    each = runs // len(databases())
    return [range(begin + number * each, begin + (number + 1) * each) for number in range(len(databases()))]


def start(database: str, played: range) -> subprocess.Popen[bytes]:
    """Play these seeds on one database; the other database plays beside it."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "--tb=short", TEST]
    chosen = {"CHAOS_DATABASE": database}
    if "CHAOS_SEED" not in os.environ:
        chosen |= {"CHAOS_BEGIN": str(played.start), "CHAOS_RUNS": str(len(played))}
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | chosen)


def main() -> int:
    playing = [start(database, played) for database, played in zip(databases(), seeds(), strict=True)]
    return max(one.wait() for one in playing)


if __name__ == "__main__":
    sys.exit(main())
