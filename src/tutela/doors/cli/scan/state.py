"""The state of a scan: an append-only file that says which files are done, so that a scan can be resumed.

It names no file and no match: only digests of path, size and time of the last change, with a key of its
own. Each line is written after the output of its files was; a line cut short by a crash is dropped, and the
output, when the scan writes it to a file of its own, is cut back to what the last whole line says.
"""

from __future__ import annotations

import bisect
import fcntl
import hashlib
import json
import os
import secrets
import time
from array import array
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from tutela.doors.cli.scan.places import Place

VERSION = 1
DIGEST = 16
SYNC_SECONDS = 1.0


class StateRefused(Exception):  # noqa: N818
    """The state file cannot be used; the message says why and what to do."""


@dataclass(slots=True)
class Totals:
    """What a scan counted, over all its parts.

    ``partly``: pictures whose looks could not be taken though they should; ``not_supported``: films,
    documents and pictures in formats that are not decoded. The digests of both were compared.
    """

    files: int = 0
    bytes: int = 0
    matches: int = 0
    known_good: int = 0
    unreadable: int = 0
    partly: int = 0
    not_supported: int = 0


class Done:
    """The digests of what is done: 16 bytes a file in memory, found by bisection."""

    def __init__(self, digests: bytes = b"") -> None:
        self._first, self._second = array("Q"), array("Q")
        if digests:
            import numpy as np

            pairs = np.frombuffer(digests, dtype=np.uint64).reshape(-1, 2)
            order = np.argsort(pairs[:, 0])
            self._first.frombytes(pairs[order, 0].tobytes())
            self._second.frombytes(pairs[order, 1].tobytes())

    def __len__(self) -> int:
        return len(self._first)

    def __contains__(self, digest: bytes) -> bool:
        first, second = array("Q", digest)
        at = bisect.bisect_left(self._first, first)
        while at < len(self._first) and self._first[at] == first:
            if self._second[at] == second:
                return True
            at += 1
        return False


class State:
    """One scan's state file, held open and locked."""

    def __init__(self, path: Path, about: dict[str, Any], *, output_size: int | None = None) -> None:
        """Open or begin the state in ``path``.

        ``about`` says what is scanned and against what; ``output_size`` is how long the output file is now.

        Raises:
            StateRefused: in use, damaged, or the state of another scan.
        """
        self.path = path
        self.totals = Totals()
        self.output: int | None = None
        self.finished = self.resumed = False
        self._synced = time.monotonic()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise StateRefused(f"{path} cannot be opened: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise StateRefused(f"{path} is in use by another scan") from None
        try:
            self._begin(json.loads(json.dumps(about)), output_size)
        except BaseException:
            os.close(self._file)
            raise

    def _begin(self, about: dict[str, Any], output_size: int | None) -> None:
        with os.fdopen(os.dup(self._file), "rb") as handle:
            head = handle.readline()
            if not head.endswith(b"\n"):
                self._start(about)
                return
            self._take_over(_line(head), about)
            digests, whole = bytearray(), len(head)
            for number, text in enumerate(handle, 2):
                line = _line(text) if text.endswith(b"\n") else None
                if line is None:
                    if handle.read(1):
                        raise StateRefused(f"{self.path}: line {number} is damaged; begin a new state")
                    break
                if output_size is not None and line.get("output", 0) > output_size:
                    break  # the machine went down: the output of these files never reached the disk
                self._apply(line, digests)
                whole += len(text)
        os.ftruncate(self._file, whole)
        os.lseek(self._file, whole, os.SEEK_SET)
        self.done = Done(bytes(digests))
        self.resumed = True

    def _start(self, about: dict[str, Any]) -> None:
        self._key = secrets.token_bytes(16)
        self.done = Done()
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        self._write({"tutela_scan": VERSION, "key": self._key.hex(), "about": about})

    def _take_over(self, head: dict[str, Any] | None, about: dict[str, Any]) -> None:
        if head is None or head.get("tutela_scan") != VERSION:
            raise StateRefused(f"{self.path} is no state of a scan, or one of another release")
        if head["about"] != about:
            other = sorted(name for name in about if head["about"].get(name) != about[name])
            raise StateRefused(
                f"{self.path} belongs to another scan (other {', '.join(other)}); "
                "give the same arguments, or another --resume file"
            )
        self._key = bytes.fromhex(head["key"])

    def _apply(self, line: dict[str, Any], digests: bytearray) -> None:
        if line.get("finished"):
            self.finished = True
            return
        digests += bytes.fromhex(line["done"])
        self.totals = Totals(**{field.name: line["totals"][field.name] for field in fields(Totals)})
        self.output = line.get("output")

    def digest(self, path: str, place: Place) -> bytes:
        """Return what stands for ``place``, shown as ``path``, in this state and no other."""
        what = b"\0".join([os.fsencode(path), b"%d" % place.size, place.version.encode()])
        return hashlib.blake2b(what, key=self._key, digest_size=DIGEST).digest()

    def add(self, digests: Iterable[bytes], output: int | None = None) -> bool:
        """Write that these are done; return whether the line is now safe on the disk."""
        line: dict[str, Any] = {"done": b"".join(digests).hex(), "totals": asdict(self.totals)}
        if output is not None:
            line["output"] = output
        self._write(line)
        if time.monotonic() - self._synced < SYNC_SECONDS:
            return False
        self.sync()
        return True

    def finish(self) -> None:
        """Write that the scan came to its end."""
        self._write({"finished": True})
        self.sync()

    def sync(self) -> None:
        """Bring everything written to the disk."""
        os.fsync(self._file)
        self._synced = time.monotonic()

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)

    def _write(self, line: dict[str, Any]) -> None:
        text = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        while text:
            text = text[os.write(self._file, text) :]


def _line(text: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None
