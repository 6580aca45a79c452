"""What one node plays alone in the demonstration runs to its end on PostgreSQL under roles.

All five nodes play it on SQLite in ``make demo DEMO=once``, which checks each step by itself.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tutela.testing.postgres import Cluster

pytestmark = pytest.mark.processes

COMMAND = [sys.executable, "-c", "from tutela.doors.cli import run; run()"]
SECONDS = 600
MADE = "a node was made"
UP = "site, providers' door, desk and worker are up"
ALONE = (
    "sign in, each with a second factor",
    "records a provider",
    "makes a hash list",
    "a report is handed in",
    "the code opens the receipt",
    "waits in the queue, defanged",
    "hashes in memory",
    "an analyst assesses it",
    "a second analyst",
    "illegal in the Netherlands, undecided here",
    "a notice to the provider is decided",
    "the letter arrives over SMTP",
    "takes the page down",
    "one-time link of the letter",
    "the case closes",
    "the reporter reads all of it",
    "proposes its fingerprints",
    "a smaller copy",
    "a list knew it before anybody looked",
    "the ledger holds",
)
ON_POSTGRESQL = """
import os, sys
from pathlib import Path
import psycopg
from tutela.doors.cli import databases, stage, story

class Parted(stage.Stage):
    def start_node(self):
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute(databases.roles_sql("tutela_site", "tutela_provider").encode())
        path = self.home / "node.toml"
        text = path.read_text()
        for door in ("site", "provider"):
            own = self.database.replace("//postgres@", f"//tutela_{door}@")
            text = text.replace(f'{door}_database = ""', f'{door}_database = "{own}"')
        path.write_text(text)
        super().start_node()

with Parted(stage.folder_for(Path(sys.argv[1])), database=sys.argv[2]) as world:
    story.play(world, alone=True)
    with psycopg.connect(world.database) as connection:
        rows = connection.execute("SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = 'story'")
        print("connected:", *sorted(name for (name,) in rows))
"""
"""The story with the rights that the processes have on a node that is set up as docs/threats.md says."""


def left_running(folder: Path) -> list[str]:
    """Return the command lines of processes that belong to a node of the demonstration in ``folder``."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if f"TUTELA_HOME={folder}/".encode() in (path / "environ").read_bytes():
                found.append((path / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def told(text: str) -> list[str]:
    """Return what each line of the story says, without its time."""
    return [line for _, line in re.findall(r"^ *(\d+\.\d) s  (.+)$", text, re.MULTILINE)]


def test_the_story_plays_to_its_end_on_postgresql_under_roles(
    tmp_path: Path, postgres_cluster: Cluster, postgres_tables: str
) -> None:
    with psycopg.connect(postgres_cluster.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE story TEMPLATE {postgres_tables}")
    home = tmp_path / "demo"
    done = subprocess.run(
        [sys.executable, "-c", ON_POSTGRESQL, str(home), postgres_cluster.url("story")],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    lines = told(done.stdout)
    steps = (MADE, UP, *ALONE)
    assert [step for step, line in zip(steps, lines, strict=True) if step not in line] == []
    assert "PostgreSQL" in lines[0]
    assert "connected: postgres tutela_provider tutela_site" in done.stdout
    assert "error" not in done.stderr, done.stderr
    assert home.stat().st_mode & 0o777 == 0o700
    assert not list((home / "hotline.ge").glob("*.sqlite3*"))
    assert left_running(home) == []


def test_a_demonstration_that_cannot_play_says_why_and_fails(tmp_path: Path) -> None:
    """A node that is not a demonstration is left alone."""
    home = tmp_path / "node"
    home.mkdir()
    (home / "node.toml").write_text('organisation = "Hotline"\n')
    done = subprocess.run(
        [*COMMAND, "demo", "--once", "--home", str(home)],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 1
    assert "demo: failed" in done.stderr
    assert "Traceback" not in done.stderr
    assert "demo: ok" not in done.stdout
    assert (home / "node.toml").read_text() == 'organisation = "Hotline"\n'
