"""The exchange: envelopes a second beside OpenPGP and age, and messages a second from node to node.

    python bench/exchange.py [--only envelopes|nodes] [--database sqlite|postgresql|both]
                             [--seconds 2] [--messages 1500] [--rounds 5] [--short]

``bench/exchange_envelopes.py`` says what of the peers stands beside what of ours, ``bench/exchange_nodes.py``
what two nodes do. The first counts seconds of the processor on one core; the second counts seconds of the
clock, with everything that both nodes are on the cores that there are, so it wants a quiet machine.
``--short`` is for seeing that it runs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from importlib import metadata
from typing import Any

import exchange_envelopes
import exchange_nodes

AIM = 300
"""Messages a second from node to node, on two cores."""


def conditions() -> dict[str, Any]:
    """Return what the figures depend on, as far as this machine knows it."""
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        "load_before": round(os.getloadavg()[0], 1),
        "versions": {name: _version(name) for name in ("cryptography", "pysequoia", "pyrage")},
    }


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--only", choices=["envelopes", "nodes"], default="")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--messages", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--short", action="store_true")
    given = parser.parse_args()
    if given.short:
        given.seconds, given.messages, given.rounds = 0.1, 100, 1
    return given


def main() -> None:
    """Measure what was asked for and print one JSON object."""
    given = arguments()
    said: dict[str, Any] = {"bench": "exchange"} | conditions()
    if given.only != "nodes":
        said["envelopes"] = exchange_envelopes.compare(given.seconds)
    if given.only != "envelopes":
        databases = ("sqlite", "postgresql") if given.database == "both" else (given.database,)
        how = {"messages": given.messages, "rounds": given.rounds, "aim_a_second": AIM}
        found = exchange_nodes.compare(databases, messages=given.messages, rounds=given.rounds)
        said["node_to_node"] = how | found
    print(json.dumps(said, indent=1))


if __name__ == "__main__":
    main()
