"""Rows of a request: made with its items, locked before anything is said, answered item by item."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from tutela.apps.requests.errors import RequestUnknown
from tutela.apps.requests.models import Request, RequestItem
from tutela.core.kernel import ids


def make_request(row: Request, refs: Sequence[uuid.UUID]) -> None:
    """Store a request with its items, in their order."""
    row.save(force_insert=True)
    RequestItem.objects.bulk_create(
        [RequestItem(id=ids.new_id(), request=row, ref=ref, place=place) for place, ref in enumerate(refs, 1)]
    )


def lock_request(request_id: uuid.UUID) -> Request:
    """Return the row, locked until the transaction ends.

    Raises:
        RequestUnknown: there is none.
    """
    row = Request.objects.select_for_update().filter(pk=request_id).first()
    if row is None:
        raise RequestUnknown(str(request_id))
    return row


def keep_answers(
    row: Request, answers: Mapping[uuid.UUID, str], *, by: str, at: datetime, until: datetime | None = None
) -> int:
    """Keep the last answer of each item; returns how many of them are this request's."""
    found = list(row.items.filter(ref__in=list(answers)))
    for item in found:
        item.answer, item.answered_by, item.answered_at = answers[item.ref], by[:80], at
        item.until = until
        item.save(update_fields=["answer", "answered_by", "answered_at", "until"])
    row.answered, row.answered_at = not row.items.filter(answer="").exists(), at
    row.save(update_fields=["answered", "answered_at"])
    return len(found)
