"""A throw-away PostgreSQL server: its own data folder, reached through a socket file only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from urllib.parse import quote


class NoPostgres(Exception):  # noqa: N818
    """There is no PostgreSQL server program on this machine."""


def find_program(name: str) -> str:
    """Return the path of ``initdb``, ``postgres`` or ``pg_ctl``; Debian keeps them off the PATH.

    Raises:
        NoPostgres: says in one line how to get it.
    """
    found = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)]
    program = found[0] if found else shutil.which(name)
    if program is None:
        raise NoPostgres(f"{name} not found; install it with: sudo apt-get install postgresql")
    return program


class Cluster:
    """One server for one test run. Use as a context manager, or :meth:`start` and :meth:`stop`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tutela-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to run as root; on Debian the package makes the user "postgres".
        self._user: str | None = None
        if os.geteuid() == 0:
            names = {entry.pw_name for entry in pwd.getpwall()}
            self._user = "postgres" if "postgres" in names else "nobody"
            shutil.chown(self.folder, self._user)

    def start(self, *, durable: bool = False) -> Cluster:
        """Initialise and start the server; ``durable`` keeps fsync on, as a benchmark must."""
        data = self.folder / "data"
        self._run(
            [
                find_program("initdb"),
                "-D",
                str(data),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
            ]
        )
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "max_connections": "100",
        }
        if not durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        with (data / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        self._run([find_program("pg_ctl"), "-D", str(data), "-w", "-l", str(self.folder / "log"), "start"])
        return self

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            command, user=self._user, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr[-2000:]}")

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """Return the address of a database as ``node.toml`` takes it."""
        return f"postgresql://{user}@{quote(str(self.folder), safe='')}/{database}"

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        subprocess.run(
            [find_program("pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "stop"],
            user=self._user,
            cwd=self.folder,
            capture_output=True,
            check=False,
        )
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Cluster:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
