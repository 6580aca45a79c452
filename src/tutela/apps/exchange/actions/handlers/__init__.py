"""What a partner's message does here, by its kind. Kinds without a handler only stand in their conversation.

A handler runs in the transaction that marks its message, so whatever it changes happens exactly once. One
that must not take effect raises :class:`HandlerFailed` with a code, which the partner is told.

Rooms above this one (notices, referrals, requests) handle kinds too. This room does not know them: the
composition names their functions, by role and kind, in ``settings.TUTELA_HANDLERS`` (``config.handlers``),
and ``HANDLERS`` finds them there when such a message comes. A kind that stands in ``OWN`` is this room's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from django.conf import settings
from django.utils.module_loading import import_string

from tutela.apps.exchange.actions.handlers._heard import HeardMessage
from tutela.apps.exchange.actions.handlers.handover import hear_handover, hear_update
from tutela.apps.exchange.actions.handlers.hash_lists import hear_delta, hear_feedback
from tutela.apps.exchange.actions.handlers.ledger_head import hear_ledger_head
from tutela.apps.exchange.actions.handlers.outcome import hear_outcome
from tutela.apps.exchange.actions.handlers.overlap import hear_overlap_answer, hear_overlap_query

Handler = Callable[[HeardMessage], None]

OWN: Mapping[str, Handler] = MappingProxyType(
    {
        "handover": hear_handover,
        "handover_update": hear_update,
        "hash_delta": hear_delta,
        "hash_feedback": hear_feedback,
        "ledger_head": hear_ledger_head,
        "outcome": hear_outcome,
        "overlap_answer": hear_overlap_answer,
        "overlap_query": hear_overlap_query,
    }
)


class Composed(Mapping[str, Handler]):
    """This room's handlers, and those that the composition names for this node's role."""

    def __getitem__(self, kind: str) -> Handler:
        if kind in OWN:
            return OWN[kind]
        found: Handler = import_string(_higher()[kind])
        return found

    def __iter__(self) -> Iterator[str]:
        yield from {**OWN, **_higher()}

    def __len__(self) -> int:
        return len({**OWN, **_higher()})


def _higher() -> Mapping[str, str]:
    """Return kind → dotted name of the function, for the role that this node has."""
    named: Mapping[str, Mapping[str, str]] = settings.TUTELA_HANDLERS
    return named.get(settings.TUTELA.exchange.role, {})


HANDLERS: Mapping[str, Handler] = Composed()

__all__ = ["HANDLERS", "OWN", "Handler", "HeardMessage"]
