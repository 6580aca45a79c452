"""Marks bind here, below every door: whatever a message carries is looked up, whoever asks to send it.

A thing of ours (an item) that came from a partner keeps the mark under which it came. To the partner from
whom it came it may always go back; to another one only as its mark allows.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tutela.apps.exchange.errors import MarkForbids
from tutela.apps.exchange.models import Conversation, HandedItem, Marked
from tutela.core.kernel import ids
from tutela.core.protocol import marks
from tutela.core.terms.marks import HandlingMark, is_at_least_as_tight, tightest


def check_marks(
    *,
    content: Mapping[str, Any],
    about: tuple[str, uuid.UUID] | None,
    partner_id: uuid.UUID,
    begun_by: Conversation,
    needs_to_know: bool,
) -> HandlingMark | None:
    """Return the tightest mark of what the message carries, none when nothing of it came from a partner.

    Raises:
        MarkForbids: one of these marks keeps it from this partner.
    """
    carried = _carried(content, begun_by)
    if about is not None:
        carried.add(about[1])
    if not carried:
        return None
    found = []
    for row in Marked.objects.filter(about_id__in=carried):
        mark = HandlingMark(row.mark)
        found.append(mark)
        if row.partner_id != partner_id and not marks.may_pass_on(
            mark, within_node=False, to_partner=True, needs_to_know=needs_to_know
        ):
            raise MarkForbids(mark.value)
    return tightest(*found) if found else None


def _carried(content: Mapping[str, Any], conversation: Conversation) -> set[uuid.UUID]:
    """Return the items that the content names; in a conversation they go by the ref that was agreed on."""
    refs = set()
    items = content.get("items")
    for item in items if isinstance(items, list | tuple) else ():
        ref = item.get("ref") if isinstance(item, Mapping) else None
        try:
            refs.add(uuid.UUID(str(ref)))
        except ValueError:
            continue
    if not refs or conversation._state.adding:
        return refs
    agreed = HandedItem.objects.filter(conversation=conversation, ref__in=refs)
    return refs | set(agreed.values_list("item_id", flat=True))


def keep_mark(
    *, about: tuple[str, uuid.UUID], partner_id: uuid.UUID, mark: HandlingMark, now: datetime
) -> None:
    """Remember under which mark a thing came from a partner; a looser one later changes nothing."""
    kind, about_id = about
    row = Marked.objects.filter(about_kind=kind, about_id=about_id, partner_id=partner_id).first()
    if row is None:
        Marked.objects.bulk_create(
            [
                Marked(
                    id=ids.new_id(), about_kind=kind, about_id=about_id, partner_id=partner_id,
                    mark=mark.value, at=now,
                )
            ],
            ignore_conflicts=True,
        )  # fmt: skip
    elif not is_at_least_as_tight(HandlingMark(row.mark), mark):
        row.mark = mark.value
        row.save(update_fields=["mark"])
