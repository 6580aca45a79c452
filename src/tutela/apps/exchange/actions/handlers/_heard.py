"""A message as its handler gets it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tutela.core.terms.marks import HandlingMark


@dataclass(frozen=True, slots=True)
class HeardMessage:
    """Verified, in its turn, its content checked by ``core.protocol.contents``."""

    message_id: uuid.UUID
    conversation_id: uuid.UUID
    partner: str
    partner_id: uuid.UUID
    kind: str
    sequence: int
    mark: HandlingMark
    content: Mapping[str, Any]
    sent_at: datetime
    now: datetime

    @property
    def actor(self) -> str:
        """Who acts, for the ledger."""
        return f"partner:{self.partner}"
