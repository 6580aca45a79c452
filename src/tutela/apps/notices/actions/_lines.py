"""Ledger lines of one change, collected and written last.

Writing a line locks the ledger's head until commit. Whoever locked other rows after that could wait for
somebody who holds those and waits for the head; so every action here locks first and writes at its end.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger.rules import Fact


@dataclass(slots=True)
class Lines:
    """What will be written about one change, all by the same actor."""

    actor: str = "worker"
    _kept: list[tuple[str, str, uuid.UUID, dict[str, Fact]]] = field(default_factory=list)

    def line(self, kind: str, about: str, about_id: uuid.UUID, **facts: Fact) -> None:
        """Remember a line about the thing ``about`` with this id."""
        self._kept.append((kind, about, about_id, facts))

    def write(self) -> None:
        """Write what was remembered; to be called last in the transaction."""
        for kind, about, about_id, facts in self._kept:
            ledger.write_line(kind, actor=self.actor, about=(about, about_id), facts=facts)
        self._kept.clear()
