"""Follow the ledger: what people decided becomes items of notices, what they undid is withdrawn."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.notices import rules
from tutela.apps.notices.actions import place_items
from tutela.apps.notices.actions._lines import Lines
from tutela.apps.notices.actions.tell_cases import tell_cases
from tutela.apps.notices.models import LIVE_ITEM, NoticeItem, NoticeItemState, NoticeState, Watch
from tutela.apps.notices.queries.letters import address_in_letter
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotFound
from tutela.core.terms.states import CloseReason, DecisionKind, ItemKind

FOLLOWER = "notices"
NOT_OURS_TO_WATCH = frozenset({CloseReason.NOT_ILLEGAL, CloseReason.OUTSIDE_SCOPE})
"""Closed for these reasons an item is no business of ours, so nobody looks at it any more."""

KINDS = ("item_decided", "decision_undone", "item_reopened", "item_closed", "item_seen_again")


def follow_decisions(*, most: int = 200) -> int:
    """Take up to ``most`` lines of the ledger since the last time; returns how many were taken.

    Each line is its own transaction with the cursor, so that a worker killed in between neither loses
    a decision nor carries one out twice.
    """
    tell_cases()
    taken = 0
    for line in ledger_queries.lines_after(ledger_queries.cursor_of(FOLLOWER), kinds=KINDS, most=most):
        with transaction.atomic():
            lines = Lines()
            place_items.lock(clock.now())
            expected = ledger_queries.cursor_of(FOLLOWER)
            if expected >= line.sequence:
                continue
            if not ledger.advance_cursor(follower=FOLLOWER, expected=expected, sequence=line.sequence):
                break
            _take(line, lines)
            lines.write()
        taken += 1
    return taken


def _take(line: ledger_queries.LedgerLine, lines: Lines) -> None:
    if line.about_kind != "item" or line.about_id is None:
        return
    item_id, now = line.about_id, clock.now()
    if line.kind == "item_decided" and line.facts.get("decision") == DecisionKind.NOTIFY:
        _prepare(item_id, now, lines)
        return
    if line.kind == "item_seen_again":
        look_again(item_id, now)
        return
    row = NoticeItem.objects.select_related("notice").filter(item_id=item_id, state__in=LIVE_ITEM).first()
    if row is not None:
        withdraw(row, line.kind, now, lines)
    if line.kind == "item_closed" and line.facts.get("outcome") in NOT_OURS_TO_WATCH:
        Watch.objects.filter(pk=item_id).update(state="ended", next_look_at=None, claimed_until=None)


def _prepare(item_id: uuid.UUID, now: datetime, lines: Lines) -> None:
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
        address=address_in_letter(facts),
        host=rules.host_of(host=facts.host, service=facts.service),
        category=facts.category,
        seen_at=facts.received_at,
        assessed_at=facts.assessed_at,
        created_at=now,
        changed_at=now,
    )
    place_items.place(row, now)
    lines.line("notice_item_prepared", "item", item_id, state=str(row.state))


def withdraw(row: NoticeItem, reason: str, now: datetime, lines: Lines) -> None:
    """Take an item that has not left out of its notice.

    When its letter is on the wire at this moment nobody can call it back; the reason says so, and the
    desk sees it on the item.
    """
    on_the_wire = row.notice is not None and row.notice.state == NoticeState.SENDING
    unsaid = reason == "decided_otherwise"
    row.state, row.changed_at = NoticeItemState.WITHDRAWN, now
    row.reason = "withdrawn_while_sending" if on_the_wire and not unsaid else reason[:32]
    row.save(update_fields=["state", "reason", "changed_at"])
    lines.line("notice_item_withdrawn", "item", row.item_id, reason=row.reason)
    if row.notice_id and not on_the_wire:
        place_items.close_if_empty(row.notice_id, lines)


def look_again(item_id: uuid.UUID, now: datetime) -> None:
    """Somebody reports again what counts as gone: look now, and tell the case whatever is found."""
    if Watch.objects.filter(pk=item_id).update(
        next_look_at=now, state="active", asked=True, claimed_until=None
    ):
        return
    try:
        facts = case_queries.item_for_notice(item_id)
    except NotFound:
        return
    Watch.objects.create(
        item_id=item_id,
        kind=facts.kind,
        address=address_in_letter(facts),
        host=facts.host,
        by_hand=facts.kind != ItemKind.ADDRESS or facts.is_onion,
        started_at=now,
        next_look_at=now,
        gone=True,
        asked=True,
    )
