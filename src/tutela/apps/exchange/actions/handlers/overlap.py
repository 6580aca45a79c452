"""A partner asks which of its cases are ours too, or answers a question of ours."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import timedelta

from tutela.apps.exchange.actions._comparing import lock_bytes, unlock_bytes
from tutela.apps.exchange.actions.handlers._heard import HeardMessage
from tutela.apps.exchange.errors import HandlerFailed, OverlapNotAgreed
from tutela.apps.exchange.models import OverlapAsked, OverlapHeard, OverlapItem, Partner
from tutela.apps.exchange.rules import MOST_QUESTIONS_A_DAY, OverlapState
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import ids
from tutela.core.protocol.contents.overlap import OverlapAnswer, OverlapQuery


def hear_overlap_query(heard: HeardMessage) -> None:
    """Keep the question until the worker has time for it. Refused without an agreement, or too often."""
    from tutela.core.protocol import overlap

    said = OverlapQuery.from_json(heard.content)
    # Two questions of one partner wait for each other here, so that both count for its rate.
    partner = Partner.objects.select_for_update(no_key=True).get(pk=heard.partner_id)
    if partner.overlap_agreed_at is None:
        raise HandlerFailed(OverlapNotAgreed.code)
    lately = OverlapHeard.objects.filter(partner=partner, heard_at__gt=heard.now - timedelta(days=1))
    asked = list(lately.values_list("heard_at", "count"))
    try:
        overlap.check_rate(asked, said.count, heard.now)
        overlap.check_request(said.count, said.request)
    except overlap.OverlapRefusal as refusal:
        raise HandlerFailed(refusal.code) from refusal
    if len(asked) >= MOST_QUESTIONS_A_DAY:
        raise HandlerFailed(overlap.AskedTooOften.code)
    row = OverlapHeard(
        id=ids.new_id(), conversation_id=heard.conversation_id, partner=partner, scope=said.scope.value,
        count=said.count, heard_at=heard.now,
    )  # fmt: skip
    row.request_locked = lock_bytes(said.request, row.id)
    row.save(force_insert=True)
    ledger.write_line(
        "overlap_heard", actor=heard.actor, about=("partner", heard.partner_id),
        facts={"scope": said.scope.value, "count": said.count}, at=heard.now,
    )  # fmt: skip


def hear_overlap_answer(heard: HeardMessage) -> None:
    """Find out which of the items that were asked about the partner has too."""
    from tutela.core.protocol import overlap

    said = OverlapAnswer.from_json(heard.content)
    row = OverlapAsked.objects.select_for_update().filter(conversation_id=heard.conversation_id).first()
    if row is None or row.state != OverlapState.WAITING or row.scope != said.scope:
        raise HandlerFailed(overlap.BrokenOverlap.code)
    items = {one.id: bytes(one.identifier) for one in row.items.all()}
    given = overlap.Answer(said.setup, said.response)
    try:
        common = overlap.common(
            row.scope, set(items.values()), unlock_bytes(row.secret_locked, row.id), given
        )
    except overlap.OverlapRefusal as refusal:
        raise HandlerFailed(refusal.code) from refusal
    _record(row, [pk for pk, identifier in items.items() if identifier in common], heard)


def _record(row: OverlapAsked, found: Collection[uuid.UUID], heard: HeardMessage) -> None:
    row.items.update(found=False)
    row.items.filter(pk__in=found).update(found=True)
    item_ids = set(OverlapItem.objects.filter(pk__in=found).values_list("item_id", flat=True))
    row.state, row.answered_at, row.secret_locked = OverlapState.ANSWERED.value, heard.now, b""
    row.found = len(item_ids)
    row.save(update_fields=["state", "answered_at", "secret_locked", "found"])
    scope = str(row.scope)
    facts: dict[str, str | int] = {"scope": scope, "count": int(row.count), "found": int(row.found)}
    lines = [ledger.NewLine("overlap_told", heard.actor, ("partner", heard.partner_id), {**facts})]
    lines += [
        ledger.NewLine("item_known_to_partner", heard.actor, ("item", one), {"scope": scope})
        for one in sorted(item_ids)
    ]
    ledger.write_lines(lines, at=heard.now)
