"""What the service itself remembers, in one SQLite file that all its workers share.

Banks that were made here and what is in them, entries silenced here, how often entries match and which are in
quarantine for it, and the numbers that HMA's clients know entries by. Lists that others keep are in the index
only, and nothing here changes them.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutela.core.matching.flood import EntryKey, Flood, FloodRule, judge_flood

_TABLES = """
CREATE TABLE IF NOT EXISTS banks (name TEXT PRIMARY KEY, ratio REAL NOT NULL CHECK (ratio BETWEEN 0 AND 1));
CREATE TABLE IF NOT EXISTS contents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bank TEXT NOT NULL, signals TEXT NOT NULL,
    note TEXT, metadata TEXT);
CREATE INDEX IF NOT EXISTS contents_of ON contents (bank);
CREATE TABLE IF NOT EXISTS answered (id INTEGER PRIMARY KEY, list TEXT NOT NULL, entry TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS silenced (
    list TEXT, entry TEXT, until INTEGER NOT NULL, PRIMARY KEY (list, entry)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS matched (
    list TEXT, entry TEXT, counted INTEGER, matches INTEGER NOT NULL,
    PRIMARY KEY (list, entry, counted)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS floods (
    list TEXT, entry TEXT, counted INTEGER NOT NULL, matches INTEGER NOT NULL, baseline REAL NOT NULL,
    PRIMARY KEY (list, entry)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS released (
    list TEXT, entry TEXT, trusted INTEGER NOT NULL, PRIMARY KEY (list, entry)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS began (one INTEGER PRIMARY KEY CHECK (one = 1), counted INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Content:
    """What somebody put into a bank here; ``signals`` is HMA's type → fingerprint as text."""

    id: int
    bank: str
    signals: dict[str, str]
    note: str | None = None
    metadata: dict[str, Any] | None = None


class Memory:
    """The file, opened by one worker. Threads of the worker take turns."""

    def __init__(self, path: Path) -> None:
        self._turn = threading.RLock()
        self._db = sqlite3.connect(path, timeout=10, check_same_thread=False, isolation_level=None)
        path.chmod(0o600)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        with self.changing():
            for statement in _TABLES.split(";"):
                self._db.execute(statement)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Make the changes inside count together or not at all."""
        with self._turn:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._turn:
            return self._db.execute(query, values).fetchall()

    # banks and contents

    def banks(self) -> dict[str, float]:
        """Name → ratio of the banks made here."""
        return dict(self._rows("SELECT name, ratio FROM banks ORDER BY name"))

    def put_bank(self, name: str, ratio: float) -> None:
        """Remember a bank."""
        self._rows(
            "INSERT INTO banks VALUES (?, ?) ON CONFLICT DO UPDATE SET ratio = excluded.ratio", name, ratio
        )

    def rename_bank(self, name: str, new: str) -> None:
        """Give a bank and its contents another name."""
        self._rows("UPDATE banks SET name = ? WHERE name = ?", new, name)
        self._rows("UPDATE contents SET bank = ? WHERE bank = ?", new, name)
        self._rows("UPDATE silenced SET list = ? WHERE list = ?", new, name)

    def drop_bank(self, name: str) -> None:
        """Forget a bank and what is in it."""
        self._rows("DELETE FROM contents WHERE bank = ?", name)
        self._rows("DELETE FROM silenced WHERE list = ?", name)
        self._rows("DELETE FROM banks WHERE name = ?", name)

    def add_content(
        self, bank: str, signals: Mapping[str, str], note: str | None, metadata: Mapping[str, Any] | None
    ) -> int:
        """Remember a new content of a bank and return its number."""
        rows = self._rows(
            "INSERT INTO contents (bank, signals, note, metadata) VALUES (?, ?, ?, ?) RETURNING id",
            bank, json.dumps(dict(signals)), note, json.dumps(metadata) if metadata else None,
        )  # fmt: skip
        return int(rows[0][0])

    def content(self, number: int) -> Content | None:
        """The content of that number, or None."""
        return next(iter(self._contents("WHERE id = ?", number)), None)

    def contents_of(self, bank: str) -> list[Content]:
        """All contents of a bank made here."""
        return self._contents("WHERE bank = ? ORDER BY id", bank)

    def note(self, number: int, note: str | None) -> None:
        """Replace the note of a content."""
        self._rows("UPDATE contents SET note = ? WHERE id = ?", note, number)

    def drop_content(self, number: int) -> None:
        """Forget a content."""
        self._rows("DELETE FROM contents WHERE id = ?", number)

    def _contents(self, where: str, value: object) -> list[Content]:
        rows = self._rows(f"SELECT id, bank, signals, note, metadata FROM contents {where}", value)  # noqa: S608
        return [Content(i, b, json.loads(s), n, json.loads(m) if m else None) for i, b, s, n, m in rows]

    # numbers of entries that others keep

    def remember_answered(self, numbers: Mapping[int, EntryKey]) -> None:
        """Remember which entry a number in an answer stood for."""
        with self.changing():
            self._db.executemany(
                "INSERT OR IGNORE INTO answered VALUES (?, ?, ?)", [(n, *key) for n, key in numbers.items()]
            )

    def answered(self, number: int) -> EntryKey | None:
        """The entry that ``number`` stood for in an answer, or None."""
        rows = self._rows("SELECT list, entry FROM answered WHERE id = ?", number)
        return (rows[0][0], rows[0][1]) if rows else None

    # silenced entries

    def silence(self, key: EntryKey, until: int) -> None:
        """Let an entry not count until ``until`` (seconds since 1970); 0 lets it count again."""
        if until:
            self._rows("INSERT OR REPLACE INTO silenced VALUES (?, ?, ?)", *key, until)
        else:
            self._rows("DELETE FROM silenced WHERE list = ? AND entry = ?", *key)

    def silenced(self) -> dict[EntryKey, int]:
        """Entry → until when it does not count."""
        return {(one, entry): until for one, entry, until in self._rows("SELECT * FROM silenced")}

    # floods

    def count_matches(self, matches: Mapping[EntryKey, int], at: float, rule: FloodRule) -> None:
        """Add ``matches`` to the counts and put into quarantine what floods."""
        window = rule.window_of(at)
        with self.changing():
            self._db.execute("INSERT OR IGNORE INTO began VALUES (1, ?)", (window,))
            since = self._rows("SELECT counted FROM began")[0][0]
            self._db.execute("DELETE FROM matched WHERE counted < ?", (window - rule.remembered,))
            self._db.executemany(
                "INSERT INTO matched VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET matches = matches + excluded.matches",
                [(*key, window, times) for key, times in matches.items()],
            )
            for key in matches.keys() - self._trusted(window):
                rows = self._rows("SELECT counted, matches FROM matched WHERE list = ? AND entry = ?", *key)
                flood = judge_flood(key, dict(rows), window, rule, since=since)
                if flood is not None:
                    self._rows(
                        "INSERT OR REPLACE INTO floods VALUES (?, ?, ?, ?, ?)",
                        flood.list, flood.entry, flood.window, flood.matches, flood.baseline,
                    )  # fmt: skip

    def _trusted(self, window: int) -> set[EntryKey]:
        return set(self._rows("SELECT list, entry FROM released WHERE trusted >= ?", window))

    def floods(self) -> list[Flood]:
        """What is in quarantine, the worst first."""
        return [Flood(*row) for row in self._rows("SELECT * FROM floods ORDER BY matches DESC")]

    def release(self, key: EntryKey, at: float, rule: FloodRule) -> bool:
        """Let an entry count again, for a while whatever it matches; False if it was not in quarantine."""
        with self.changing():
            if not self._rows("DELETE FROM floods WHERE list = ? AND entry = ? RETURNING 1", *key):
                return False
            trusted = rule.window_of(at) + rule.trusted
            self._rows("INSERT OR REPLACE INTO released VALUES (?, ?, ?)", *key, trusted)
            return True

    def version(self) -> int:
        """A number that changes when another process changed the file."""
        return int(self._rows("PRAGMA data_version")[0][0])

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            self._db.close()
