"""Refer items to the police: decided here and said to their node in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import actions as cases
from tutela.apps.exchange.actions.hand_over import MOST_ITEMS, item_to_send
from tutela.apps.exchange.actions.say import say
from tutela.apps.exchange.errors import NothingToHandOver
from tutela.apps.exchange.models import HandedItem
from tutela.core.kernel import clock, ids
from tutela.core.terms.exchange import HandlingCode, SourceGrade
from tutela.core.terms.marks import HandlingMark

KIND = "referral"


@dataclass(frozen=True, slots=True)
class Grades:
    """Europol's 4×4 and its handling codes, as the desk chose them; ``information`` is 1 to 4."""

    source: SourceGrade
    information: int
    handling: tuple[HandlingCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Referred:
    """Where the outcome will stand, and what was said."""

    conversation_id: uuid.UUID
    message_id: uuid.UUID
    reference: str


def refer(
    *,
    by: Actor,
    items: Sequence[tuple[uuid.UUID, int]],
    partner: str,
    grades: Grades | None = None,
    note: str = "",
    mark: HandlingMark | None = None,
    hold: bool = False,
    departs_because: str = "",
    now: datetime | None = None,
) -> Referred:
    """Refer these items, each with the version that was seen. All of them go, or none.

    Args:
        hold: whether the desk does nothing with them until the police answer.

    Raises:
        NothingToHandOver: none was named, or more than one message carries.
        PartnerUnknown, PartnerNotActive, NotToBeSaid: the partner is no police; or H3 without a note.
        MarkForbids, MarkLoosened: one of them came under a mark that keeps it here.
        CasesRefusal: as ``cases.refer_items``; NotPermitted.
    """
    if not 0 < len(items) <= MOST_ITEMS:
        raise NothingToHandOver(str(len(items)))
    at = now or clock.now()
    with transaction.atomic():
        cases.refer_items(by=by, items=items, hold=hold, departs_because=departs_because)
        wanted = [item_id for item_id, _ in sorted(items)]
        reference = f"R-{ids.new_id().hex[:12]}"
        content = _content(wanted, reference, grades, note.strip())
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
    return Referred(said.conversation_id, said.message_id, reference)


def _content(wanted: Sequence[uuid.UUID], reference: str, grades: Grades | None, note: str) -> dict[str, Any]:
    items = [item_to_send(one) for one in wanted]
    content: dict[str, Any] = {"reference": reference, "items": items}
    if any(one.get("danger_now") for one in items):
        content["danger_now"] = True
    if grades is not None:
        content["evaluation"] = {"source": grades.source.value, "information": grades.information}
        content["handling"] = [one.value for one in grades.handling]
    return content | ({"note": note} if note else {})
