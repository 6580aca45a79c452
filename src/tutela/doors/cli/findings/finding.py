"""What an examination of ``tutela doctor`` may look at, and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tutela.config.node import NodeConfig


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: ``state`` is green, amber or red; ``mend`` says what to do."""

    name: str
    state: str
    text: str
    mend: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Node:
    """What an examination may look at."""

    home: Path
    config: NodeConfig


Examination = Callable[[Node], Iterator[Finding]]
