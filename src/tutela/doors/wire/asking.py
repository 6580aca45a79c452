"""Asking the index: in threads, so that the loop never waits, and together what came in together.

While one batch of single lookups is in the index, those that arrive in the meantime gather and go as the next
batch. Nothing waits for company: a lone request is a batch of one. Large requests go through threads of their
own and do not hold up the small ones.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tutela.core.matching import index
from tutela.core.matching.errors import NoIndex
from tutela.core.matching.fingerprints import Fingerprint
from tutela.core.matching.verdicts import Verdict
from tutela.doors.wire.refusals import not_loaded

MOST_TOGETHER = 64
"""So many are searched without spreading them over processors, which costs more than it saves."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of each fingerprint; only questions that are equal can be asked together."""

    lists: frozenset[str] | None = None
    radius: int | None = None
    limit: int | None = 100
    silenced: bool = True


@dataclass(slots=True)
class _Waiting:
    fingerprint: Fingerprint
    question: Question
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Verdict]


class Asking:
    """The index of one worker. It opens when there is one, and notices changes by itself."""

    def __init__(
        self, folder: Path, quarantined: Callable[[], frozenset[tuple[str, str]]], threads: int
    ) -> None:
        self._folder = folder
        self._threads = threads
        self._quarantined = quarantined
        self._opened: index.Index | None = None
        self._opening = threading.Lock()
        self._waiting: deque[_Waiting] = deque()
        self._arrived = threading.Event()
        self._ended = False
        self._bulk = ThreadPoolExecutor(2, thread_name_prefix="lookup-many")
        self._slow = ThreadPoolExecutor(2, thread_name_prefix="writing")
        self._thread = threading.Thread(target=self._answer_waiting, name="lookup", daemon=True)
        self._thread.start()

    @property
    def opened(self) -> index.Index:
        """The open index.

        Raises:
            Refused: there is none (503).
            IndexBroken: there is one that cannot be read.
        """
        if self._opened is not None:
            return self._opened
        with self._opening:
            if self._opened is None:
                try:
                    self._opened = index.open_index(self._folder, threads=self._threads)
                except NoIndex:
                    raise not_loaded() from None
        return self._opened

    async def verdict(self, fingerprint: Fingerprint, question: Question) -> Verdict:
        """Return the verdict on one fingerprint, asked together with what else arrives now."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(fingerprint, question, loop, loop.create_future())
        self._waiting.append(waiting)
        self._arrived.set()
        return await waiting.answer

    def verdicts(self, fingerprints: Sequence[Fingerprint], question: Question) -> list[Verdict]:
        """Return the verdicts on many fingerprints. Takes its time: call it :meth:`aside`.

        Raises:
            Refused: there is no index (503).
        """
        return self.opened.lookup(
            fingerprints,
            lists=question.lists,
            radius=question.radius,
            limit=question.limit,
            quarantined=self._quarantined() if question.silenced else frozenset(),
        )

    async def aside(self, work: Callable[[], T]) -> T:
        """Do ``work`` in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._bulk, work)

    async def apart(self, work: Callable[[], T]) -> T:
        """Do ``work`` that may have to wait for a lock in a thread where no lookup waits behind it."""
        return await asyncio.get_running_loop().run_in_executor(self._slow, work)

    def close(self) -> None:
        """Stop the threads and let go of the index."""
        self._ended = True
        self._arrived.set()
        self._thread.join()
        self._bulk.shutdown()
        self._slow.shutdown()
        if self._opened is not None:
            self._opened.close()

    def _answer_waiting(self) -> None:
        while not self._ended:
            self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                together = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
                try:
                    self._answer(together)
                except Exception as error:
                    _to_loop(together, error)

    def _answer(self, together: list[_Waiting]) -> None:
        by_question: dict[Question, list[_Waiting]] = {}
        for waiting in together:
            by_question.setdefault(waiting.question, []).append(waiting)
        for question, asked in by_question.items():
            try:
                _to_loop(asked, self.verdicts([waiting.fingerprint for waiting in asked], question))
            except Exception as error:
                _to_loop(asked, error)


def _to_loop(asked: list[_Waiting], outcome: list[Verdict] | Exception) -> None:
    """Hand over a whole batch in one hop: the hops between threads, not the lookups, are what costs."""
    with contextlib.suppress(RuntimeError):  # the loop has ended, and nobody waits
        asked[0].loop.call_soon_threadsafe(_hand_over, asked, outcome)


def _hand_over(asked: list[_Waiting], outcome: list[Verdict] | Exception) -> None:
    for place, waiting in enumerate(asked):
        if waiting.answer.done():
            continue  # the client has gone
        if isinstance(outcome, Exception):
            waiting.answer.set_exception(outcome)
        else:
            waiting.answer.set_result(outcome[place])
