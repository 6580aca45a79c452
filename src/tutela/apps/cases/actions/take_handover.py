"""Take over what another hotline handed over: its items become a report here, with the partner as origin."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tutela.apps.cases import rules
from tutela.apps.cases.actions.submit_report import earlier, open_report
from tutela.apps.cases.models import Item, ItemPrint
from tutela.core.kernel import clock
from tutela.core.record.addresses import NotAnAddress
from tutela.core.terms.states import Wish

ORIGIN = "partner"


@dataclass(frozen=True, slots=True)
class TakenOver:
    """The report, our item for each of the partner's names, and which could not be taken and why (codes)."""

    report_id: uuid.UUID | None
    items: Mapping[uuid.UUID, uuid.UUID]
    refused: Mapping[uuid.UUID, str]


def take_handover(
    *,
    partner: str,
    items: Sequence[rules.HandedItem],
    message_id: uuid.UUID,
    receipt_id: uuid.UUID,
    received_at: datetime,
    note: str = "",
) -> TakenOver:
    """Open one report for a handover. The same message again makes no second one.

    ``receipt_id`` names no receipt of ours: whoever reported it is the partner's to answer. ``note`` is kept
    locked, as a reporter's words are.
    """
    places, refused = _places(items)
    if not places:
        return TakenOver(None, {}, refused)
    with transaction.atomic():
        made = earlier(message_id) or open_report(
            _handed(list({place.key: place for place in places.values()}.values()), items, note),
            receipt_id,
            message_id,
            received_at,
            actor=f"partner:{partner}",
            origin=ORIGIN,
            partner=partner,
        )
        rows = Item.objects.filter(sightings__report_id=made.report_id).values_list("key", "pk")
        by_key = {bytes(key): pk for key, pk in rows}
        taken = {ref: by_key[place.key] for ref, place in places.items() if place.key in by_key}
        _keep_prints(items, taken)
    return TakenOver(made.report_id, taken, refused)


def _places(
    items: Sequence[rules.HandedItem],
) -> tuple[dict[uuid.UUID, rules.Place], dict[uuid.UUID, str]]:
    places, refused = {}, {}
    for item in items:
        try:
            places[item.ref] = rules.place_of(item)
        except NotAnAddress as refusal:
            refused[item.ref] = refusal.reason.value
    return places, refused


def _handed(places: list[rules.Place], items: Sequence[rules.HandedItem], note: str) -> rules.Handed:
    return rules.Handed(
        places=tuple(places),
        danger_now=any(item.danger_now for item in items) or None,
        words=note[: rules.MOST_TEXT],
        wish=Wish.NOTHING.value,
    )


def _keep_prints(items: Sequence[rules.HandedItem], taken: Mapping[uuid.UUID, uuid.UUID]) -> None:
    now = clock.now()
    ItemPrint.objects.bulk_create(
        [
            ItemPrint(item_id=taken[item.ref], kind=one.kind.value, value=one.text, seen_at=now)
            for item in items
            if item.ref in taken
            for one in item.fingerprints
        ],
        ignore_conflicts=True,
    )
