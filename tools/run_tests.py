"""Run the whole suite: every test on SQLite, and again on PostgreSQL what `tutela.testing.selecting` names.

Both runs go on at the same time, because many tests wait for a browser or for a process: the one computes
while the other waits. What the second one says is printed when the first has ended.

Finds what the tests need first. A browser or a PostgreSQL that is missing is installed where we may, and
named in one line where we may not; nothing is skipped in silence.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from tutela.testing import browser

ROOT = Path(__file__).resolve().parent.parent
ON_POSTGRESQL = {"TUTELA_TEST_DATABASE": "postgresql", "TUTELA_TEST_SHARE": "rooms"}


def _has_postgres() -> bool:
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def missing() -> list[str]:
    """Return the Debian packages that the tests need and this machine lacks."""
    packages = []
    if browser.program() is None:
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


def workers() -> tuple[int, int]:
    """Return how many processes run tests on SQLite and on PostgreSQL: twice as many as processors."""
    processors = len(os.sched_getaffinity(0))
    return processors + 1, max(1, processors // 2)


def start(
    arguments: list[str], number: int, output: IO[bytes] | None = None, **environment: str
) -> subprocess.Popen[bytes]:
    """Start pytest over so many processes; what it says goes to ``output`` or is shown."""
    command = [sys.executable, "-m", "pytest", "-q"]
    if number > 1:
        # The order is ours: what takes long comes first, and many short files fill up the end.
        command += ["-n", str(number), "--dist", "loadfile", "--no-loadscope-reorder"]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.Popen([*command, *arguments], cwd=ROOT, env=kept | environment, stdout=output)


def compile_source() -> None:
    """Compile once what would be compiled again in each of the hundreds of processes that tests start."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", "-j", "0", "src"], cwd=ROOT, check=True)


def main() -> int:
    packages = missing()
    if packages and not install(packages):
        print(f"tutela: the tests need {' and '.join(packages)}; sudo apt-get install {' '.join(packages)}")
        return 1
    subprocess.run([sys.executable, "tools/build_locale.py"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    compile_source()
    on_sqlite, on_postgres = workers()
    with tempfile.TemporaryFile() as said:
        second = start(sys.argv[1:], on_postgres, said, **ON_POSTGRESQL)
        try:
            print("== on SQLite, with a browser", flush=True)
            first = start(sys.argv[1:], on_sqlite).wait()
            print("== on PostgreSQL", flush=True)
            again = second.wait()
        finally:
            # As Ctrl+C: it stops the PostgreSQL that it started.
            if second.poll() is None:
                second.send_signal(signal.SIGINT)
                second.wait()
        said.seek(0)
        print(said.read().decode(errors="replace"), flush=True)
    return first or again


if __name__ == "__main__":
    sys.exit(main())
