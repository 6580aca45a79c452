"""Hand items over to another hotline: decided, held here, and said to the partner in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import actions as cases
from tutela.apps.cases import queries as case_queries
from tutela.apps.exchange.actions.say import say
from tutela.apps.exchange.errors import NothingToHandOver
from tutela.apps.exchange.models import HandedItem
from tutela.core.kernel import clock, ids
from tutela.core.terms.marks import HandlingMark

KIND = "handover"
MOST_ITEMS = 500


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Where the partner's answers will stand, and what was said."""

    conversation_id: uuid.UUID
    message_id: uuid.UUID
    reference: str


def hand_over(
    *,
    by: Actor,
    items: Sequence[tuple[uuid.UUID, int]],
    partner: str,
    note: str = "",
    mark: HandlingMark | None = None,
    departs_because: str = "",
    now: datetime | None = None,
) -> HandedOver:
    """Hand over these items, each with the version that was seen. All of them go, or none.

    Raises:
        NothingToHandOver: none was named, or more than one message carries.
        PartnerUnknown, PartnerNotActive, NotToBeSaid: the partner is no hotline that takes them.
        MarkForbids, MarkLoosened: one of them came under a mark that keeps it here.
        CasesRefusal: as ``cases.hand_over_items``; NotPermitted.
    """
    if not 0 < len(items) <= MOST_ITEMS:
        raise NothingToHandOver(str(len(items)))
    at = now or clock.now()
    with transaction.atomic():
        cases.hand_over_items(by=by, items=items, departs_because=departs_because)
        wanted = [item_id for item_id, _ in sorted(items)]
        reference = f"H-{ids.new_id().hex[:12]}"
        content: dict[str, Any] = {"reference": reference, "items": [item_to_send(one) for one in wanted]}
        if note.strip():
            content["note"] = note.strip()
        about = ("item", wanted[0]) if len(wanted) == 1 else None
        said = say(
            partner=partner, kind=KIND, content=content, mark=mark, about=about, actor=by.label,
            needs_to_know=True, now=at,
        )  # fmt: skip
        HandedItem.objects.bulk_create(
            [
                HandedItem(id=ids.new_id(), conversation_id=said.conversation_id, item_id=one, ref=one)
                for one in wanted
            ]
        )
    return HandedOver(said.conversation_id, said.message_id, reference)


def item_to_send(item_id: uuid.UUID) -> dict[str, Any]:
    """Return the item as a partner reads it: where it is, and what was found about it, in codes."""
    seen = case_queries.item(item_id)
    said: dict[str, Any] = {
        "ref": str(seen.id),
        "kind": seen.kind,
        "received_at": clock.to_text(seen.received_at),
    }
    for name, value in (("address", seen.canonical), ("service", seen.service), ("account", seen.account)):
        if value and (name != "address" or seen.kind == "address"):
            said[name] = value
    prints = [{"kind": one.kind.value, "value": one.text} for one in case_queries.fingerprints_of(item_id)]
    if prints:
        said["fingerprints"] = prints[:100]
    if seen.danger_now:
        said["danger_now"] = True
    if seen.hosting_country:
        said["hosting"] = {"country": seen.hosting_country}
    if codes := _assessment(item_id):
        said["assessment"] = codes
    return said


def _assessment(item_id: uuid.UUID) -> dict[str, str]:
    """Return the codes that settled the item; what one person found and nobody confirmed is not sent."""
    for one in case_queries.assessments(item_id):
        if one.settles and one.codes is not None:
            return one.codes.as_codes()
    return {}
