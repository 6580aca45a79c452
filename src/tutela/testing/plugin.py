"""The pytest plugin of the project: which database, which door, which browser.

``TUTELA_TEST_DATABASE=postgresql`` runs the tests on a PostgreSQL that is started here and stopped at the
end; without it they run on SQLite. A test that is about PostgreSQL alone takes ``postgres_cluster``.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tutela.testing import selecting
from tutela.testing.browser import ARGUMENTS, Visit, program
from tutela.testing.postgres import Cluster

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_URL = "TUTELA_TEST_DATABASE_URL"

if selecting.again() and _URL not in os.environ:
    _cluster = Cluster().start()
    atexit.register(_cluster.stop)
    os.environ[_URL] = _cluster.url("tutela")


_SLOW = ("browser", "processes")


def pytest_configure() -> None:
    """Let Hypothesis take the time that the machine needs: what it finds counts, not how fast."""
    from hypothesis import HealthCheck, settings

    settings.register_profile("tutela", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("tutela")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Do not even read what has no test of this run; ``None`` leaves the question to others."""
    return selecting.unread(collection_path) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, keep the tests that run again there.

    Where several processes share the tests, those that take long come first: the end is filled with short
    ones, and no process waits for another's last long file.
    """
    if selecting.again():
        items[:], left = selecting.parted(items)
        config.hook.pytest_deselected(items=left)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in _SLOW))


def pytest_collection_finish() -> None:
    """Leave what was loaded out of garbage collection and collect less often: tests keep little."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of the test's own, whatever database the run is on."""
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a test run share, for what is made once."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def tables(run_folder: Path) -> Path:
    """An empty SQLite database of this release, made once for the whole run; nodes get a copy."""
    from tutela.testing import nodes

    def make(folder: Path) -> None:
        with nodes.Node(folder) as node:
            nodes.migrate(node.make().home)

    return nodes.made_once(run_folder / "tables", make) / "home" / "tutela.sqlite3"


@pytest.fixture(scope="session", autouse=True)
def _kept() -> None:
    from tutela.testing import rendering, trusting

    rendering.keep_engines()
    trusting.keep_authorities()


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
def partner_door(settings: Any) -> None:
    """Answer with the partners' URLs and middleware, and remember nobody's earlier requests."""
    from tutela.core.protocol import batches
    from tutela.doors.partner import limiting

    _door(settings, "partner")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = batches.MOST_BYTES
    limiting.forget_all()


@pytest.fixture
def desk_door(settings: Any) -> None:
    """Answer with the desk's URLs and middleware."""
    _door(settings, "desk")


@pytest.fixture
def police_door(settings: Any) -> None:
    """Answer with the police's URLs, middleware and frame."""
    _door(settings, "police")
    settings.TUTELA_DOOR_BASE = "police/base.html"


@pytest.fixture
def provider_own_door(settings: Any) -> None:
    """Answer as a provider's own node does to its people."""
    _door(settings, "police")
    settings.ROOT_URLCONF = "tutela.doors.provider.own.urls"
    settings.TUTELA_DOOR_BASE = "provider/own_base.html"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser of the machine; a machine without one fails the test and says how to get it."""
    if path := program():
        return path
    pytest.fail("no browser found; install it with: sudo apt-get install chromium")


@pytest.fixture(scope="session")
def _browser(chromium_path: str) -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """One Chromium for a whole process: starting it, and what drives it, takes longer than most tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        # Playwright leaves its event loop running in this thread, where nobody else could run one.
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield started, loop
        asyncio._set_running_loop(loop)
        started.close()


@pytest.fixture
def browser(
    _browser: tuple[Browser, asyncio.AbstractEventLoop], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Browser]:
    """The Chromium of this process, for the time of a test: its event loop waits while other tests run."""
    started, loop = _browser
    # The tests use the database between Playwright's steps, never inside them.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    asyncio._set_running_loop(loop)
    yield started
    asyncio._set_running_loop(None)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open pages, each in a context of its own; whatever a page complains about fails the test."""
    visit = Visit(browser)
    yield visit
    visit.close()
    assert visit.complaints == []
