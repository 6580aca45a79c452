"""Run the whole suite: every test on SQLite, then every test with a table again on PostgreSQL.

Finds what the tests need first. A browser or a PostgreSQL that is missing is installed where we may, and
named in one line where we may not; nothing is skipped in silence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def _has_postgres() -> bool:
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def missing() -> list[str]:
    """Return the Debian packages that the tests need and this machine lacks."""
    packages = []
    if not any(shutil.which(name) for name in BROWSERS):
        packages.append("chromium")
    if not _has_postgres():
        packages.append("postgresql")
    return packages


def install(packages: list[str]) -> bool:
    """Install Debian packages where this user may; say whether it worked."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0


def run(arguments: list[str], **environment: str) -> int:
    """Run pytest once over all processors."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode


def main() -> int:
    packages = missing()
    if packages and not install(packages):
        print(f"tutela: the tests need {' and '.join(packages)}; sudo apt-get install {' '.join(packages)}")
        return 1
    subprocess.run([sys.executable, "tools/build_locale.py"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    print("== on SQLite, with a browser", flush=True)
    first = run(sys.argv[1:])
    print("== on PostgreSQL", flush=True)
    second = run(sys.argv[1:], TUTELA_TEST_DATABASE="postgresql")
    return first or second


if __name__ == "__main__":
    sys.exit(main())
