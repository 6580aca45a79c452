"""Nodes that are partners of each other: real processes, real HTTP, each with a data folder of its own."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any, Self

from tutela.doors.cli.stage import free_port
from tutela.testing import loaded
from tutela.testing.nodes import Node, migrate


class ExchangeNode(Node):
    """A node that takes part in the exchange; its partners' door listens on a port of its own."""

    def __init__(self, folder: Path, name: str, *, role: str = "hotline", database: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder, database=database)
        self.name, self.role = name, role
        self.port = free_port(random.randrange(20_000, 32_000))

    def url(self, door: str) -> str:
        return f"http://127.0.0.1:{self.port}" if door == "partner" else super().url(door)

    def join(self, tables: Path | None = None, *, relay: str = "", country: str = "GE") -> Self:
        """Make the node with its keys; with ``relay`` nobody reaches it but through that partner.

        ``tables`` is an empty SQLite database of this release; a PostgreSQL has its tables then.
        """
        self.make(None if self.database else tables)
        if tables is None:
            migrate(self.home)
        way = ("--relay", relay) if relay else ("--url", self.url("partner"))
        self.command(
            "node", "init", "--role", self.role, "--country", country, "--name", self.name,
            "--port", str(self.port), *way,
        )  # fmt: skip
        return self

    def command(self, *arguments: str | Path) -> str:
        """Type a command that must succeed; returns what it printed."""
        done = self.tutela(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def words(self) -> str:
        """Return the words of this node's newest keys, as its keeper reads them over the telephone."""
        return self.command("keys", "show").splitlines()[1].strip()

    def describe(self) -> Path:
        """Write down what the node says of itself, as somebody would bring it to a partner on a stick."""
        import httpx

        path = self.folder / "node.json"
        path.write_bytes(httpx.get(f"{self.url('partner')}/.well-known/tutela", trust_env=False).content)
        return path

    def meet(self, other: ExchangeNode, *, source: str | Path | None = None) -> None:
        """Add the other one and pin it by its words."""
        self.command("partner", "add", source or other.url("partner"))
        self.command("partner", "pin", other.name, *other.words().split("-"))

    def run(self, code: str) -> Any:
        """Run statements inside the node as its worker would; ``result`` is returned, through JSON."""
        return json.loads(self.python(code))

    def exchange(self) -> dict[str, Any]:
        """Return how the exchange of this node is."""
        found = self.run(
            "from dataclasses import asdict\nfrom tutela.apps.exchange import queries\n"
            "result = asdict(queries.health())"
        )
        return dict(found)

    def python(self, code: str) -> str:
        program = f"import django, json\ndjango.setup()\n{code}\nprint(json.dumps(result, default=str))"
        done = loaded.run(code=program, environment=self.environment("worker"))
        assert done.returncode == 0, done.stderr
        return done.stdout
