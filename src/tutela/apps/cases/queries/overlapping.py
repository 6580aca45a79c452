"""What a node compares with a partner's: items by scope, without saying anything else about them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from tutela.apps.cases import rules
from tutela.apps.cases.models import Item, ItemPrint
from tutela.core.terms.exchange import OverlapScope
from tutela.core.terms.states import CloseReason, ItemKind

_NO_CASE = (
    CloseReason.NOT_ILLEGAL.value,
    CloseReason.OUTSIDE_SCOPE.value,
    CloseReason.NO_ADDRESS.value,
    CloseReason.DUPLICATE.value,
)
"""Closed for these reasons an item is nobody's case: that we had it is told to no partner."""

_KINDS = {OverlapScope.ADDRESSES: ItemKind.ADDRESS, OverlapScope.ACCOUNTS: ItemKind.ACCOUNT}


@dataclass(frozen=True, slots=True)
class Comparable:
    """One thing of an item that can be compared: its key, or a fingerprint as kind and value."""

    item_id: uuid.UUID
    scope: OverlapScope
    key: bytes = b""
    fingerprint: tuple[str, str] = ("", "")


def comparable_of(item_ids: Collection[uuid.UUID]) -> list[Comparable]:
    """Return what these items can be compared by, as far as they are still kept."""
    rows = Item.objects.filter(pk__in=list(item_ids), forgotten_at__isnull=True)
    found = [one for scope in _KINDS for one in _by_key(rows, scope)]
    return found + _by_print(ItemPrint.objects.filter(item__in=rows))


def comparable_held(scope: OverlapScope, *, most: int) -> list[Comparable]:
    """Return what this desk holds of a scope, the newest first: everything that is or was a case."""
    rows = Item.objects.filter(forgotten_at__isnull=True).exclude(outcome__in=_NO_CASE)
    if scope in _KINDS:
        return _by_key(rows.order_by("-id"), scope, most)
    return _by_print(ItemPrint.objects.filter(item__in=rows).order_by("-id"), most)


def open_items(*, most: int) -> list[uuid.UUID]:
    """Return the items that are open, the newest first."""
    rows = Item.objects.filter(state__in=[state.value for state in rules.OPEN], forgotten_at__isnull=True)
    somewhere = rows.exclude(kind=ItemKind.NO_ADDRESS.value)
    return list(somewhere.order_by("-id").values_list("pk", flat=True)[:most])


def _by_key(rows: QuerySet[Item], scope: OverlapScope, most: int | None = None) -> list[Comparable]:
    found = rows.filter(kind=_KINDS[scope].value).values_list("pk", "key")[:most]
    return [Comparable(pk, scope, key=bytes(key)) for pk, key in found]


def _by_print(rows: QuerySet[ItemPrint], most: int | None = None) -> list[Comparable]:
    found = rows.values_list("item_id", "kind", "value")[:most]
    return [Comparable(pk, OverlapScope.FINGERPRINTS, fingerprint=(kind, text)) for pk, kind, text in found]
