"""Following: a thread in each worker that keeps it in step with the others, four times a second.

What another worker silenced or put into quarantine holds here within a second, and what was matched here is
added to the counts that all share. None of it is on the way of a request.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence

from tutela.core.matching.flood import EntryKey, FloodRule, matches_of
from tutela.core.matching.verdicts import Verdict
from tutela.doors.wire.memory import Memory

PAUSE_SECONDS = 0.25
MOST_REMEMBERED = 100_000


class Following:
    """What one worker knows of the shared memory without asking it."""

    def __init__(self, memory: Memory, rule: FloodRule) -> None:
        self._memory = memory
        self._rule = rule
        self._matches: Counter[EntryKey] = Counter()
        self._numbers: dict[int, EntryKey] = {}
        self._known: set[int] = set()
        self._turn = threading.Lock()
        self._banks: dict[str, float] = {}
        self._silenced: dict[EntryKey, int] = {}
        self._floods: frozenset[EntryKey] = frozenset()
        self._quarantined: frozenset[EntryKey] = frozenset()
        self._ended = threading.Event()
        self.look()
        self._thread = threading.Thread(target=self._follow, name="following", daemon=True)
        self._thread.start()

    def quarantined(self) -> frozenset[EntryKey]:
        """The entries that do not count now."""
        return self._quarantined

    def banks(self) -> Mapping[str, float]:
        """The banks made here, and for what part of the traffic each matches."""
        return self._banks

    def matched(self, verdicts: Sequence[Verdict]) -> None:
        """Count what these verdicts hit."""
        if not self._rule.least:
            return
        hit = [verdict for verdict in verdicts if verdict.hits]
        if hit and (found := matches_of(hit)):
            with self._turn:
                self._matches.update(found)

    def answered(self, number: int, key: EntryKey) -> None:
        """Remember which entry a number in an answer stands for."""
        if number not in self._known:
            with self._turn:
                self._numbers[number] = key

    def flush(self) -> None:
        """Write down now what this worker counted and answered."""
        with self._turn:
            matches, self._matches = self._matches, Counter()
            numbers, self._numbers = self._numbers, {}
        if numbers:
            self._memory.remember_answered(numbers)
            self._known = (set() if len(self._known) > MOST_REMEMBERED else self._known) | numbers.keys()
        if matches:
            self._memory.count_matches(matches, time.time(), self._rule)

    def look(self) -> None:
        """Read now what does not count, and which banks were made here."""
        self._banks = self._memory.banks()
        self._silenced = self._memory.silenced()
        self._floods = frozenset((flood.list, flood.entry) for flood in self._memory.floods())
        self._settle()

    def close(self) -> None:
        """Write what is left and stop."""
        self._ended.set()
        self._thread.join()
        self.flush()

    def _settle(self) -> None:
        now = time.time()
        self._quarantined = self._floods | {key for key, until in self._silenced.items() if until > now}

    def _follow(self) -> None:
        version = -1
        while not self._ended.wait(PAUSE_SECONDS):
            try:
                own = bool(self._matches or self._numbers)
                self.flush()
                current = self._memory.version()
                if own or current != version:
                    version = current
                    self.look()
                else:
                    self._settle()
            except sqlite3.Error as error:
                # A full disk must not stop lookups; what does not count stays as it was last known.
                print(f"tutela: the match service cannot keep its memory: {error}", file=sys.stderr)
