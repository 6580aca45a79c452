"""The pytest plugin of the project: which database, which door, which browser.

``TUTELA_TEST_DATABASE=postgresql`` runs the tests on a PostgreSQL that is started here and stopped at the
end; without it they run on SQLite. A test that is about PostgreSQL alone takes ``postgres_cluster``.
"""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tutela.testing.postgres import Cluster

_WANTED = "TUTELA_TEST_DATABASE"
_URL = "TUTELA_TEST_DATABASE_URL"

if os.environ.get(_WANTED) == "postgresql" and _URL not in os.environ:
    _cluster = Cluster().start()
    atexit.register(_cluster.stop)
    os.environ[_URL] = _cluster.url("tutela")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the second run, with PostgreSQL, keep the tests that touch a database."""
    if os.environ.get(_WANTED) != "postgresql" or os.environ.get("TUTELA_TEST_ALL"):
        return
    kept = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    if "postgres_cluster" in fixtures or item.get_closest_marker("browser"):
        return False
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"})


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of the test's own, whatever database the run is on."""
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def _flushable(request: pytest.FixtureRequest) -> None:
    """Tests that commit are cleaned with DELETE, which the ledger's own trigger refuses on SQLite."""
    marker = request.node.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction"))
    if commits or {"transactional_db", "live_server"} & set(request.fixturenames):
        from django.db import connection

        from tutela.apps.ledger import triggers

        request.getfixturevalue("transactional_db")
        triggers.drop_no_delete(connection)


def _door(settings: Any, name: str) -> None:
    from tutela.config import base

    settings.ROOT_URLCONF = f"tutela.doors.{name}.urls"
    settings.MIDDLEWARE = getattr(base, f"{name.upper()}_MIDDLEWARE")
    settings.TEMPLATES = base.templates(context=getattr(base, f"{name.upper()}_CONTEXT"))


@pytest.fixture
def site_door(settings: Any) -> None:
    """Answer with the public site's URLs and middleware."""
    _door(settings, "site")


@pytest.fixture
def provider_door(settings: Any) -> None:
    """Answer with the providers' URLs and middleware."""
    _door(settings, "provider")


@pytest.fixture
def desk_door(settings: Any) -> None:
    """Answer with the desk's URLs and middleware."""
    _door(settings, "desk")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser of the machine; a machine without one fails the test and says how to get it."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.fail("no browser found; install it with: sudo apt-get install chromium")
