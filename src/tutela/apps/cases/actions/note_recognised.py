"""Note what a machine recognised before anybody looked: which list knew it, how near, and by what kind."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import lock_item, save_item
from tutela.apps.cases.models import Item, ItemPrint, Recognition
from tutela.core.kernel import clock
from tutela.core.matching.fingerprints import Fingerprint

MOST_HITS = 20
"""Of one item; more would say no more."""

AGAIN_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ListHit:
    """One entry of a hash list that counts. ``distance`` is in bits, 0 for digests."""

    list_name: str
    entry_digest: str
    kind: str
    distance: int
    classification: str = ""


def note_recognised(
    *,
    item_id: uuid.UUID,
    fingerprints: Collection[Fingerprint] = (),
    hits: Collection[ListHit] = (),
    actor: str = "worker",
) -> bool:
    """Keep the fingerprints of what an item's address served and the entries they hit, nearest first.

    Returns whether a list knows it now that did not before. Without hits it is only noted that the item
    was looked at by a machine.

    Raises:
        NoSuchItem: there is none.
    """
    nearest = sorted(hits, key=lambda hit: (hit.distance, hit.list_name, hit.entry_digest))[:MOST_HITS]
    with transaction.atomic():
        item, after = lock_item(item_id), Afterwards(actor, clock.now())
        if item.forgotten_at is not None:
            return False
        item.hashed_at = after.now
        _keep_prints(item, fingerprints, after)
        known = set(item.recognitions.values_list("list_name", "entry_digest", "kind"))
        fresh = [hit for hit in nearest if (hit.list_name, hit.entry_digest, hit.kind) not in known]
        Recognition.objects.bulk_create(
            [
                Recognition(
                    item=item, list_name=hit.list_name, entry_digest=hit.entry_digest, kind=hit.kind,
                    classification=hit.classification[:64], distance=hit.distance, at=after.now,
                )
                for hit in fresh
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        if fresh and not item.recognised_by:
            item.recognised_by = fresh[0].list_name
        save_item(item, changed=bool(fresh))
        if fresh:
            after.line(
                "item_recognised",
                item,
                lists=sorted({hit.list_name for hit in fresh}),
                entries=[hit.entry_digest for hit in fresh],
                kind=fresh[0].kind,
                distance=fresh[0].distance,
            )
        after.finish()
    return bool(fresh)


def note_not_hashed(*, item_id: uuid.UUID) -> None:
    """An item's address did not serve anything that could be hashed; it is tried again a little later."""
    Item.objects.filter(pk=item_id, hashed_at__isnull=True).update(
        hash_tries=F("hash_tries") + 1, hash_after=clock.now() + AGAIN_AFTER
    )


def _keep_prints(item: Item, fingerprints: Collection[Fingerprint], after: Afterwards) -> None:
    ItemPrint.objects.bulk_create(
        [
            ItemPrint(item=item, kind=one.kind.value, value=one.text, quality=one.quality, seen_at=after.now)
            for one in fingerprints
        ],
        ignore_conflicts=True,
    )
