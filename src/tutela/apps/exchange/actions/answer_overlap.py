"""Answer partners who ask which of their cases are ours too. The work of the worker, outside of any lock."""

from __future__ import annotations

import base64
from datetime import datetime

from django.db import transaction

from tutela.apps.cases import queries as case_queries
from tutela.apps.exchange.actions._comparing import allowed, identifiers_of, unlock_bytes
from tutela.apps.exchange.actions.say import say
from tutela.apps.exchange.errors import PartnerNotActive
from tutela.apps.exchange.models import Envelope, Outgoing, OverlapHeard
from tutela.apps.exchange.rules import MOST_COMPARED, OutgoingState, OverlapState, PartnerState
from tutela.apps.ledger import actions as ledger
from tutela.core.terms.exchange import OverlapScope

KINDS = ("overlap_query", "overlap_answer")


def answer_overlap(now: datetime) -> bool:
    """Answer the question that waits longest; returns whether there was one."""
    waiting = OverlapHeard.objects.select_related("partner").filter(state=OverlapState.WAITING.value)
    row = waiting.filter(partner__state=PartnerState.ACTIVE.value).order_by("id").first()
    if row is None:
        return False
    agreed = row.partner.overlap_agreed_at is not None
    content, code = _answer(row) if agreed else (None, "overlap_not_agreed")
    with transaction.atomic():
        locked = OverlapHeard.objects.select_for_update().get(pk=row.pk)
        if locked.state == OverlapState.WAITING:
            _settle(locked, row.partner.name, content, code, now)
    return True


def _answer(row: OverlapHeard) -> tuple[dict[str, str] | None, str]:
    """Return what is said, or the code of why nothing is."""
    from tutela.core.protocol import overlap

    scope = OverlapScope(row.scope)
    held = allowed(case_queries.comparable_held(scope, most=MOST_COMPARED), row.partner_id)
    try:
        given = overlap.answer(
            scope,
            row.count,
            unlock_bytes(row.request_locked, row.id),
            {one for _, one in identifiers_of(held)},
        )
    except overlap.OverlapRefusal as refusal:
        return None, refusal.code
    encoded = {"setup": given.setup, "response": given.response}
    return {"scope": row.scope} | {
        name: base64.b64encode(data).decode("ascii") for name, data in encoded.items()
    }, ""


def _settle(
    row: OverlapHeard, partner: str, content: dict[str, str] | None, code: str, now: datetime
) -> None:
    row.state = (OverlapState.FAILED if content is None else OverlapState.ANSWERED).value
    row.code, row.answered_at, row.request_locked = code[:64], now, b""
    row.save(update_fields=["state", "code", "answered_at", "request_locked"])
    if content is not None:
        try:
            say(
                partner=partner, kind="overlap_answer", conversation=row.conversation_id, content=content,
                actor="worker", now=now,
            )  # fmt: skip
        except PartnerNotActive:  # revoked while we compared
            row.state, row.code = OverlapState.FAILED.value, PartnerNotActive.code
            row.save(update_fields=["state", "code"])
    ledger.write_line(
        "overlap_answered", actor="worker", about=("partner", row.partner_id),
        facts={"scope": row.scope, "count": row.count, "code": row.code}, at=now,
    )  # fmt: skip


def empty_overlaps() -> int:
    """Empty what arrived: blinded points are of no use to anybody afterwards, and they are large."""
    done = Outgoing.objects.filter(kind__in=KINDS, state=OutgoingState.TAKEN.value).exclude(
        content_locked=b""
    )
    with transaction.atomic():
        rows = list(done.order_by("id").values_list("pk", flat=True)[:100])
        Envelope.objects.filter(pk__in=rows).delete()
        Outgoing.objects.filter(pk__in=rows).update(content_locked=b"")
    return len(rows)
