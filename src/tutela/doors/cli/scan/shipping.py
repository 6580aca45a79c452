"""Bringing an index to the machines of a cluster: once to each, as files that all its workers map.

On the machine that has the folder it is used where it is. Elsewhere the first worker writes a copy below the
machine's temporary folder, readable by its user alone, and the end of the scan takes it away.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutela.core.matching.errors import IndexBroken

PIECE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cargo:
    """An index folder as it was: ``files`` are names with the references of their pieces, in order."""

    name: str
    folder: str
    mark: tuple[str, int, int]
    files: tuple[tuple[str, tuple[Any, ...]], ...]


def load(folder: Path, put: Callable[[bytes], Any]) -> Cargo:
    """Give an index folder to ``put``, piece by piece, and return what brings it back.

    Raises:
        IndexBroken: it kept being merged meanwhile.
    """
    for _ in range(5):
        with contextlib.suppress(FileNotFoundError):
            current = (folder / "current").read_bytes()
            generation = f"{int(current):06d}"
            names = [
                path.relative_to(folder).as_posix()
                for path in sorted((folder / f"snapshot-{generation}").rglob("*"))
                if path.is_file()
            ]
            if (folder / f"journal-{generation}").exists():
                names.append(f"journal-{generation}")
            files = [(name, tuple(put(piece) for piece in _pieces(folder / name))) for name in names]
            files.append(("current", (put(current),)))
            return Cargo(f"index-{secrets.token_hex(16)}", str(folder), mark_of(folder), tuple(files))
    raise IndexBroken("current")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        while piece := handle.read(PIECE):
            yield piece


def mark_of(folder: Path) -> tuple[str, int, int]:
    """Return what tells this folder on this machine from one of the same name elsewhere."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    found = folder.stat()
    return (boot.read_text().strip() if boot.exists() else os.uname().nodename, found.st_dev, found.st_ino)


def unload(cargo: Cargo, get: Callable[[Any], bytes]) -> Path:
    """Return where the index is on this machine; the first who asks puts it there, the others wait."""
    with contextlib.suppress(OSError):
        if mark_of(Path(cargo.folder)) == cargo.mark:
            return Path(cargo.folder)
    home = _home()
    with (home / f"{cargo.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        target = home / cargo.name
        if not target.exists():
            part = home / f"{cargo.name}.part"
            shutil.rmtree(part, ignore_errors=True)
            _write(part, cargo.files, get)
            part.rename(target)
    return target


def _write(part: Path, files: Sequence[tuple[str, tuple[Any, ...]]], get: Callable[[Any], bytes]) -> None:
    for name, pieces in files:
        path = part / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("wb") as handle:
            for piece in pieces:
                handle.write(get(piece))


def forget(name: str) -> None:
    """Take the copy on this machine away."""
    home = _home()
    shutil.rmtree(home / name, ignore_errors=True)
    shutil.rmtree(home / f"{name}.part", ignore_errors=True)
    (home / f"{name}.lock").unlink(missing_ok=True)


def _home() -> Path:
    """Return this user's own folder below the temporary one.

    Raises:
        PermissionError: somebody else made it, or can read it.
    """
    home = Path(tempfile.gettempdir()) / f"tutela-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    found = home.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077 or home.is_symlink():
        raise PermissionError(f"{home} is not this user's alone")
    return home
