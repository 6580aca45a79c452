"""What a partner's message does here, by its kind. Kinds without a handler only stand in their conversation.

A handler runs in the transaction that marks its message, so whatever it changes happens exactly once. One
that must not take effect raises :class:`HandlerFailed` with a code, which the partner is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tutela.apps.exchange.actions.handlers._heard import HeardMessage
from tutela.apps.exchange.actions.handlers.handover import hear_handover, hear_update
from tutela.apps.exchange.actions.handlers.ledger_head import hear_ledger_head

Handler = Callable[[HeardMessage], None]

HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {"handover": hear_handover, "handover_update": hear_update, "ledger_head": hear_ledger_head}
)

__all__ = ["HANDLERS", "Handler", "HeardMessage"]
