"""Where a scan's lines go: standard output, or a file of its own that a resumed scan goes on with."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from tutela.doors.cli.scan import lines


class OutputExists(Exception):  # noqa: N818
    """The file is there and does not belong to the scan that is resumed."""


class Printed:
    """Lines on standard output, through ``write`` of a terminal's progress when one is shown there."""

    def __init__(self, *, as_json: bool) -> None:
        self._text = lines.as_json if as_json else lines.as_words

    def write(self, line: dict[str, Any]) -> None:
        """Print one line; people get what the counts say without a line of its own."""
        if line["type"] == "file" or self._text is lines.as_json:
            sys.stdout.write(self._text(line) + "\n")

    def flush(self) -> int | None:
        """Hand the lines to the reader of the pipe."""
        sys.stdout.flush()
        return None

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

    def sync(self) -> None:
        """Bring everything to the disk."""
        os.fsync(self._file)
