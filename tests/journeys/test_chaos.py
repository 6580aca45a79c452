"""Two nodes under all that goes wrong, by a seed: each message takes effect once or is refused by name.

A few seeds that meet every kind of trouble run with the other tests. ``make chaos`` runs two hundred. One is
played again with ``CHAOS_SEED=17 .venv/bin/pytest tests/journeys/test_chaos.py``.
"""

from __future__ import annotations

import os
import random
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tutela.testing.chaos import plan as plans
from tutela.testing.chaos import promises
from tutela.testing.chaos.director import Director
from tutela.testing.chaos.keepers import Keepers
from tutela.testing.chaos.nodes import ChaosNode
from tutela.testing.chaos.troubles import Stage
from tutela.testing.postgres import Cluster

pytestmark = pytest.mark.processes

BOTH = ("sqlite", "postgresql")
RUNS_ON_A_PAIR = 20
"""After so many runs the nodes are made anew: what they remember is read whole after each run."""


def seeds() -> list[tuple[str, int]]:
    """Return which seeds are played on which database."""
    if "CHAOS_SEED" in os.environ:
        return [(one, int(os.environ["CHAOS_SEED"])) for one in chosen()]
    begin, number = int(os.environ.get("CHAOS_BEGIN", 0)), int(os.environ.get("CHAOS_RUNS", plans.DECK))
    return [(one, begin + seed) for one in chosen() for seed in range(number)]


def chosen() -> tuple[str, ...]:
    return tuple(os.environ.get("CHAOS_DATABASE", " ".join(BOTH)).split())


