"""SQLite, where everybody who wants to write has a turn.

There is one lock for writing. SQLite's own way of waiting for it sleeps longer after each attempt, up to a
tenth of a second, while whoever writes again and again takes it anew within a fraction of a millisecond: a
worker waited for seconds beside somebody who said one message after the other. Here the attempts stay close
together, so that the lock is found free between two transactions of others.
"""

from __future__ import annotations

import random
import sqlite3
import time

from django.db.backends.sqlite3 import base

PAUSE_SECONDS = (0.0003, 0.0025)
"""Between two attempts: about what a transaction takes, and never at the pace of another who waits."""
_DIE = random.SystemRandom()


class DatabaseWrapper(base.DatabaseWrapper):
    """Tries to begin a transaction in small steps, for as long as the option ``timeout`` says (seconds)."""

    def _start_transaction_under_autocommit(self) -> None:
        patience = float(self.settings_dict["OPTIONS"].get("timeout", 5.0))
        until = time.monotonic() + patience
        self._be_patient(0)
        try:
            while self._is_busy() and time.monotonic() < until:
                time.sleep(_DIE.uniform(*PAUSE_SECONDS))
            if not self.connection.in_transaction:
                super()._start_transaction_under_autocommit()  # type: ignore[misc]
        finally:
            self._be_patient(patience)

    def _is_busy(self) -> bool:
        """Try to begin; not by a cursor of Django's, which takes ten times as long to say that it cannot."""
        try:
            self.connection.execute(f"BEGIN {self.transaction_mode or ''}")  # type: ignore[attr-defined]
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
        return False

    def _be_patient(self, seconds: float) -> None:
        """Let SQLite itself wait so long, as it does for everything but the beginning."""
        self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
