"""Where a scan's lines go: standard output, or a file of its own that a resumed scan goes on with."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, TextIO

from tutela.doors.cli.scan import lines


class OutputExists(Exception):  # noqa: N818
    """The file is there and does not belong to the scan that is resumed."""


class Printed:
    """Lines on standard output, through ``write`` of a terminal's progress when one is shown there."""

    def __init__(self, *, as_json: bool, alone: bool = False) -> None:
        """Print JSON or words; ``alone`` keeps standard output from whatever else would print there."""
        self._text = lines.as_json if as_json else lines.as_words
        self._own: TextIO | None = None
        if alone:
            # Ray's own processes and libraries write to the descriptor itself. They shall have the other one.
            sys.stdout.flush()
            self._own = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def write(self, line: dict[str, Any]) -> None:
        """Print one line; people get what the counts say without a line of its own."""
        if line["type"] == "file" or self._text is lines.as_json:
            (self._own or sys.stdout).write(self._text(line) + "\n")

    def flush(self) -> int | None:
        """Hand the lines to the reader of the pipe."""
        (self._own or sys.stdout).flush()
        return None

    def abandon(self) -> None:
        """Let what is still held go nowhere: nobody reads on."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), (self._own or sys.stdout).fileno())

    def sync(self) -> None:
        """A pipe has no disk."""


class Filed:
    """JSON lines in a file. ``keep`` is how much of it a resumed scan had written and counted."""

    def __init__(self, path: Path, keep: int | None) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_EXCL if keep is None else 0)
        try:
            self._file = os.open(path, flags, 0o600)
        except FileExistsError:
            raise OutputExists from None
        self._size = keep or 0
        os.ftruncate(self._file, self._size)
        os.lseek(self._file, self._size, os.SEEK_SET)
        self._held: list[bytes] = []

    def write(self, line: dict[str, Any]) -> None:
        """Hold one line until ``flush``."""
        self._held.append(lines.as_json(line).encode() + b"\n")

    def flush(self) -> int | None:
        """Write what is held and return how long the file is."""
        data = b"".join(self._held)
        self._held.clear()
        self._size += len(data)
        while data:
            data = data[os.write(self._file, data) :]
        return self._size

    def abandon(self) -> None:
        """A file is always read."""

    def sync(self) -> None:
        """Bring everything to the disk."""
        os.fsync(self._file)
