"""Take back the last decision while nothing has come of it outside the desk."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from tutela.apps.accounts.rules import Actor, may, require
from tutela.apps.cases import rules
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import lock_item, save_item
from tutela.apps.cases.actions.decide_item import Decided
from tutela.apps.cases.errors import CannotUndo
from tutela.apps.cases.models import Decision, Item
from tutela.core.kernel import clock
from tutela.core.terms.states import DecisionKind, ItemState


def undo_decision(*, by: Actor, item_id: uuid.UUID) -> Decided:
    """Put the item back where it was before its last decision.

    Raises:
        CannotUndo: ``reason`` is ``no_decision``, ``too_late``, ``carried_out`` (a notice or a question
            has left), ``changed_since`` or ``not_yours``.
    """
    require(by, "decide")
    now = clock.now()
    with transaction.atomic():
        item = lock_item(item_id)
        latest = item.decisions.order_by("-at", "-id").first()
        decision = _undoable(item, latest, by, now)
        was_closed = item.state == ItemState.CLOSED
        _put_back(item, decision)
        save_item(item)
        decision.undone_at, decision.undone_by = now, by.id
        decision.save(update_fields=["undone_at", "undone_by"])
        after = Afterwards(by.label, now)
        after.line("decision_undone", item, decision=decision.kind, reason=decision.reason)
        if was_closed:
            after.reopen_reports([item], rules.LOOKED_AT)
        after.finish()
    return Decided(item.id, decision.id, item.state, item.version)


def _undoable(item: Item, latest: Decision | None, by: Actor, now: datetime) -> Decision:
    if latest is None or latest.undone_at is not None:
        raise CannotUndo("no_decision")
    if latest.by != by.id and not may(by.role, "reassign"):
        raise CannotUndo("not_yours")
    if now - latest.at > rules.UNDO_WITHIN:
        raise CannotUndo("too_late")
    sent = (DecisionKind.ASK_REPORTER, DecisionKind.HANDOVER, DecisionKind.REFER)
    if latest.kind in sent or item.state == ItemState.NOTICED:
        raise CannotUndo("carried_out")
    if latest.version != item.version:
        raise CannotUndo("changed_since")
    return latest


def _put_back(item: Item, decision: Decision) -> None:
    item.state, item.state_before = decision.state_from, decision.state_before
    item.pending = decision.pending_before
    item.outcome, item.closed_at = "", None
