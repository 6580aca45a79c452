"""What machines may look at before people do, and what hash lists knew of an item."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tutela.apps.cases import rules
from tutela.apps.cases.models import Item, ItemPrint, Recognition
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.terms.states import ItemKind, ItemState

MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class RecognitionSeen:
    """One entry of a hash list that knew the item; ``distance`` in bits, 0 for digests."""

    list_name: str
    entry_digest: str
    classification: str
    kind: str
    distance: int
    at: datetime


def items_to_hash(now: datetime, *, most: int = 20) -> list[tuple[uuid.UUID, str]]:
    """Return id and address of waiting items that no machine has hashed yet, the most pressing first."""
    due = Q(hash_after__isnull=True) | Q(hash_after__lte=now)
    rows = Item.objects.filter(
        due,
        state=ItemState.WAITING.value,
        kind=ItemKind.ADDRESS.value,
        is_onion=False,
        hashed_at__isnull=True,
        hash_tries__lt=MOST_TRIES,
        forgotten_at__isnull=True,
    )
    return list(rows.order_by("rank", "id").values_list("pk", "canonical")[:most])


def recognitions_of(item_id: uuid.UUID) -> list[RecognitionSeen]:
    """Return which entries of which lists knew the item, the nearest first."""
    rows = Recognition.objects.filter(item_id=item_id).order_by("distance", "list_name", "id")
    return [
        RecognitionSeen(row.list_name, row.entry_digest, row.classification, row.kind, row.distance, row.at)
        for row in rows
    ]


def items_hashed(*, after: uuid.UUID | None = None, most: int = 500) -> dict[uuid.UUID, list[Fingerprint]]:
    """Return open items that were hashed and no list knew, with their fingerprints, in the order of ids."""
    rows = Item.objects.filter(
        state__in=[state.value for state in rules.OPEN],
        hashed_at__isnull=False,
        recognised_by="",
        forgotten_at__isnull=True,
    )
    if after is not None:
        rows = rows.filter(pk__gt=after)
    ids = rows.order_by("pk").values_list("pk", flat=True)[:most]
    found: dict[uuid.UUID, list[Fingerprint]] = {pk: [] for pk in ids}
    for one in ItemPrint.objects.filter(item_id__in=list(found)):
        found[one.item_id].append(Fingerprint(Kind(one.kind), bytes.fromhex(one.value), one.quality))
    return found


def fingerprints_of(item_id: uuid.UUID) -> list[Fingerprint]:
    """Return the fingerprints of what the item's address served, by kind."""
    rows = ItemPrint.objects.filter(item_id=item_id).order_by("kind", "value")
    return [Fingerprint(Kind(row.kind), bytes.fromhex(row.value), row.quality) for row in rows]
