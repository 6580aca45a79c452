"""Folders: walked without a list of their files, opened without ever following a link.

Every step goes through an open folder (``openat``), so that nobody who can write to the tree leads the scan
out of it by putting a link where a folder was, and paths may be as long as they like.
"""
# Names are taken and given as the system has them; a Path would change some (a//b, ./a).
# ruff: noqa: PTH112, PTH118, PTH119, PTH120

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tutela.doors.cli.scan.places import Passed, Place, Unreadable, unlisted

DEEPEST = 400
"""Folders within folders: each level of the walk holds two open descriptors."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

REASONS = {
    errno.EACCES: "not_permitted",
    errno.EPERM: "not_permitted",
    errno.ENOENT: "vanished",
    errno.ENOTDIR: "vanished",
    errno.ESTALE: "vanished",
    errno.ELOOP: "link",
    errno.EIO: "input_output_error",
    errno.EMFILE: "too_many_open_files",
    errno.ENFILE: "too_many_open_files",
}


def reason_of(error: OSError) -> str:
    """Return the code under which an unreadable file is named."""
    number = error.errno or 0
    return REASONS.get(number) or errno.errorcode.get(number, "unreadable").lower()


class NotAFile(OSError):  # noqa: N818
    """What was opened is no regular file."""


class Tree:
    """One folder, or one single file, that a scan was told to read."""

    def __init__(self, root: str, path: str) -> None:
        """Take ``root`` as it was typed, and its absolute ``path``.

        A link there is followed, for that is what was asked for.
        """
        self.root = root
        self.single = "" if os.path.isdir(path) else os.path.basename(path)
        self.folder = os.path.dirname(path) if self.single else path
        self._top: int | None = None
        self._last: tuple[str, int] | None = None

    def shown(self, name: str) -> str:
        """Return the path of ``name`` as it is printed."""
        return os.path.join(self.root, name) if name and not self.single else self.root

    def open_file(self, name: str) -> int:
        """Open ``name`` for reading and return the descriptor of a regular file.

        Raises:
            NotAFile: a pipe, a device, a socket, a folder; nothing of it was read and nothing waited for.
            OSError: it cannot be opened, or a part of its path is a link.
        """
        folder, _, last = name.rpartition("/")
        opened = os.open(last, _FILE, dir_fd=self._folder(folder))
        try:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                raise NotAFile(errno.EINVAL, "not a regular file")
        except BaseException:
            os.close(opened)
            raise
        return opened

    def _folder(self, path: str) -> int:
        """Return an open descriptor of the folder ``path``; the last one is kept, for files come together."""
        if self._top is None:
            self._top = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        if not path:
            return self._top
        if self._last and self._last[0] == path:
            return self._last[1]
        self._forget()
        current = self._top
        for part in path.split("/"):
            try:
                deeper = os.open(part, _FOLDER, dir_fd=current)
            finally:
                if current != self._top:
                    os.close(current)
            current = deeper
        self._last = (path, current)
        return current

    def _forget(self) -> None:
        if self._last:
            os.close(self._last[1])
            self._last = None

    def close(self) -> None:
        """Give the open folders back, so that the next chunk sees the tree as it is then."""
        self._forget()
        if self._top is not None:
            os.close(self._top)
            self._top = None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


@dataclass(slots=True)
class _Level:
    """One folder on the way down."""

    path: str
    opened: int
    entries: Any

    def close(self) -> None:
        """Give both descriptors back."""
        self.entries.close()
        os.close(self.opened)


class Walk:
    """All regular files below a folder, one after the other; memory grows with depth alone."""

    def __init__(
        self,
        tree: Tree,
        number: int,
        *,
        excluded: Callable[[str], bool],
        unreadable: Unreadable,
        passed: Passed,
        one_file_system: bool = False,
    ) -> None:
        self._tree, self._number = tree, number
        self._excluded, self._unreadable, self._passed = excluded, unreadable, passed
        self._one_file_system = one_file_system
        self._device = 0

    def __iter__(self) -> Iterator[Place]:
        levels: list[_Level] = []
        try:
            if self._tree.single:
                yield from self._single()
            elif top := self._enter("", self._tree.folder, None, 0):
                levels.append(top)
            while levels:
                yield from self._step(levels)
        finally:
            for level in levels:
                level.close()

    def _name(self, path: str, reason: str) -> None:
        self._unreadable(unlisted(self._number, path), reason)

    def _single(self) -> Iterator[Place]:
        try:
            found = os.lstat(os.path.join(self._tree.folder, self._tree.single))
        except OSError as error:
            self._name("", reason_of(error))
            return
        if stat.S_ISREG(found.st_mode):
            yield Place(self._number, self._tree.single, found.st_size, str(found.st_mtime_ns))
        else:
            self._count(found.st_mode)

    def _step(self, levels: list[_Level]) -> Iterator[Place]:
        """Yield the files of the innermost folder until it ends or leads deeper."""
        level = levels[-1]
        while True:
            try:
                entry = next(level.entries, None)
            except OSError as error:
                self._name(level.path, reason_of(error))
                entry = None
            if entry is None:
                levels.pop().close()
                return
            path = f"{level.path}/{entry.name}" if level.path else entry.name
            if self._excluded(path):
                self._passed.excluded += 1
            elif _is_folder(entry):
                if deeper := self._enter(path, entry.name, level.opened, len(levels)):
                    levels.append(deeper)
                    return
            elif place := self._place(entry, path):
                yield place

    def _enter(self, path: str, name: str, above: int | None, depth: int) -> _Level | None:
        """Open a folder; the topmost one may be a link."""
        if depth >= DEEPEST:
            self._name(path, "too_deep")
            return None
        opened = -1
        try:
            opened = os.open(name, _FOLDER if path else _FOLDER & ~os.O_NOFOLLOW, dir_fd=above)
            device = os.fstat(opened).st_dev
            self._device = self._device if path else device
            if self._one_file_system and device != self._device:
                self._passed.elsewhere += 1
                os.close(opened)
                return None
            return _Level(path, opened, os.scandir(opened))
        except OSError as error:
            if opened >= 0:
                with suppress(OSError):
                    os.close(opened)
            self._name(path, reason_of(error))
            return None

    def _place(self, entry: os.DirEntry[str], path: str) -> Place | None:
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError as error:
            self._name(path, reason_of(error))
            return None
        if stat.S_ISREG(found.st_mode):
            return Place(self._number, path, found.st_size, str(found.st_mtime_ns))
        self._count(found.st_mode)
        return None

    def _count(self, mode: int) -> None:
        if stat.S_ISLNK(mode):
            self._passed.links += 1
        else:
            self._passed.not_files += 1
