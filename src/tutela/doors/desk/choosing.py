"""Which item is next for a person: the first that is free and that this person may work on."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import actions as cases
from tutela.apps.cases import errors as case_errors
from tutela.apps.cases import queries as case_queries
from tutela.core.terms.states import ItemState

TO_DO = tuple(
    state.value
    for state in (ItemState.WAITING, ItemState.SECOND_LOOK, ItemState.DISPUTED, ItemState.DECIDING)
)
"""States in which a person has something to do now."""

_PAGE = 25
_MOST_PAGES = 20
_NOT_MINE = (case_errors.ClaimedByAnother, case_errors.NotClaimable, case_errors.SamePerson)


def claim_next(by: Actor) -> uuid.UUID | None:
    """Claim the first free item and return its id; ``None`` when there is nothing to do.

    Raises:
        ExposureStop: the person's minutes of today are used up.
    """
    for row in _free():
        if _has_looked(row, by):
            continue
        try:
            cases.claim_item(by=by, item_id=row.id)
        except _NOT_MINE:
            continue
        return row.id
    return None


def _free() -> Iterator[case_queries.QueueRow]:
    filters = case_queries.QueueFilters(state="", states=TO_DO, unclaimed=True, undecided=True)
    after: str | None = None
    for _ in range(_MOST_PAGES):
        page = case_queries.queue(filters, after, _PAGE)
        yield from page.rows
        if page.after is None:
            return
        after = page.after


def _has_looked(row: case_queries.QueueRow, by: Actor) -> bool:
    """Ask before claiming: a refused claim would still have taken the item from the others for a moment."""
    if row.state not in (ItemState.SECOND_LOOK, ItemState.DISPUTED):
        return False
    seen = case_queries.assessments(row.id, seen_by=by.id)
    latest = max((one.round for one in seen), default=0)
    return any(one.by == by.id and one.round == latest for one in seen)
