"""Nodes for the journeys: PostgreSQL's tables are made once as well, then copied for each node."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tutela.testing.hotlines import Hotline, open_hotline
from tutela.testing.nodes import Node, migrate
from tutela.testing.postgres import Cluster


@pytest.fixture(scope="session")
def postgres_tables(tmp_path_factory: pytest.TempPathFactory, postgres_cluster: Cluster) -> str:
    """The name of an empty PostgreSQL database of this release, to be used as a template."""
    with psycopg.connect(postgres_cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE journeys")
    with Node(tmp_path_factory.mktemp("tables"), database=postgres_cluster.url("journeys")) as node:
        migrate(node.make().home)
    return "journeys"


@pytest.fixture(scope="session")
def make_node(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, run_folder: Path
) -> Callable[..., Node]:
    """Return a function that makes a node with nothing running: ``with make_node(on="sqlite") as node:``."""
    numbers = itertools.count(1)
    static = run_folder / "static"

    def make(*, on: str = "sqlite") -> Node:
        folder = tmp_path_factory.mktemp("node")
        if on == "sqlite":
            return Node(folder, static=static).make(request.getfixturevalue("tables"))
        cluster: Cluster = request.getfixturevalue("postgres_cluster")
        template = request.getfixturevalue("postgres_tables")
        name = f"journey_{next(numbers)}"
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return Node(folder, database=cluster.url(name), static=static).make()

    return make


@pytest.fixture(scope="module")
def hotline(make_node: Callable[..., Node]) -> Iterator[Hotline]:
    """A hotline on SQLite with site, providers' door and desk running; the worker is each test's own.

    One look is enough there, so that the stories stay short.
    """
    with make_node() as node:
        node.decide('second_look = ["baseline", "national"]', "second_look = []")
        node.start("site", "provider", "desk")
        with contextlib.closing(open_hotline(node)) as opened:
            yield opened
