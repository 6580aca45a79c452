"""How far a message has come, on its way out and on its way in."""

from __future__ import annotations

from enum import StrEnum

from tutela.core.terms.exchange import ReceiptStep


class OutgoingState(StrEnum):
    """``relayed``: it lies in the partner's mailbox, and a receipt says when it came out."""

    WAITING = "waiting"
    SEALED = "sealed"
    RELAYED = "relayed"
    TAKEN = "taken"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


class IncomingState(StrEnum):
    """``held``: one of the same conversation that belongs before it has not come yet."""

    TAKEN = "taken"
    HELD = "held"
    OPENED = "opened"
    ACTED = "acted"
    REFUSED = "refused"


STEPS = ("", *(step.value for step in ReceiptStep))
"""What may stand as the step that was receipted."""

FOR_A_PERSON = (OutgoingState.REFUSED, OutgoingState.GIVEN_UP)
"""States in which nothing goes on by itself."""
