"""What was said, counted at both ends, by the command that keepers have for it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tutela.doors.cli.network.nodes import NetworkNode


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one kind with one partner; see ``apps.exchange.queries.tally``."""

    said: int = 0
    acted_there: int = 0
    heard: int = 0
    acted_here: int = 0


def counts_of(node: NetworkNode) -> Mapping[tuple[str, str], Counts]:
    """Return partner and kind → counts, as ``tutela exchange count`` prints them; nothing counts as zero."""
    found: dict[tuple[str, str], Counts] = defaultdict(Counts)
    for line in node.keeper.type("exchange", "count", "--json").splitlines():
        said = json.loads(line)
        key = said.pop("partner"), said.pop("kind")
        found[key] = Counts(**said)
    return found
