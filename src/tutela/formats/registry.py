"""Which formats there are. A format is a package named under the entry point group ``tutela.formats``.

Each has the same parts: ``MANIFEST`` in its ``__init__``; ``read.py`` with ``read(data: bytes)`` when it
reads; ``write.py`` with ``write(record) -> bytes`` when it writes; ``samples/`` and ``tests/``. Whatever is
installed under the group is checked by ``tutela.testing.formats``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

GROUP = "tutela.formats"


class NoSuchFormat(LookupError):  # noqa: N818
    """No installed format has that name, or it does not do what was asked of it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a format says of itself. ``reads`` and ``writes`` are the record types, None when it does not."""

    name: str
    title: str
    media_type: str
    extensions: tuple[str, ...]
    reads: type[Any] | None
    writes: type[Any] | None
    samples_of: str = "write"
    """Which function of ``write.py`` gives the bytes of ``samples/write``, where what is written depends on
    the machine."""


@dataclass(frozen=True, slots=True)
class Format:
    """One installed format: its manifest and the package it lives in."""

    manifest: Manifest
    package: str

    def read(self, data: bytes) -> Any:
        """Return the record that ``data`` holds; raises ``formats.errors.CannotRead`` and nothing else."""
        return self._part("read", self.manifest.reads)(data)

    def write(self, record: Any) -> bytes:
        """Return ``record`` in this format; raises ``formats.errors.CannotExpress`` and nothing else."""
        written: bytes = self._part("write", self.manifest.writes)(record)
        return written

    def sample(self, record: Any) -> bytes:
        """Return what ``samples/write`` holds for ``record``: in most formats what is written."""
        made: bytes = self._part("write", self.manifest.writes, self.manifest.samples_of)(record)
        return made

    def _part(self, name: str, record: type[Any] | None, function: str = "") -> Callable[[Any], Any]:
        if record is None:
            raise NoSuchFormat(f"{self.manifest.name} does not {name}")
        module = importlib.import_module(f"{self.package}.{name}")
        part: Callable[[Any], Any] = getattr(module, function or name)
        return part


def formats() -> dict[str, Format]:
    """Return every installed format by its name, sorted."""
    found: dict[str, Format] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        package = entry.load()
        found[entry.name] = Format(package.MANIFEST, package.__name__)
    return found


def format_named(name: str) -> Format:
    """Return one installed format.

    Raises:
        NoSuchFormat: there is none of that name.
    """
    try:
        return formats()[name]
    except KeyError:
        raise NoSuchFormat(name) from None
