"""The engine: chunks out, results in, each file written exactly once: to the output, then to the state."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tutela.doors.cli.scan import lines
from tutela.doors.cli.scan.crew import Crew, Taken
from tutela.doors.cli.scan.places import Chunk, Pace, Place, in_chunks
from tutela.doors.cli.scan.reading import UNREADABLE, Answer, Looked
from tutela.doors.cli.scan.state import State, Totals

LOST = "worker_died"
NOT_SUPPORTED = "pdq:format_not_supported"


class Output(Protocol):
    """Where lines go; ``size`` is how long the file is, None when it is no file of the scan's own."""

    def write(self, line: dict[str, Any]) -> None:
        """Write one line."""

    def flush(self) -> int | None:
        """Hand everything to the system and return ``size``."""

    def sync(self) -> None:
        """Bring everything to the disk."""

    def abandon(self) -> None:
        """Let what is held go nowhere."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are written: matches and what could not be read, or one for every file."""

    everything: bool = False


class Engine:
    """One run of a scan."""

    def __init__(
        self,
        *,
        crew: Crew,
        state: State,
        output: Output,
        shown: Callable[[Place], str],
        wanted: Wanted,
        moved: Callable[[Totals], None],
    ) -> None:
        self._crew, self._state, self._output = crew, state, output
        self._shown, self._wanted, self._moved = shown, wanted, moved
        self._pace = Pace()
        self._again: deque[Chunk] = deque()
        self._unlisted: list[Looked] = []
        self.stopping = False

    def stop(self) -> None:
        """End after what is being read now. Safe to call in a signal's handler."""
        self.stopping = True
        self._crew.stop()

    def unlisted(self, place: Place, reason: str) -> None:
        """Name a folder that cannot be listed; a walk calls it while it is walked."""
        if self._state.digest(self._shown(place), place) not in self._state.done:
            self._unlisted.append(Looked(place, UNREADABLE, reason))

    def run(self, places: Iterable[Place]) -> bool:
        """Read all ``places``; return whether the end was reached."""
        waiting = in_chunks(self._undone(places), self._pace)
        while not self.stopping:
            if not self._crew.free():
                self._take()
            elif self._again:
                self._crew.give(self._again.popleft())
            elif chunk := next(waiting, None):
                self._crew.give(chunk)
            elif self._crew.busy():
                self._take()
            else:
                self._name_unlisted()
                return True
            self._name_unlisted()
        while self._crew.busy():
            self._take()
        return False

    def _name_unlisted(self) -> None:
        if self._unlisted:
            self._write(self._unlisted)
            self._unlisted = []

    def _undone(self, places: Iterable[Place]) -> Iterator[Place]:
        done = self._state.done
        if not len(done):
            yield from places
            return
        for place in places:
            if self._state.digest(self._shown(place), place) not in done:
                yield place

    def _take(self) -> None:
        for taken in self._crew.take():
            looked = self._read(taken.answer) if taken.answer else self._lost(taken)
            if looked:
                self._write(looked)

    def _read(self, answer: Answer) -> Sequence[Looked]:
        self._pace.took(len(answer.looked), answer.seconds)
        return answer.looked

    def _lost(self, taken: Taken) -> Sequence[Looked]:
        """Give what a lost worker had out again, each file by itself; name it when it was tried enough."""
        if not taken.blamed:
            self._again.append(taken.chunk)
            return ()
        if taken.chunk.attempt + 1 < self._crew.attempts:
            self._again.extend(taken.chunk.one_by_one())
            return ()
        return [Looked(place, UNREADABLE, LOST) for place in taken.chunk.places]

    def _write(self, looked: Sequence[Looked]) -> None:
        totals, digests = self._state.totals, []
        for one in looked:
            path = self._shown(one.place)
            digests.append(self._state.digest(path, one.place))
            totals.files += 1
            totals.bytes += 0 if one.outcome == UNREADABLE else one.place.size
            totals.matches += one.outcome == "match"
            totals.known_good += one.outcome == "known_good"
            totals.unreadable += one.outcome == UNREADABLE
            if one.outcome != UNREADABLE and one.reason:
                totals.not_supported += one.reason == NOT_SUPPORTED
                totals.partly += one.reason != NOT_SUPPORTED
            if self._wanted.everything or one.verdicts or one.reason not in ("", NOT_SUPPORTED):
                self._output.write(_line(path, one))
        size = self._output.flush()
        if self._state.add(digests, size):
            self._output.sync()
        self._moved(totals)


def _line(path: str, one: Looked) -> dict[str, Any]:
    return lines.file_fields(
        path,
        one.outcome,
        size=None if one.outcome == UNREADABLE else one.place.size,
        reason=one.reason,
        verdicts=one.verdicts,
        fingerprints=one.fingerprints,
        notes=one.notes,
    )
