"""Follow the ledger: what people decided becomes items of notices, what they undid is withdrawn."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.notices.actions import place_items
from tutela.apps.notices.models import LIVE_ITEM, NoticeItem, NoticeItemState, NoticeState, Watch
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotFound
from tutela.core.terms.states import DecisionKind, ItemKind

FOLLOWER = "notices"
KINDS = ("item_decided", "decision_undone", "item_reopened", "item_closed", "item_seen_again")


def follow_decisions(*, most: int = 200) -> int:
    """Take up to ``most`` lines of the ledger since the last time; returns how many were taken.

    Each line is its own transaction with the cursor, so that a worker killed in between neither loses
    a decision nor carries one out twice.
    """
    taken = 0
    for line in ledger_queries.lines_after(ledger_queries.cursor_of(FOLLOWER), kinds=KINDS, most=most):
        with transaction.atomic():
            expected = ledger_queries.cursor_of(FOLLOWER)
            if expected >= line.sequence:
                continue
            if not ledger.advance_cursor(follower=FOLLOWER, expected=expected, sequence=line.sequence):
                break
            _take(line)
        taken += 1
    return taken


def _take(line: ledger_queries.LedgerLine) -> None:
    if line.about_kind != "item" or line.about_id is None:
        return
    if line.kind == "item_decided" and line.facts.get("decision") == DecisionKind.NOTIFY:
        prepare_item(line.about_id, clock.now())
    elif line.kind == "item_seen_again":
        _look_again(line.about_id, clock.now())
    else:
        withdraw_item(line.about_id, line.kind, clock.now())


def prepare_item(item_id: uuid.UUID, now: datetime) -> None:
    """Begin an item's way to a provider, unless it is on one or the decision stands no more."""
    try:
        facts = case_queries.item_for_notice(item_id)
    except NotFound:
        return
    if not facts.notify or NoticeItem.objects.filter(item_id=item_id, state__in=LIVE_ITEM).exists():
        return
    row = NoticeItem(
        item_id=item_id,
        state=NoticeItemState.WAITING_HOST,
        kind=facts.kind,
        address=_address(facts),
        host=facts.host or _service_host(facts.service),
        category=facts.category,
        seen_at=facts.received_at,
        assessed_at=facts.assessed_at,
        created_at=now,
        changed_at=now,
    )
    place_items.place(row, now)
    ledger.write_line(
        "notice_item_prepared", actor="worker", about=("item", item_id), facts={"state": str(row.state)}
    )


def _address(facts: case_queries.ItemForNotice) -> str:
    if facts.kind == ItemKind.ACCOUNT:
        return f"{facts.account} @ {facts.service}" if facts.service else facts.account
    return facts.canonical


def _service_host(service: str) -> str:
    """Return the host that an account's service names, or nothing when it is a name like any other."""
    return service if "." in service and " " not in service else ""


def withdraw_item(item_id: uuid.UUID, reason: str, now: datetime) -> None:
    """Take an item that has not left out of its notice.

    When its letter is on the wire at this moment nobody can call it back; the reason says so, and the
    desk sees it on the item.
    """
    row = NoticeItem.objects.select_related("notice").filter(item_id=item_id, state__in=LIVE_ITEM).first()
    if row is None:
        return
    on_the_wire = row.notice is not None and row.notice.state == NoticeState.SENDING
    row.state, row.changed_at = NoticeItemState.WITHDRAWN, now
    row.reason = "withdrawn_while_sending" if on_the_wire else reason[:32]
    row.save(update_fields=["state", "reason", "changed_at"])
    ledger.write_line(
        "notice_item_withdrawn", actor="worker", about=("item", item_id), facts={"reason": row.reason}
    )
    if row.notice_id and not on_the_wire:
        place_items.close_if_empty(row.notice_id)


def _look_again(item_id: uuid.UUID, now: datetime) -> None:
    """Somebody reports an address again that counts as gone: the next look comes forward to now."""
    Watch.objects.filter(pk=item_id, gone=True).update(next_look_at=now, state="active")
