"""Several processes run the tests that one process read: a plugin for long runs on few processors.

Reading the tests (thousands of them, with everything they import) takes a processor about eight seconds.
Where each process reads for itself, that is paid once per process; here it is paid once. The processes are
forked when all is read, take one file after the other out of the same pipe, and tell what came of it.
"""

from __future__ import annotations

import os
import signal
import time
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import pytest

from tutela.testing.taking import NUMBER, File, be_hand

_PATIENCE = 30
"""Seconds for a process to put away what its tests started, before it is killed."""

_SLOW = ("browser", "processes")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--processes", type=int, default=1, help="how many processes share the tests")


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Share the tests, unless there is one process only or nothing to run."""
    number = session.config.option.processes
    if number < 2 or session.testsfailed or session.config.option.collectonly:
        return None
    Shared(session).run(number)
    return True


class Shared:
    """The process that read the tests: it hands out files and repeats what the others tell."""

    def __init__(self, session: pytest.Session) -> None:
        self.session, self.config = session, session.config
        self.files = _files(session.items)
        self._hands: dict[Connection, Hand] = {}

    def run(self, number: int) -> None:
        """Start the processes and repeat what they tell until the last one has ended."""
        pipe = self._fill_pipe()
        try:
            for count in range(number):
                self._start(f"gw{count}", pipe)
            while self._hands:
                self._hear_all()
            while taken := os.read(pipe, NUMBER):
                self._fail(self.files[int.from_bytes(taken, "big")], "no process was left to run this test")
        finally:
            os.close(pipe)
            self._stop()

    def _fill_pipe(self) -> int:
        read, write = os.pipe()
        os.write(write, b"".join(number.to_bytes(NUMBER, "big") for number in range(len(self.files))))
        os.close(write)
        return read

    def _start(self, name: str, pipe: int) -> None:
        folder = self.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        hear, tell = Pipe(duplex=False)
        # What a test prints is captured in a file that two processes cannot share.
        capture: Any = self.config.pluginmanager.getplugin("capturemanager")
        capture.stop_global_capturing()
        pid = os.fork()
        capture.start_global_capturing()
        if pid == 0:
            for other in (hear, *self._hands):
                other.close()
            be_hand(self.session, self.files, name, folder / f"popen-{name}", pipe, tell)
        tell.close()
        self._hands[hear] = Hand(pid, name)

    def _hear_all(self) -> None:
        """Hear whoever has something to tell. An end is seen even where something it forked lives on."""
        ends = {hand.end: told for told, hand in self._hands.items()}
        ready = wait([*self._hands, *ends])
        for told in [one for one in self._hands if one in ready]:
            self._hear(told)
        for told in [told for end, told in ends.items() if end in ready and told in self._hands]:
            while told in self._hands and told.poll():
                self._hear(told)
            self._bury(told)

    def _hear(self, told: Connection) -> None:
        try:
            kind, what = told.recv()
        except EOFError:
            self._bury(told)
            return
        getattr(self, f"_hear_{kind}")(self._hands[told], what)
        if self.session.shouldfail:
            raise self.session.Failed(self.session.shouldfail)
        if self.session.shouldstop:
            raise self.session.Interrupted(self.session.shouldstop)

    def _hear_file(self, hand: Hand, number: int) -> None:
        hand.left |= {item.nodeid: item for item in self.files[number]}

    def _hear_report(self, hand: Hand, data: dict[str, Any]) -> None:
        report = pytest.TestReport._from_json(data)
        self.config.hook.pytest_runtest_logreport(report=report)
        if report.when == "teardown":
            hand.left.pop(report.nodeid, None)
            self.config.hook.pytest_runtest_logfinish(nodeid=report.nodeid, location=report.location)

    def _hear_warning(self, hand: Hand, said: dict[str, Any]) -> None:
        self.config.hook.pytest_warning_recorded.call_historic(kwargs=said)

    def _hear_broken(self, hand: Hand, trace: str) -> None:
        raise RuntimeError(f"the process {hand.name} broke:\n{trace}")

    def _bury(self, told: Connection) -> None:
        """A process has ended; what it had taken and not run has failed."""
        if (hand := self._hands.pop(told, None)) is None:
            return
        os.close(hand.end)
        _, status = os.waitpid(hand.pid, 0)
        ended = f"the process {hand.name} that had taken this test ended: wait status {status}"
        self._fail(list(hand.left.values()), ended)
        if status and not hand.left:
            raise RuntimeError(f"the process {hand.name} ended badly: wait status {status}")

    def _fail(self, items: File, why: str) -> None:
        for item in items:
            report = pytest.TestReport(item.nodeid, item.location, {}, "failed", why, "call")
            self.config.hook.pytest_runtest_logreport(report=report)

    def _stop(self) -> None:
        """Stop who still runs, as Ctrl+C does: each puts away what its tests started."""
        deadline = time.monotonic() + _PATIENCE
        pids = [hand.pid for hand in self._hands.values()]
        for pid in pids:
            os.kill(pid, signal.SIGINT)
        while pids and time.monotonic() < deadline:
            pids = [pid for pid in pids if os.waitpid(pid, os.WNOHANG)[0] == 0]
            time.sleep(0.05)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)


class Hand:
    """One of the processes, as the first one knows it; ``left`` is what it has taken and not finished."""

    def __init__(self, pid: int, name: str) -> None:
        self.pid, self.name = pid, name
        self.end = os.pidfd_open(pid)
        self.left: dict[str, pytest.Item] = {}


def _files(items: list[pytest.Item]) -> list[File]:
    """Return the tests of each file together.

    Files that take long come first: the end is filled with short ones, and no process waits for another's
    last long file.
    """
    found: dict[Path, File] = {}
    for item in items:
        found.setdefault(item.path, []).append(item)
    return sorted(found.values(), key=lambda file: not any(map(_is_slow, file)))


def _is_slow(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in _SLOW)
