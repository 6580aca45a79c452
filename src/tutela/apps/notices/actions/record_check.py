"""Write down one look and what follows: gone, back, or something for a person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.cases import actions as cases
from tutela.apps.ledger import actions as ledger
from tutela.apps.notices import rules
from tutela.apps.notices.errors import NotWatched
from tutela.apps.notices.models import Check, Watch
from tutela.core.kernel import clock
from tutela.core.kernel.errors import Refusal
from tutela.core.terms.states import CheckOutcome


@dataclass(frozen=True, slots=True)
class CheckRecorded:
    """What a look meant. ``event`` is empty, ``gone``, ``returned`` or ``unclear``."""

    outcome: CheckOutcome
    detail: str
    event: str
    next_look_at: datetime | None


def record_check(*, item_id: uuid.UUID, facts: rules.LookFacts) -> CheckRecorded:
    """Record what the worker saw; the room judges what it means.

    Raises:
        NotWatched: nobody was told about this item.
    """
    with transaction.atomic():
        watch = _watch(item_id)
        look = rules.classify_look(
            facts,
            resolved_before=watch.resolved_before,
            known_digest=bytes(watch.digest) if watch.digest else None,
        )
        if watch.digest is None and look.detail == "first_body":
            watch.digest = facts.digest
        if look.outcome is CheckOutcome.REACHABLE:
            watch.resolved_before = True
        watch.mode = facts.mode
        return _record(watch, look, actor="worker", facts=facts)


def record_manual_check(*, by: Actor, item_id: uuid.UUID, outcome: str) -> CheckRecorded:
    """Record what a person saw in their own environment; their "not there" counts at once.

    Raises:
        NotPermitted, NotWatched
        ValueError: no such outcome.
    """
    require(by, "assess")
    look = rules.Look(CheckOutcome(outcome), "by_hand")
    with transaction.atomic():
        watch = _watch(item_id)
        watch.unclear = False
        return _record(watch, look, actor=by.label, facts=None)


def _watch(item_id: uuid.UUID) -> Watch:
    watch = Watch.objects.select_for_update().filter(pk=item_id).first()
    if watch is None:
        raise NotWatched
    return watch


def _record(watch: Watch, look: rules.Look, *, actor: str, facts: rules.LookFacts | None) -> CheckRecorded:
    now = clock.now()
    Check.objects.create(
        item_id=watch.item_id,
        at=now,
        outcome=look.outcome.value,
        detail=look.detail,
        status=facts.status if facts else None,
        digest=facts.digest if facts else None,
        mode=facts.mode if facts else "by_hand",
        by=actor,
    )
    step = rules.after_look(
        rules.Watching(
            watch.started_at, watch.misses, watch.gone, watch.unclear, watch.said_gone, watch.asked
        ),
        look.outcome,
        now,
        minutes_between_misses=settings.TUTELA.checks.minutes_between_misses,
        by_person=facts is None,
    )
    _save(watch, step, now)
    event = _tell(watch.item_id, step.event, actor)
    ledger.write_line(
        "item_checked",
        actor=actor,
        about=("item", watch.item_id),
        facts={"outcome": look.outcome.value, "detail": look.detail, "misses": watch.misses},
    )
    return CheckRecorded(look.outcome, look.detail, event, step.next_look_at)


def _save(watch: Watch, step: rules.NextStep, now: datetime) -> None:
    after = step.watching
    watch.misses, watch.gone, watch.unclear = after.misses, after.gone, after.unclear
    watch.said_gone, watch.asked = after.said_gone, after.asked
    watch.next_look_at, watch.claimed_until = step.next_look_at, None
    watch.step = rules.step_of(watch.started_at, now)
    watch.state = "active" if step.next_look_at else "ended"
    watch.save()


def _tell(item_id: uuid.UUID, event: str, actor: str) -> str:
    """Pass on to the case what the look changes; a case that is past it keeps its own state."""
    tell = {
        "gone": cases.record_gone,
        "returned": cases.record_returned,
        "unclear": cases.record_unclear,
    }.get(event)
    if tell is None:
        return ""
    try:
        with transaction.atomic():
            tell(item_id=item_id, actor=actor)
    except Refusal as refusal:
        return f"{event}_{refusal.code}"
    return event
