"""What the steps of the demonstration share: who has come in, what is known so far, how it is told."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import typer

from tutela.doors.cli.network.members import Network
from tutela.doors.cli.stage import Stage
from tutela.doors.cli.visitor import Visitor


@dataclass
class Teller:
    """Prints each step in one line: the time since the beginning, what happened, where to see it."""

    began: float = field(default_factory=time.monotonic)

    def tell(self, what: str, where: str = "") -> None:
        typer.echo(f"{time.monotonic() - self.began:6.1f} s  {what:<70} {where}".rstrip())


@dataclass
class Crossing:
    """The report of the third act: where it stands at each node that it came to (paths of pages)."""

    code: str = ""
    address: str = ""
    here: str = ""
    there: str = ""
    handover: str = ""
    referral: str = ""


@dataclass
class Play:
    """What the steps of the story pass on to each other."""

    world: Stage
    teller: Teller
    network: Network
    code: str = ""
    item_path: str = ""
    address: str = ""
    picture: bytes = b""
    people: dict[str, Visitor] = field(default_factory=dict)
    crossing: Crossing = field(default_factory=Crossing)

    def person(self, role: str) -> Visitor:
        return self.people[role]
