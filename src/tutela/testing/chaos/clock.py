"""A clock for processes under test that is as wrong as a file says.

Nothing in a node reads this file: a process has such a clock only when a test started it through a program of
this package, which ``tutela serve`` cannot do.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tutela.core.kernel import clock

VARIABLE = "TUTELA_CHAOS_CLOCK"


def set_offset(file: Path, offset: timedelta) -> None:
    """Let every process that follows ``file`` be so far ahead, or behind; at once, and whole."""
    fresh = file.with_suffix(".new")
    fresh.write_text(str(int(offset.total_seconds())))
    fresh.replace(file)


def follow(file: Path) -> None:
    """Let this process's only source of time be as wrong as ``file`` says each time that it is asked.

    The function itself is changed: tables that are described already hold it as a default.
    """

    def now(file: Path = file, ahead: type[timedelta] = timedelta) -> datetime:
        return datetime.now(UTC) + ahead(seconds=int(file.read_text()))

    clock.now.__code__, clock.now.__defaults__ = now.__code__, now.__defaults__


def follow_in_directories() -> None:
    """Let python-tuf, which asks the machine for the time, judge what has expired by the same clock."""
    from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet

    begin = TrustedMetadataSet.__init__

    def begin_now(self: TrustedMetadataSet, *args: Any, **more: Any) -> None:
        begin(self, *args, **more)
        self.reference_time = clock.now()

    TrustedMetadataSet.__init__ = begin_now  # type: ignore[method-assign]
