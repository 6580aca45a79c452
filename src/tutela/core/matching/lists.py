"""What is known of a hash list where its fingerprints are matched: where it comes from and what it is for."""

from __future__ import annotations

from dataclasses import dataclass

from tutela.core.matching.fingerprints import MINIMUM_QUALITY, RADIUS


@dataclass(frozen=True, slots=True)
class HashList:
    """A hash list as an index carries it; every match can say on which list and by what right.

    ``name`` matches ``[a-z0-9][a-z0-9_-]{0,63}``. ``radius`` (0-64 bits) and ``minimum_quality`` (0-100) hold
    for PDQ. A ``negative`` list names what is known to be harmless. ``handling`` is a mark such as
    ``TLP:AMBER``; ``scheme`` names the classification that entries carry, as the source gave it. A list that
    is not ``active`` is searched and its hits do not count.
    """

    name: str
    title: str = ""
    origin: str = ""
    legal_basis: str = ""
    handling: str = ""
    scheme: str = ""
    radius: int = RADIUS
    minimum_quality: int = MINIMUM_QUALITY
    negative: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: the source's own id, and its classification as the source gave it."""

    list: str
    id: str
    classification: str = ""