class Pairs:
    """Makes pairs of nodes, each for a number of runs on its database."""

    def __init__(self, factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> None:
        self._factory, self._request = factory, request
        self._now: tuple[str, int, Director] | None = None

    def on(self, database: str) -> Director:
        """Return the pair that is in use on this database, or a new one after enough runs."""
        kind, runs, director = self._now or ("", 0, None)
        if director is None or kind != database or runs >= RUNS_ON_A_PAIR:
            self.close()
            runs, director = 0, self._make(database)
        self._now = (database, runs + 1, director)
        return director

    def _make(self, database: str) -> Director:
        folder = self._factory.mktemp("chaos")
        disk = None
        urls = ["", ""]
        if database == "postgresql":
            cluster: Cluster = self._request.getfixturevalue("postgres_cluster")
            disk = Disk.make(cluster)
            kept_in = f"TABLESPACE {disk.name}" if disk else ""
            urls = [self._database(cluster, kept_in), self._database(cluster, kept_in)]
        here, there = (
            ChaosNode(folder / name, f"{name}.example.org", database=url)
            for name, url in zip(("tbilisi", "amsterdam"), urls, strict=True)
        )
        self._disk = disk
        for node in (here, there):
            node.__enter__()
        tables = self._request.getfixturevalue("tables")
        return Director(meet(here, there, tables, disk.fill if disk else limit))

    def _database(self, cluster: Cluster, kept_in: str) -> str:
        """Make a database of this release, on the small disk where there is one."""
        name, tables = f"chaos_{uuid.uuid4().hex}", self._request.getfixturevalue("postgres_tables")
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {tables} {kept_in}".encode())
        return cluster.url(name)

    def give_up(self) -> None:
        """End the pair that is in use: something did not hold."""
        if self._now is not None:
            self._now[2].said.clear()
            self.close()

    def close(self) -> None:
        """End the pair that is in use; nothing of what was said may be readable where it lay."""
        if self._now is None:
            return
        director, self._now = self._now[2], None
        stage = director.stage
        try:
            for node in stage.nodes:
                node.close_processes()
                words = [one.text.encode() for one in director.said if one.text]
                assert promises.plain_on_disk(node, words) == [], "words of people lie open on a disk"
        finally:
            for node in stage.nodes:
                node.__exit__()
            stage.keepers.close()
            if self._disk:
                self._disk.close()


def meet(here: ChaosNode, there: ChaosNode, tables: Path, fill: Callable[..., Callable[[], None]]) -> Stage:
    nodes = (here, there)
    keepers = Keepers(here.now())
    for node in nodes:
        node.join(tables)
        keepers.pin_at(node)
        if node.database:
            under_its_own_role(node)
        node.open_shop()
        node.start_door()
    for node in nodes:
        node.await_shop()
        node.await_door()
        keepers.serve(node, {})
    keepers.publish(here.now(), nodes)
    for node in nodes:
        node.do("work", by="worker")
    return Stage(nodes, keepers, fill)


def under_its_own_role(node: ChaosNode) -> None:
    with psycopg.connect(node.database, autocommit=True) as connection:
        connection.execute(node.command("database", "roles").encode())
    named = f'partner_database = "{node.database_as("tutela_partner")}"\nprovider_database = ""'
    node.decide('provider_database = ""', named)


def limit(node: ChaosNode, chance: random.Random) -> Callable[[], None]:
    """Let no file grow that the running processes of a node write (RLIMIT_FSIZE)."""
    pids = node.pids()

    def to(most: str) -> None:
        for pid in pids:
            subprocess.run(["prlimit", f"--pid={pid}", f"--fsize={most}:unlimited"], check=False)

    to(str(chance.choice((4096, 1 << 16, 1 << 19))))
    return lambda: to("unlimited")


class Disk:
    """A small file system of its own for the tables of two PostgreSQL databases."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self._cluster, self._folder, self.name = cluster, folder, f"small_{uuid.uuid4().hex}"

    @classmethod
    def make(cls, cluster: Cluster) -> Disk | None:
        """Mount it; only root may, and without it processes are limited instead."""
        folder = cluster.folder / f"disk-{uuid.uuid4().hex}"
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=160m,mode=0777", "tmpfs", str(folder)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            return None
        disk = cls(cluster, folder)
        place = folder / "tables"
        place.mkdir(mode=0o777)
        subprocess.run(["chown", "postgres", str(place)], check=True)
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE {disk.name} LOCATION '{place}'".encode())
        return disk

    def fill(self, _node: ChaosNode, _chance: random.Random) -> Callable[[], None]:
        filler = self._folder / "filler"
        with filler.open("wb", 0) as handle:
            try:
                while True:
                    handle.write(bytes(1 << 16))
            except OSError:
                pass
        return filler.unlink

    def close(self) -> None:
        """Take away what lies on it before the disk: the server looks for its files at each checkpoint."""
        (self._folder / "filler").unlink(missing_ok=True)
        lying_there = (
            "SELECT datname FROM pg_database JOIN pg_tablespace AS space ON space.oid = dattablespace "
            "WHERE spcname = %s"
        )
        with psycopg.connect(self._cluster.url(), autocommit=True) as connection:
            for (name,) in connection.execute(lying_there, (self.name,)).fetchall():
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
            connection.execute(f"DROP TABLESPACE {self.name}".encode())
            connection.execute("CHECKPOINT")
        subprocess.run(["umount", "-l", str(self._folder)], check=True)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Pairs]:
    made = Pairs(tmp_path_factory, request)
    yield made
    made.close()


@pytest.mark.parametrize(("database", "seed"), seeds())
def test_every_message_takes_effect_once_or_is_refused_by_name(
    pairs: Pairs, database: str, seed: int
) -> None:
    director = pairs.on(database)
    plan = plans.plan(seed)
    print(f"CHAOS_SEED={seed} CHAOS_DATABASE={database}: {plan}")
    try:
        director.run(plan)
        promises.check(director)
        print(f"  {director.what_happened()}")
    except BaseException:
        print(*director.told[-30:], sep="\n")
        for node in director.stage.nodes:
            print(f"== {node.name}", (node.folder / "hands.out").read_text()[-4000:], sep="\n")
        pairs.give_up()
        raise


def test_the_seeds_of_a_deck_meet_every_kind_of_trouble() -> None:
    for first in (0, plans.DECK, 20 * plans.DECK):
        met = {trouble for seed in range(first, first + plans.DECK) for trouble in plans.plan(seed).troubles}
        assert met == set(plans.TROUBLES)
    assert plans.plan(7) == plans.plan(7) != plans.plan(8)
