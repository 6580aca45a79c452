"""A partner hands items over, or says what became of those that were handed to it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.cases import rules as case_rules
from tutela.apps.exchange.actions._binding import keep_mark
from tutela.apps.exchange.actions.handlers._heard import HeardMessage
from tutela.apps.exchange.actions.say import say
from tutela.apps.exchange.models import Conversation, HandedItem
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock, ids
from tutela.core.matching.errors import BadFingerprint
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.protocol.contents.handing import Handover, HandoverUpdate, ItemUpdate
from tutela.core.protocol.contents.items import SentItem
from tutela.core.terms.exchange import HandoverState
from tutela.core.terms.states import CloseReason, ItemState

UPDATE = "handover_update"


def hear_handover(heard: HeardMessage) -> None:
    """Make a report of it, keep the mark on each item, and answer at once what is known already."""
    said = Handover.from_json(heard.content)
    taken = cases.take_handover(
        partner=heard.partner,
        items=[_handed(item) for item in said.items],
        message_id=heard.message_id,
        receipt_id=heard.conversation_id,
        received_at=heard.now,
        note=said.note,
    )
    facts = {item.ref: _facts(item) for item in said.items}
    HandedItem.objects.bulk_create(
        [
            HandedItem(
                id=ids.new_id(), conversation_id=heard.conversation_id, item_id=item_id, ref=ref,
                facts=facts[ref],
            )
            for ref, item_id in taken.items.items()
        ]
    )  # fmt: skip
    for item_id in sorted(set(taken.items.values())):
        keep_mark(about=("item", item_id), partner_id=heard.partner_id, mark=heard.mark, now=heard.now)
    if taken.report_id is not None:
        Conversation.objects.filter(pk=heard.conversation_id).update(
            about_kind="report", about_id=taken.report_id
        )
    _answer(heard, taken)


def _handed(item: SentItem) -> case_rules.HandedItem:
    return case_rules.HandedItem(
        ref=item.ref,
        kind=item.kind,
        address=item.address,
        service=item.service,
        account=item.account,
        fingerprints=tuple(one for sent in item.fingerprints if (one := _fingerprint(sent.kind, sent.value))),
        danger_now=bool(item.danger_now),
    )


def _fingerprint(kind: str, value: str) -> Fingerprint | None:
    """Return a fingerprint of a kind that this release knows; others are no use to it."""
    try:
        return Fingerprint(Kind(kind), bytes.fromhex(value))
    except (ValueError, BadFingerprint):
        return None


def _facts(item: SentItem) -> dict[str, Any]:
    """Return what the partner found, as codes that the desk shows beside its own."""
    said = item.to_json()
    return {name: said[name] for name in ("assessment", "hosting", "known") if name in said}


def _answer(heard: HeardMessage, taken: cases.TakenOver) -> None:
    """Say of each item where it stands here: received, or closed with its reason when it was known."""
    updates = [_state_of(ref, item_id, heard.now) for ref, item_id in taken.items.items()]
    updates += [
        _update(ref, HandoverState.CLOSED, heard.now, CloseReason.OTHER.value) for ref in taken.refused
    ]
    _remember_said(heard.conversation_id, updates, heard.now)
    say(
        partner=heard.partner, kind=UPDATE, conversation=heard.conversation_id, actor="worker",
        content={"items": updates} | ({"closed": True} if _all_closed(updates) else {}), now=heard.now,
    )  # fmt: skip


def _state_of(ref: uuid.UUID, item_id: uuid.UUID, now: datetime) -> dict[str, str]:
    seen = case_queries.item(item_id)
    if seen.state == ItemState.CLOSED:
        return _update(ref, HandoverState.CLOSED, seen.closed_at or now, seen.outcome)
    return _update(ref, HandoverState.RECEIVED, now)


def _update(ref: uuid.UUID, state: HandoverState, at: datetime, reason: str = "") -> dict[str, str]:
    said = {"ref": str(ref), "state": state.value, "at": clock.to_text(at)}
    return said | ({"reason": reason} if reason else {})


def _remember_said(conversation_id: uuid.UUID, updates: list[dict[str, str]], now: datetime) -> None:
    for one in updates:
        rows = HandedItem.objects.filter(conversation_id=conversation_id, ref=uuid.UUID(one["ref"]))
        rows.update(said=one["state"], said_at=now)


def _all_closed(updates: list[dict[str, str]]) -> bool:
    return all(one["state"] == HandoverState.CLOSED for one in updates)


def hear_update(heard: HeardMessage) -> None:
    """Let what the partner did take effect on our items: reporters hear how it goes on and how it ends."""
    said = HandoverUpdate.from_json(heard.content)
    rows = HandedItem.objects.select_related("conversation").filter(
        conversation_id=heard.conversation_id, ref__in=[one.ref for one in said.items]
    )
    by_ref = {row.ref: row for row in rows}
    for one in said.items:
        if one.ref in by_ref:
            _take(by_ref[one.ref], one, heard)


def _take(row: HandedItem, one: ItemUpdate, heard: HeardMessage) -> None:
    row.heard, row.heard_at = one.state.value, one.at
    row.heard_reason = one.reason.value if one.reason else ""
    row.save(update_fields=["heard", "heard_reason", "heard_at"])
    ledger.write_line(
        "handover_heard", actor=heard.actor, about=("item", row.item_id),
        facts={"state": one.state.value, "reason": row.heard_reason}, at=heard.now,
    )  # fmt: skip
    if row.conversation.begun_here:
        _follow(row.item_id, one, heard.actor)


def _follow(item_id: uuid.UUID, one: ItemUpdate, actor: str) -> None:
    """We handed it over, so what the partner did counts here as if we had done it."""
    match one.state:
        case HandoverState.NOTICED:
            cases.record_noticed(item_id=item_id, actor=actor)
        case HandoverState.GONE:
            cases.record_gone(item_id=item_id, actor=actor)
        case HandoverState.RETURNED:
            cases.record_returned(item_id=item_id, actor=actor)
        case HandoverState.CLOSED:
            outcome = one.reason or CloseReason.OTHER
            cases.close_handed_over(item_id=item_id, outcome=outcome, actor=actor)
        case _:
            pass
