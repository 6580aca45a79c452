"""Follow the ledger: what happens to items of a handover is told to the other side, until it is closed.

What the partner itself told us is not told back to it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db import transaction

from tutela.apps.exchange.actions.record_read import record_step
from tutela.apps.exchange.actions.say import say
from tutela.apps.exchange.models import Conversation, HandedItem, Incoming
from tutela.apps.exchange.rules import IncomingState
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.ledger.queries import LedgerLine
from tutela.core.kernel import clock
from tutela.core.terms.exchange import HandoverState, ReceiptStep

FOLLOWER = "exchange"
KIND = "handover"
"""Only these conversations go on by themselves; the police hear of a referral once."""
STATES: Mapping[str, HandoverState] = MappingProxyType(
    {
        "item_settled": HandoverState.ASSESSED,
        "item_noticed": HandoverState.NOTICED,
        "item_gone": HandoverState.GONE,
        "item_returned": HandoverState.RETURNED,
        "item_closed": HandoverState.CLOSED,
    }
)
STEPS: Mapping[str, ReceiptStep] = MappingProxyType(
    {"item_claimed": ReceiptStep.OPENED, "item_decided": ReceiptStep.ACTED}
)
"""A handover is for people: that one of them took an item in hand, and decided, are receipts of it."""

KINDS = (*STATES, *STEPS)


def follow_items(*, most: int = 500) -> int:
    """Take up to ``most`` lines since the last time; returns how many of them were told to a partner."""
    begun = ledger_queries.cursor_of(FOLLOWER)
    lines = ledger_queries.lines_after(begun, kinds=KINDS, most=most)
    if not lines:
        return 0
    about = {line.about_id for line in lines if line.about_id and line.about_kind == "item"}
    live = HandedItem.objects.filter(
        item_id__in=about, conversation__closed_at__isnull=True, conversation__kind=KIND
    )
    handed = set(live.values_list("item_id", flat=True))
    told = 0
    for line in lines:
        if line.about_id in handed or line is lines[-1]:
            with transaction.atomic():
                expected = ledger_queries.cursor_of(FOLLOWER)
                if expected >= line.sequence:
                    continue
                if not ledger.advance_cursor(follower=FOLLOWER, expected=expected, sequence=line.sequence):
                    break
                told += _tell(line)
    return told


def _tell(line: LedgerLine) -> int:
    if line.about_id is None:
        return 0
    rows = HandedItem.objects.select_related("conversation__partner").filter(
        item_id=line.about_id, conversation__closed_at__isnull=True, conversation__kind=KIND
    )
    count = 0
    for row in rows.order_by("id"):
        partner = row.conversation.partner.name
        if line.actor == f"partner:{partner}" or line.at < row.conversation.begun_at:
            # It told us, or it was told when the item was handed over.
            continue
        if line.kind in STEPS:
            _receipt(row.conversation, STEPS[line.kind], line.actor)
        else:
            count += _say(row, partner, STATES[line.kind], line)
    return count


def _receipt(conversation: Conversation, step: ReceiptStep, actor: str) -> None:
    if conversation.begun_here:
        return
    heard = Incoming.objects.filter(
        conversation=conversation,
        kind="handover",
        state__in=[IncomingState.OPENED.value, IncomingState.ACTED.value],
    )
    for message_id in heard.values_list("pk", flat=True):
        record_step(message_id=message_id, step=step, actor=actor)


def _say(row: HandedItem, partner: str, state: HandoverState, line: LedgerLine) -> bool:
    if row.said == state and state is not HandoverState.RETURNED:
        return False
    row.said, row.said_at = state.value, line.at
    row.save(update_fields=["said", "said_at"])
    content: dict[str, Any] = {"items": [_update(row.ref, state, line)]}
    if state is HandoverState.CLOSED and not _still_open(row.conversation_id):
        content["closed"] = True
    say(
        partner=partner, kind="handover_update", conversation=row.conversation_id, content=content,
        actor="worker", now=clock.now(),
    )  # fmt: skip
    return True


def _update(ref: uuid.UUID, state: HandoverState, line: LedgerLine) -> dict[str, str]:
    said = {"ref": str(ref), "state": state.value, "at": clock.to_text(line.at)}
    outcome = line.facts.get("outcome")
    return said | ({"reason": str(outcome)} if state is HandoverState.CLOSED and outcome else {})


def _still_open(conversation_id: uuid.UUID) -> bool:
    rows = HandedItem.objects.filter(conversation_id=conversation_id)
    return rows.exclude(said=HandoverState.CLOSED.value).exists()
