"""Receipts: told for what came from partners, heard for what was said to them. One envelope covers many."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import transaction

from tutela.apps.exchange.models import Envelope, Incoming, Outgoing
from tutela.apps.exchange.models.messages import lock_content
from tutela.apps.exchange.rows import change_rows
from tutela.apps.exchange.rules import SEAL_AGAIN, OutgoingState, PartnerState
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock, ids
from tutela.core.protocol import delivery
from tutela.core.protocol.contents.plain import MOST_RECEIPTS, Receipts, SentReceipt
from tutela.core.protocol.kinds import KINDS
from tutela.core.terms.exchange import ReceiptStep

_KIND = "receipt"
_TOLD = ("digest", "envelope_id", "step", "acted_at", "opened_at", "code", "member")
"""What a receipt says of a message."""
_SETTLED = (OutgoingState.REFUSED.value, OutgoingState.GIVEN_UP.value)


def make_receipts(now: datetime) -> int:
    """Put receipts that are due into the outbox, up to 500 a partner; returns how many there were."""
    due = Incoming.objects.filter(receipt_due=True, partner__state=PartnerState.ACTIVE.value)
    partners = list(due.order_by().values_list("partner_id", flat=True).distinct())
    return sum(_make_for(partner, now) for partner in partners)


def _make_for(partner_id: uuid.UUID, now: datetime) -> int:
    with transaction.atomic():
        due = Incoming.objects.select_for_update().filter(partner_id=partner_id, receipt_due=True)
        rows = list(due.order_by("id").only(*_TOLD)[:MOST_RECEIPTS])
        if not rows:
            return 0
        Incoming.objects.filter(pk__in=[row.id for row in rows]).update(receipt_due=False)
        message = Outgoing(
            id=ids.new_id(), partner_id=partner_id, kind=_KIND, sequence=1, mark=KINDS[_KIND].mark.value,
            actor="worker", said_at=now, next_try_at=now,
        )  # fmt: skip
        content = {"receipts": [_receipt(row, now) for row in rows]}
        message.content_locked = lock_content(content, message.id)
        message.save(force_insert=True)
    return len(rows)


def _receipt(row: Incoming, now: datetime) -> dict[str, str]:
    said = {
        "digest": bytes(row.digest).hex(),
        "id": str(row.envelope_id),
        "step": row.step,
        "at": clock.to_text(row.acted_at or row.opened_at or now),
    }
    if row.step == ReceiptStep.REFUSED:
        said |= {"code": row.code, "member": row.member}
    return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class _Heard:
    row: Outgoing
    receipt: SentReceipt


def hear_receipts(partner_id: uuid.UUID, said: Sequence[Receipts], now: datetime) -> int:
    """Write down how far our messages came, in the caller's transaction; returns how many it was news for.

    Receipts come in any order, and often twice: the furthest step counts.
    """
    receipts = {bytes.fromhex(one.digest): one for one in _in_order(said)}
    mine = Outgoing.objects.select_for_update().filter(partner_id=partner_id, digest__in=list(receipts))
    rows = mine.order_by("id").defer("content_locked")
    news = [
        _Heard(row, receipts[bytes(row.digest or b"")])
        for row in rows
        if _is_news(row, receipts[bytes(row.digest or b"")])
    ]
    again = [one for one in news if one.receipt.code in SEAL_AGAIN]
    told = [one for one in news if one.receipt.code not in SEAL_AGAIN]
    _seal_again(again, now)
    change_rows(Outgoing, [(one.row.id, _after(one)) for one in told])
    _write_lines(partner_id, told, now)
    return len(news)


def _in_order(said: Sequence[Receipts]) -> list[SentReceipt]:
    """Return the receipts with the furthest step of a message last."""
    every = (one for batch in said for one in batch.receipts)
    return sorted(every, key=lambda one: _further(one.step))


@cache
def _further(step: ReceiptStep) -> int:
    """Return how many steps count less than this one."""
    return sum(delivery.merge(step, other) is step for other in ReceiptStep)


def _is_news(row: Outgoing, receipt: SentReceipt) -> bool:
    before = ReceiptStep(row.step) if row.step else None
    return delivery.merge(before, receipt.step) is not before


def _after(one: _Heard) -> dict[str, object]:
    refused = one.receipt.step is ReceiptStep.REFUSED
    # A receipt proves that it arrived, also when the answer to its delivery never came back.
    state = one.row.state if one.row.state in _SETTLED and refused else OutgoingState.TAKEN.value
    return {
        "state": OutgoingState.REFUSED.value if refused else state,
        "step": one.receipt.step.value,
        "step_at": one.receipt.at,
        "receipts": one.row.receipts | {one.receipt.step.value: clock.to_text(one.receipt.at)},
        "code": one.receipt.code[:64] if refused else "",
        "member": one.receipt.member[:200],
        "handed_at": one.row.handed_at or one.receipt.at,
    }


def _seal_again(heard: Sequence[_Heard], now: datetime) -> None:
    """Its keys were revoked or ran out on the way: it took no effect, and is written once more."""
    Envelope.objects.filter(pk__in=[one.row.id for one in heard]).delete()
    changes = []
    for one in heard:
        at = delivery.next_attempt(one.row.attempts, one.row.said_at, now, lambda: 0.5)
        state = OutgoingState.WAITING if at else OutgoingState.GIVEN_UP
        changes.append(
            (one.row.id, {"state": state.value, "code": one.receipt.code[:64], "next_try_at": at or now})
        )
    change_rows(Outgoing, changes)


def _write_lines(partner_id: uuid.UUID, told: Sequence[_Heard], now: datetime) -> None:
    lines = []
    if told:
        count = {"count": len(told)}
        lines.append(ledger.NewLine("receipts_heard", "worker", ("partner", partner_id), count))
    for one in told:
        if one.receipt.step is ReceiptStep.REFUSED and one.row.conversation_id:
            facts = {"kind": one.row.kind, "code": one.receipt.code[:64]}
            about = ("conversation", one.row.conversation_id)
            lines.append(ledger.NewLine("message_refused", "worker", about, facts))
    ledger.write_lines(lines, at=now)
