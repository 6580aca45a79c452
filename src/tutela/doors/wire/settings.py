"""What the service is told when it starts, and how its workers learn of it: JSON in the environment."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

VARIABLE = "TUTELA_WIRE"
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WireSettings:
    """Where the index and the service's own state lie, and what the service lets others do.

    ``accept_files`` lets keys hand in files to be fingerprinted in memory: for a service on the machine where
    the files lie, never for one that answers others. ``allowed_hosts`` (``host`` or ``host:port``) are those
    that files may be fetched from; none means none. ``flood_least`` 0 switches flood quarantine off.
    """

    index: Path
    state: Path
    workers: int = 1
    accept_files: bool = False
    allowed_hosts: tuple[str, ...] = field(default=())
    most_file_bytes: int = 64 * MEBIBYTE
    most_body_bytes: int = 4 * MEBIBYTE
    most_fingerprints: int = 10_000
    flood_least: int = 1000
    flood_factor: float = 20.0

    def to_text(self) -> str:
        """Return the text that :func:`from_environment` reads."""
        return json.dumps({name: str(v) if isinstance(v, Path) else v for name, v in asdict(self).items()})


def from_environment() -> WireSettings:
    """Return what ``tutela match serve`` handed to its workers.

    Raises:
        KeyError: this process was not started by it.
    """
    told = json.loads(os.environ[VARIABLE])
    told["index"], told["state"] = Path(told["index"]), Path(told["state"])
    told["allowed_hosts"] = tuple(told["allowed_hosts"])
    return WireSettings(**told)


def keys_file(state: Path) -> Path:
    """Where the keys are, as digests."""
    return state / "keys.json"


def memory_file(state: Path) -> Path:
    """Where the service's own memory is."""
    return state / "memory.sqlite3"


def metrics_folder(state: Path) -> Path:
    """Where the workers write their counters."""
    return state / "metrics"


def make_state(state: Path) -> None:
    """Make the folder of state, readable by its owner only."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    state.chmod(0o700)
