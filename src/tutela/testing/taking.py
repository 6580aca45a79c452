"""A process that takes files of tests and runs them, for :mod:`tutela.testing.sharing`."""

from __future__ import annotations

import atexit
import itertools
import os
import traceback
import warnings
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

NUMBER = 2
"""How many bytes the number of a file has in the pipe: a reader never gets half of one."""

File = list[pytest.Item]


class Teller:
    """The plugin of a process that runs tests: it tells the first one what came of each."""

    def __init__(self, tell: Connection) -> None:
        self._tell = tell

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._tell.send(("report", report._to_json()))

    def pytest_warning_recorded(
        self,
        warning_message: warnings.WarningMessage,
        when: str,
        nodeid: str,
        location: tuple[str, int, str] | None,
    ) -> None:
        said = warning_message
        # The object that gave rise to it may be anything; who reads the summary needs its words.
        words = warnings.WarningMessage(str(said.message), said.category, said.filename, said.lineno)
        kwargs = {"warning_message": words, "when": when, "nodeid": nodeid, "location": location}
        self._tell.send(("warning", kwargs))


def be_hand(
    session: pytest.Session, files: list[File], name: str, folder: Path, pipe: int, tell: Connection
) -> None:
    """Run tests until no file is left, and end without what the first process does at its end."""
    status = 1
    atexit._clear()
    try:
        _settle(session.config, name, folder)
        session.config.pluginmanager.register(Teller(tell))
        _run(_taken(files, pipe, tell), session)
        atexit._run_exitfuncs()
        status = 0
    except KeyboardInterrupt:
        session._setupstate.teardown_exact(None)
    except BaseException:
        tell.send(("broken", traceback.format_exc()))
    finally:
        os._exit(status)


def _settle(config: pytest.Config, name: str, folder: Path) -> None:
    """Have a name, folders and a database of one's own, under the names that the plugins know them by."""
    from django.conf import settings

    config.pluginmanager.unregister(name="terminalreporter")
    config.workerinput = {"workerid": name}  # type: ignore[attr-defined]
    os.environ["PYTEST_XDIST_WORKER"] = name
    folder.mkdir()
    config._tmp_path_factory._basetemp = folder  # type: ignore[attr-defined]
    if settings.configured:
        settings.TUTELA_HOME = settings.TUTELA_HOME / name
        settings.TUTELA_HOME.mkdir()


def _taken(files: list[File], pipe: int, tell: Connection) -> Iterator[File]:
    while number := os.read(pipe, NUMBER):
        tell.send(("file", int.from_bytes(number, "big")))
        yield files[int.from_bytes(number, "big")]


def _run(taken: Iterator[File], session: pytest.Session) -> None:
    """Run file after file; the next one is known in time, so that what both need stays."""
    here = next(taken, None)
    while here:
        for item, after in itertools.pairwise(here):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        following = next(taken, None)
        here[-1].config.hook.pytest_runtest_protocol(
            item=here[-1], nextitem=following[0] if following else None
        )
        here = following
