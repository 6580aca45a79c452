"""Which kinds of sources this process can open, and their secrets."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

import structlog

from tutela.core.matching.sources import BadSettings, HashListSource, SourceInfo, source_kinds

log = structlog.get_logger("tutela.worker")

_MOST_SECRET = 4096


class Opens(Protocol):
    """What an entry point names."""

    INFO: SourceInfo

    def __call__(self, settings: Mapping[str, str], secret: str) -> HashListSource: ...


@functools.cache
def kind_named(name: str) -> Opens | None:
    """Return a kind of source, ``None`` when there is none of that name or its package is not installed."""
    entry = source_kinds().get(name)
    try:
        return entry.load() if entry else None
    except ModuleNotFoundError as missing:
        log.warning("source_kind_left_out", kind=name, package=(missing.name or "").partition(".")[0])
        return None


def stale_after_days(names: Iterable[str]) -> dict[str, int | None]:
    """Return for each kind that can be opened here after how many days everything must be fetched anew."""
    found = {name: kind_named(name) for name in names}
    return {name: kind.INFO.stale_after_days for name, kind in found.items() if kind}


def open_source(kind: str, settings: Mapping[str, str], name: str, home: Path) -> HashListSource:
    """Open a source.

    Raises:
        BadSettings: names the setting; ``kind`` when its package is not installed here, ``secret`` when
            its file cannot be read or is readable by others.
    """
    opens = kind_named(kind)
    if opens is None:
        raise BadSettings("kind")
    if unknown := set(settings) - set(opens.INFO.settings):
        raise BadSettings(min(unknown))
    secret = read_secret(home, name) if opens.INFO.has_secret else ""
    return opens({**settings, "home": str(home)}, secret)


def secret_file(home: Path, name: str) -> Path:
    """Where the secret of the source ``name`` lies."""
    return home / "keys" / "desk" / "sources" / name


def read_secret(home: Path, name: str) -> str:
    """Return the secret of a source.

    Raises:
        BadSettings: there is none, or others can read it.
    """
    path = secret_file(home, name)
    try:
        if path.stat().st_mode & 0o077:
            raise BadSettings("secret")
        return path.read_text(encoding="utf-8")[:_MOST_SECRET].strip()
    except (OSError, UnicodeDecodeError):
        raise BadSettings("secret") from None
