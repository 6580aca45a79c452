"""What a person at a terminal sees while a scan runs: how far, how fast, how long still. A pipe: nothing."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from tutela.doors.cli.scan.state import Totals


class Quiet:
    """No progress: standard error is no terminal."""

    def stop(self) -> None:
        """Nothing was shown."""

    def moved(self, totals: Totals) -> None:
        """Say nothing."""


class Shown:
    """A bar on standard error. The folders are counted meanwhile, for the time that is left."""

    def __init__(self, folders: Sequence[str], before: Totals) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.completed:,.0f} of {task.fields[of]} files"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[rate]}  {task.fields[found]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            speed_estimate_period=30,
            transient=True,
            redirect_stdout=sys.stdout.isatty(),
        )
        self._task = self._progress.add_task(
            "", total=None, of="?", rate="", found="", completed=before.files
        )
        self._before = before.bytes, before.files
        self._progress.start()
        if folders:
            threading.Thread(target=self._count, args=(folders,), daemon=True).start()

    def stop(self) -> None:
        """Take the bar away."""
        self._progress.stop()

    def moved(self, totals: Totals) -> None:
        """Show the new totals."""
        elapsed = self._progress.tasks[0].elapsed or 0.001
        files, megabytes = (totals.files - self._before[1]), (totals.bytes - self._before[0]) / 1e6
        self._progress.update(
            self._task,
            completed=totals.files,
            rate=f"{files / elapsed:,.0f} files/s {megabytes / elapsed:,.1f} MB/s",
            found=f"{totals.matches:,} found, {totals.unreadable:,} unreadable",
        )

    def _count(self, folders: Sequence[str]) -> None:
        total = sum(count_files(folder) for folder in folders)
        self._progress.update(self._task, total=total, of=f"{total:,}")


def count_files(folder: str) -> int:
    """Return about how many files lie below ``folder``; what cannot be listed is not counted."""
    if not Path(folder).is_dir():
        return 1
    total, waiting = 0, [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        total += entry.is_file(follow_symlinks=False)
        except OSError:
            continue
    return total


def on_terminal(folders: Sequence[str], before: Totals, *, quiet: bool) -> Quiet | Shown:
    """Return what fits the terminal, or the pipe."""
    return Quiet() if quiet or not sys.stderr.isatty() else Shown(folders, before)
