"""The crew: worker processes that share one index folder and take one chunk at a time.

A worker that is killed, by the kernel for memory or by a file that its decoder cannot bear, is replaced; its
chunk comes back as lost. ``concurrent.futures`` would give up the whole pool and not say which work was lost.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import signal
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

from tutela.doors.cli.scan.places import Chunk
from tutela.doors.cli.scan.reading import Answer, Orders, Reader

LOST_AT_START = 3
"""Workers lost one after the other before they could read anything: then it is not the files."""

LOST_IN_A_ROW = 100
"""Workers lost without any other answering in between: then the machine has no memory left."""

READY = "ready"


@dataclass(frozen=True, slots=True)
class Taken:
    """A chunk that came back. ``answer`` is None if its worker was lost, through the chunk if ``blamed``."""

    chunk: Chunk
    answer: Answer | None
    blamed: bool = True


class Broken(Exception):  # noqa: N818
    """No worker can start; the message says why."""


class Crew(Protocol):
    """Who reads: processes of this machine, or a cluster."""

    attempts: int

    def free(self) -> bool:
        """Whether another chunk can be given now."""

    def busy(self) -> bool:
        """Whether chunks are out."""

    def give(self, chunk: Chunk) -> None:
        """Give out a chunk."""

    def take(self) -> list[Taken]:
        """Wait for news, mostly chunks that come back."""

    def stop(self) -> None:
        """Ask all to end after the file at hand."""

    def close(self) -> None:
        """End all at once."""


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    chunk: Chunk | None = None
    ready: bool = False


class Processes:
    """Workers as processes, started when there is work for them."""

    attempts = 2

    def __init__(self, number: int, orders: Orders) -> None:
        self._number, self._orders = number, orders
        # What a worker needs is loaded once, by a process without threads that workers are forked from.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(orders.modules())
        self._stopping = self._context.RawValue(ctypes.c_bool, False)
        self._workers: dict[Connection, _Worker] = {}
        self._lost_unheard = self._lost_at_start = 0

    def free(self) -> bool:
        """Whether another chunk can be given now."""
        return len(self._workers) < self._number or any(not one.chunk for one in self._workers.values())

    def busy(self) -> bool:
        """Whether chunks are out."""
        return any(one.chunk for one in self._workers.values())

    def give(self, chunk: Chunk) -> None:
        """Give ``chunk`` to an idle worker, or to a new one."""
        idle = next((pipe for pipe, one in self._workers.items() if not one.chunk), None)
        pipe = idle or self._start()
        self._workers[pipe].chunk = chunk
        with suppress(OSError):  # it just died: ``take`` finds the end of its pipe and the chunk lost
            pipe.send(chunk)

    def _start(self) -> Connection:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_work,
            args=(theirs, self._stopping, self._orders),
            name="tutela-scan",
            daemon=True,
        )
        # Ctrl-C reaches the whole group of processes. What is ignored when a process starts stays ignored
        # in it and in what is forked from it, so that no worker dies of it, not even while modules load.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            process.start()
        except (EOFError, OSError) as error:
            raise Broken(f"no worker can start: {error or type(error).__name__}") from error
        finally:
            signal.signal(signal.SIGINT, before)
        theirs.close()
        self._workers[ours] = _Worker(process)
        return ours

    def take(self) -> list[Taken]:
        """Wait for news: chunks that come back, read or lost; none when a worker only says that it is there.

        Raises:
            Broken: workers die before they read anything, or have no memory.
        """
        out = [pipe for pipe, one in self._workers.items() if one.chunk]
        answers = [self._answer(pipe) for pipe in wait(out) if isinstance(pipe, Connection)]
        return [answer for answer in answers if answer]

    def _answer(self, pipe: Connection) -> Taken | None:
        worker = self._workers[pipe]
        assert worker.chunk is not None
        chunk = worker.chunk
        try:
            answer = pipe.recv()
        except (EOFError, OSError):
            return self._lost(pipe, chunk)
        if answer == READY:
            worker.ready, self._lost_at_start = True, 0
            return None
        if isinstance(answer, str):
            raise Broken(answer)
        worker.chunk, self._lost_unheard = None, 0
        return Taken(chunk, answer)

    def _lost(self, pipe: Connection, chunk: Chunk) -> Taken:
        worker = self._workers.pop(pipe)
        pipe.close()
        worker.process.kill()
        worker.process.join()
        self._lost_at_start += not worker.ready
        self._lost_unheard += 1
        if self._lost_at_start >= LOST_AT_START or self._lost_unheard >= LOST_IN_A_ROW:
            raise Broken("workers die one after the other (is there enough memory?)")
        return Taken(chunk, None, blamed=worker.ready)

    def stop(self) -> None:
        """Ask all to end after the file at hand."""
        self._stopping.value = True

    def close(self) -> None:
        """End all workers: the idle by closing their pipe, the busy at once."""
        for pipe, worker in self._workers.items():
            pipe.close()
            if worker.chunk:
                worker.process.kill()
        for worker in self._workers.values():
            worker.process.join(10)
        self._workers.clear()


def _work(pipe: Connection, stopping: Any, orders: Orders) -> None:
    """Be a worker: chunks in, results out, until the pipe is closed. SIGTERM is for the scan to handle."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    scan = multiprocessing.parent_process()
    assert scan is not None
    try:
        # A worker whose scan was killed ends too, and not after hours with a huge file.
        reader = Reader(orders, lambda: stopping.value or not scan.is_alive())
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}")
        return
    pipe.send(READY)
    while True:
        try:
            chunk = pipe.recv()
        except (EOFError, OSError):
            return
        answer = reader.read(chunk)
        try:
            pipe.send(answer)
        except OSError:
            return
