"""The node that the tour is played on, and what the camera has to know of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path

from tutela.doors.cli.stage import HOST_NAME, free_port
from tutela.testing.nodes import Node
from tutela.testing.servers import Network, RegistryServer, WebHost


class World(Node):
    """A node whose registry knows a network abroad, so that a contact is found and waits for approval."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.host = WebHost(HOST_NAME, port=free_port(8080))
        self.registry = RegistryServer()
        self.registry.register(
            Network("198.51.100.0/24", name="EXAMPLE-ABROAD", country="NL", abuse="abuse@abroad.example.net")
        )

    def start_node(self) -> None:
        self.decide('egress_allow = ["127.0.0.1/32"]', 'egress_allow = ["127.0.0.1/32", "198.51.100.0/24"]')
        self.decide('rdap = ""', f'rdap = "{self.registry.bootstrap}"')
        super().start_node()

    def __enter__(self) -> World:
        self.registry.start()
        super().__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self.registry.stop()


@dataclass
class Scene:
    """What the camera needs: items, letters, links and codes by name."""

    world: World
    items: dict[str, uuid.UUID] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
