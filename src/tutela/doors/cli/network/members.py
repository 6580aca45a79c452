"""Who takes part: two hotlines, a police unit that nobody reaches but through a relay, a hosting provider."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tutela.doors.cli.network.directory import DirectoryHost
from tutela.doors.cli.network.nodes import Member, NetworkNode
from tutela.doors.cli.stage import DIRECTORY, FIRST, Stage, clear
from tutela.doors.cli.visitor import StoryBroken

TBILISI = Member(FIRST, "hotline", "GE", "Demonstration Hotline", door_port=8004)
"""The node of the first two acts; the stage starts its processes, and its desk is the stage's."""
AMSTERDAM = Member(
    "hotline.nl", "hotline", "NL", "Demonstration Meldpunt", ("desk", "worker", "partner"),
    host="127.0.0.1", people_port=8011, door_port=8014,
)  # fmt: skip
POLICE = Member(
    "police.ge", "police", "GE", "Demonstration Police", ("police", "worker"), relay="relay.eu",
    people_port=8021,
)  # fmt: skip
PROVIDER = Member(
    "hosting.nl", "provider", "NL", "Example Hosting", ("provider_own", "worker", "partner"),
    people_port=8031, door_port=8034,
)  # fmt: skip
RELAY = Member("relay.eu", "relay", "EE", "Demonstration Relay", ("worker", "partner"), door_port=8044)
"""Its worker does little: it follows the directory and empties mailboxes that nobody fetches."""
MEMBERS = (TBILISI, AMSTERDAM, POLICE, PROVIDER, RELAY)


class Network:
    """The five nodes, their directory, and everything that ends with them."""

    def __init__(self, world: Stage) -> None:
        self.world = world
        root = world.home.parent
        for member in MEMBERS[1:]:
            clear(root / member.name)
        clear(root / DIRECTORY)
        homes = {member: root / member.name for member in MEMBERS} | {TBILISI: world.home}
        self.nodes = {member: NetworkNode(member, homes[member]) for member in MEMBERS}
        self.directory = DirectoryHost(root / DIRECTORY, 8054)

    def __getitem__(self, member: Member) -> NetworkNode:
        return self.nodes[member]

    def join_first(self) -> None:
        """Let the node of the first two acts take part; the others are to come."""
        self[TBILISI].take_part(self.directory.url)

    def make(self) -> None:
        """Make the other four, give all five keys, and let each follow the directory of all."""
        for member in MEMBERS[1:]:
            self[member].make(self.world, self.world.home)
            self[member].take_part(self.directory.url)
        for node in self.nodes.values():
            node.keeper  # noqa: B018 - it starts here, beside the others
        self.directory.folder.mkdir(mode=0o700)
        with ThreadPoolExecutor(len(self.nodes)) as pool:
            described = list(pool.map(_described, self.nodes.values()))
        words = self.directory.publish(described)
        for node in self.nodes.values():
            self.directory.follow(node.home, words)

    def start(self) -> None:
        """Start the processes of the other four; does not wait for them."""
        self.directory.start()
        others = [self[member] for member in MEMBERS[1:]]
        with ThreadPoolExecutor(len(others)) as pool:
            list(pool.map(NetworkNode.collect_static, others))
        for node in others:
            node.start()

    def await_doors(self) -> None:
        for node in self.nodes.values():
            node.await_doors()

    def await_trust(self, seconds: float = 120) -> None:
        """Wait until each node believes the four others, as the directory says.

        Whoever was faster than the others said something to a node that did not believe it yet, and would
        wait for its next try.
        """
        deadline = time.monotonic() + seconds
        for name, node in ((one.name, node) for one, node in self.nodes.items()):
            while (number := _believed(node)) < len(MEMBERS) - 1:
                if time.monotonic() > deadline:
                    raise StoryBroken(f"{name} believes {number} partners and should believe four")
                time.sleep(0.2)
        for node in self.nodes.values():
            node.keeper.type("exchange", "retry")

    def close(self) -> None:
        for node in self.nodes.values():
            node.close()
        self.directory.stop()


def _described(node: NetworkNode) -> tuple[Path, str]:
    node.keeper.make_keys()
    path = node.home / "node.json"
    node.keeper.type("keys", "describe", "--out", path)
    return path, node.door_url


def _believed(node: NetworkNode) -> int:
    lines = node.keeper.type("partner", "list", "--json").splitlines()
    return sum(json.loads(line)["believed"] for line in lines)
