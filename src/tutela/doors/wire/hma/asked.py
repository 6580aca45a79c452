"""What a route of ``/c`` works on: the request, read and checked for its right, away from the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tutela.doors.wire.hma.names import list_of
from tutela.doors.wire.refusals import Refused
from tutela.doors.wire.service import Service


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of a path, the query, and the JSON that was sent."""

    path: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


def known_list(service: Service, asked: Asked) -> str:
    """Return the list that the path names.

    Raises:
        Refused: there is none (404).
    """
    bank = asked.path["bank"]
    name = list_of(bank)
    if name not in service.lists() and name not in service.memory.banks():
        raise Refused(404, f"bank '{bank[:64]}' not found", "no_bank")
    return name


def own_list(service: Service, asked: Asked) -> str:
    """Return the list that the path names, which was made here.

    Raises:
        Refused: there is none (404), or others keep it (403).
    """
    name = known_list(service, asked)
    if name not in service.memory.banks():
        raise kept_by_others()
    return name


def kept_by_others() -> Refused:
    """403: a list is as its source gave it."""
    return Refused(
        403, "this list is kept by its source; here its entries can only be silenced", "kept_by_others"
    )
