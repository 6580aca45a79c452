"""Record what a person found; a second person looks where policy says so, a third where two disagree."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.cases import rules
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import check_claim, check_version, free, lock_item, save_item
from tutela.apps.cases.actions.claim_item import check_another_person
from tutela.apps.cases.actions.open_exposure import refuse_when_stopped
from tutela.apps.cases.errors import Contradictory, NotToAssess, NoViewMode
from tutela.apps.cases.models import Assessment, Item
from tutela.apps.cases.queries.viewing import viewing
from tutela.core.kernel import clock
from tutela.core.terms import assessment
from tutela.core.terms.assessment import Assessed
from tutela.core.terms.states import ItemState


@dataclass(frozen=True, slots=True)
class AssessedItem:
    """Where the item stands after the assessment."""

    item_id: uuid.UUID
    state: str
    version: int
    settled: bool


def assess_item(*, by: Actor, item_id: uuid.UUID, assessed: Assessed, version: int) -> AssessedItem:
    """Add an assessment.

    Args:
        version: of the item as it was shown to the person.

    Raises:
        NoViewMode, ExposureStop, Contradictory, NotToAssess, SamePerson, ClaimedByAnother,
        ChangedMeanwhile, AlreadyDecided, NoSuchItem, NotPermitted: nothing was changed.
    """
    require(by, "assess")
    if not viewing().allowed:
        raise NoViewMode
    contradictions = assessment.check(assessed)
    if contradictions:
        raise Contradictory(contradictions)
    refuse_when_stopped(by)
    now = clock.now()
    with transaction.atomic():
        item = lock_item(item_id)
        _check(item, by, version, now)
        made = _add(item, by, assessed, now)
        after = Afterwards(by.label, now)
        # No codes in this line: the second person could read them before giving their own.
        after.line("item_assessed", item, round=made.round, place=made.place)
        _go_on(item, made, after)
        save_item(item)
        after.tell_all(item, rules.LOOKED_AT)
        after.finish()
    return AssessedItem(item.id, item.state, item.version, settled=item.settled_id is not None)


def _check(item: Item, by: Actor, version: int, now: datetime) -> None:
    check_version(item, version)
    if ItemState(item.state) not in rules.TO_ASSESS:
        raise NotToAssess(item.state)
    if item.state != ItemState.WAITING:
        require(by, "confirm")
    check_another_person(item, by.id)
    check_claim(item, by, now)


def _add(item: Item, by: Actor, assessed: Assessed, now: datetime) -> Assessment:
    place = Assessment.objects.filter(item=item, round=item.round).count() + 1
    return Assessment.objects.create(
        item=item, round=item.round, place=place, by=by.id, at=now, **assessed.as_codes()
    )


def _go_on(item: Item, made: Assessment, after: Afterwards) -> None:
    rows = list(Assessment.objects.filter(item=item, round=item.round).order_by("place"))
    found = [row.assessed for row in rows]
    if made.place == 1 and rules.needs_second_look(found[0], settings.TUTELA.desk.second_look):
        item.state = ItemState.SECOND_LOOK.value
        free(item)
        after.line("item_second_look", item, round=item.round)
        return
    holds = rules.settle(*found)
    if holds is None:
        item.state = ItemState.DISPUTED.value
        free(item)
        after.line("item_disputed", item, round=item.round, fields=_differ(found[0], found[1]))
        return
    item.settled = rows[2] if made.place == 3 else rows[0]
    item.assessed_at = after.now
    item.state = ItemState.DECIDING.value
    after.line("item_settled", item, round=item.round, people=made.place, **holds.as_codes())


def _differ(first: Assessed, second: Assessed) -> list[str]:
    one, other = first.as_codes(), second.as_codes()
    return [name for name in one if one[name] != other[name]]
