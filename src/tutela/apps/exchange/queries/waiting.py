"""Which messages wait for a person to open them, for lists of conversations."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from tutela.apps.exchange.models import Incoming
from tutela.apps.exchange.rules import IncomingState
from tutela.core.protocol.kinds import KINDS

_READ_BY_PEOPLE = [kind.name for kind in KINDS.values() if kind.by_person]


def unread_in(conversation_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Return conversation → messages of the partner that nobody here opened, oldest first."""
    rows = Incoming.objects.filter(
        conversation_id__in=conversation_ids,
        kind__in=_READ_BY_PEOPLE,
        state=IncomingState.OPENED.value,
        opened_by="",
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for conversation_id, message_id in rows.order_by("id").values_list("conversation_id", "pk"):
        found.setdefault(conversation_id, []).append(message_id)
    return found
