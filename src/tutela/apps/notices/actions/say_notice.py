"""A notice leaves to the provider's own node instead of by mail; what it says is the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange.errors import (
    MarkForbids,
    NoExchange,
    NotToBeSaid,
    PartnerNotActive,
    PartnerUnknown,
)
from tutela.apps.notices import rules
from tutela.apps.notices.models import Notice
from tutela.core.kernel import clock
from tutela.core.terms.exchange import Ask
from tutela.core.terms.states import ItemKind

KIND = "notice"
MOST_BASIS = 500


def say_notice(notice: rules.NoticeToSend) -> rules.DeliveryResult | None:
    """Say a claimed notice to the provider's node; ``None`` when it cannot be said and mail has to do.

    Saying it again, after a worker that was killed in between, finds the conversation and says nothing.
    """
    if any(item.kind == ItemKind.ACCOUNT for item in notice.items):
        return None  # a notice between nodes names addresses
    try:
        with transaction.atomic():
            row = Notice.objects.select_for_update(no_key=True).get(pk=notice.notice_id)
            if row.conversation_id is None:
                said = exchange.say(
                    partner=notice.partner, kind=KIND, content=_content(notice), about=("notice", row.id),
                    actor="worker", needs_to_know=True,
                )  # fmt: skip
                row.conversation_id = said.conversation_id
                row.save(update_fields=["conversation_id"])
    except (NoExchange, PartnerUnknown, PartnerNotActive, NotToBeSaid):
        return None
    except MarkForbids as refusal:
        # Who handed it over did not let it leave the house: by mail it may not leave either.
        return rules.DeliveryResult(rules.Outcome.GAVE_UP, None, refusal.code)
    return rules.DeliveryResult(rules.Outcome.SENT, None, "exchange")


def _content(notice: rules.NoticeToSend) -> dict[str, Any]:
    asks = [Ask.REMOVE.value, Ask.PRESERVE.value]
    said = {"reference": notice.reference, "items": list(_items(notice.items)), "asks": asks}
    rule = " ".join(settings.TUTELA.desk.notice_rule.split())[:MOST_BASIS]
    return said | ({"legal_basis": rule} if rule else {})


def _items(items: Iterable[rules.ItemToSend]) -> Iterable[dict[str, Any]]:
    for item in items:
        said = {"ref": str(item.item_id), "address": item.address, "seen_at": clock.to_text(item.seen_at)}
        said |= {name: value for name, value in (("ip", item.ip), ("category", item.category)) if value}
        yield said
