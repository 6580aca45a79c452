"""Take an item in hand, give it back, hand it to somebody else; a claim lapses by itself."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from tutela.apps.accounts import queries as people
from tutela.apps.accounts.rules import Actor, may, require
from tutela.apps.cases import rules
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import check_claim, lock_item
from tutela.apps.cases.actions.open_exposure import refuse_when_stopped
from tutela.apps.cases.errors import NotClaimable, SamePerson
from tutela.apps.cases.models import Assessment, Item
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotPermitted
from tutela.core.terms.states import ItemState

_LOOKS = (ItemState.SECOND_LOOK, ItemState.DISPUTED)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who has the item and how long."""

    item_id: uuid.UUID
    by: uuid.UUID
    until: datetime


def claim_item(*, by: Actor, item_id: uuid.UUID) -> Claimed:
    """Take the item in hand, or keep it longer.

    Raises:
        ClaimedByAnother: somebody else was faster; the refusal says who.
        NotClaimable: nobody works on an item in this state.
        SamePerson: it waits for another person's look.
        ExposureStop: the day's minutes are used up.
    """
    require(by, "claim")
    refuse_when_stopped(by)
    now = clock.now()
    with transaction.atomic():
        if _keep_longer(item_id, by, now):
            return Claimed(item_id, by.id, _until(now))
        took = _take(item_id, by, now)
        item = lock_item(item_id)
        if not took:
            check_claim(item, by, now)
            raise NotClaimable(item.state)
        check_another_person(item, by.id)
        after = Afterwards(by.label, now)
        after.line("item_claimed", item, state=item.state)
        after.tell_all(item, rules.LOOKED_AT)
        after.finish()
    return Claimed(item_id, by.id, _until(now))


def release_item(*, by: Actor, item_id: uuid.UUID) -> bool:
    """Give the item back; return whether it was in anybody's hands.

    Raises:
        NotPermitted: it is in somebody else's, and ``by`` may not take it from them.
    """
    require(by, "claim")
    with transaction.atomic():
        item = lock_item(item_id)
        if item.claimed_by is None:
            return False
        if item.claimed_by != by.id:
            require(by, "release_others")
        _free(item, by.label, why="released" if item.claimed_by == by.id else "by_coordinator")
    return True


def reassign_item(*, by: Actor, item_id: uuid.UUID, to: uuid.UUID) -> Claimed:
    """Put the item into somebody else's hands.

    Raises:
        NotPermitted: ``by`` may not, or ``to`` is nobody who works on items.
        SamePerson: it waits for a look that ``to`` cannot give.
    """
    require(by, "reassign")
    person = people.person(to)
    if not person.active or not may(person.role, "claim"):
        raise NotPermitted("claim")
    now = clock.now()
    with transaction.atomic():
        item = lock_item(item_id)
        if ItemState(item.state) not in rules.CLAIMABLE:
            raise NotClaimable(item.state)
        check_another_person(item, to)
        Item.objects.filter(pk=item_id).update(claimed_by=to, claimed_until=_until(now))
        after = Afterwards(by.label, now)
        after.line("item_reassigned", item, person=str(to))
        after.finish()
    return Claimed(item_id, to, _until(now))


def lapse_claims() -> int:
    """Give back what was claimed and left; return how many."""
    lapsed = Item.objects.filter(claimed_by__isnull=False, claimed_until__lte=clock.now())
    count = 0
    for item_id in list(lapsed.values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            item = lock_item(item_id)
            if item.claimed_until is not None and item.claimed_until <= clock.now():
                _free(item, "worker", why="lapsed")
                count += 1
    return count


def check_another_person(item: Item, person_id: uuid.UUID) -> None:
    """Refuse somebody who already looked in this round.

    Raises:
        SamePerson: they did.
    """
    looked = Assessment.objects.filter(item=item, round=item.round, by=person_id)
    if item.state in _LOOKS and looked.exists():
        raise SamePerson(item.state)


def _until(now: datetime) -> datetime:
    return now + timedelta(minutes=settings.TUTELA.desk.claim_minutes)


def _keep_longer(item_id: uuid.UUID, by: Actor, now: datetime) -> bool:
    mine = Item.objects.filter(pk=item_id, claimed_by=by.id, claimed_until__gt=now)
    return mine.update(claimed_until=_until(now)) == 1


def _take(item_id: uuid.UUID, by: Actor, now: datetime) -> bool:
    nobody = Q(claimed_by__isnull=True) | Q(claimed_until__lte=now)
    free = Item.objects.filter(nobody, pk=item_id, state__in=rules.CLAIMABLE)
    return free.update(claimed_by=by.id, claimed_until=_until(now)) == 1


def _free(item: Item, actor: str, *, why: str) -> None:
    Item.objects.filter(pk=item.pk).update(claimed_by=None, claimed_until=None)
    after = Afterwards(actor, clock.now())
    after.line("item_released", item, why=why)
    after.finish()
