"""From places to items: each is found again in any spelling, or made; nothing is looked at twice."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from tutela.apps.cases import rules
from tutela.apps.cases.actions._afterwards import Afterwards
from tutela.apps.cases.actions._items import save_item, take_up_again
from tutela.apps.cases.models import Item, Report, Sighting
from tutela.core.terms.states import CloseReason

_TAKEN_UP = (rules.Effect.DECIDE, rules.Effect.ASSESS)


@dataclass(frozen=True, slots=True)
class Taken:
    """One place that is now an item of the report."""

    item: Item
    known: bool
    effect: rules.Effect | None
    outcome: str


def forgotten_key(key: bytes) -> bytes:
    """Return the key of an item whose address was overwritten: only this node can still recognise it."""
    return hmac.new(settings.TUTELA_RECORD_KEY, b"tutela/forgotten/1\x00" + key, hashlib.sha256).digest()


def lock_items(keys: Iterable[bytes], report: Report | None = None) -> dict[bytes, Item]:
    """Lock the items with these keys, and those of ``report``, in the order of their keys."""
    wanted = list(keys)
    chosen = Q(key__in=[*wanted, *(forgotten_key(key) for key in wanted)])
    if report is not None:
        chosen |= Q(pk__in=Sighting.objects.filter(report=report).values("item_id"))
    rows = Item.objects.select_for_update(of=("self",)).select_related("settled").filter(chosen)
    return {bytes(row.key): row for row in rows.order_by("key")}


def take_places(
    report: Report,
    places: Iterable[rules.Place],
    held: dict[bytes, Item],
    after: Afterwards,
    *,
    for_a_person: bool,
) -> list[Taken]:
    """Make or find the items of ``places`` and record that ``report`` saw them.

    Args:
        held: the items locked before, by key.
        for_a_person: the submission says something that somebody must read.
    """
    ordered = sorted(places, key=lambda place: place.key)
    fresh = _make_missing(report, ordered, held)
    had = set(report.sightings.values_list("item_id", flat=True))
    taken = []
    for place in ordered:
        item = held.get(place.key) or held[forgotten_key(place.key)]
        if item.id in had:
            continue
        if item.id in fresh:
            taken.append(Taken(item, known=False, effect=None, outcome=""))
            after.line("item_received", item, kind=item.kind)
        else:
            taken.append(_see_again(report, place, item, after, for_a_person))
    originals = {place.key: place.original for place in ordered}
    Sighting.objects.bulk_create(
        Sighting(
            report=report, item=one.item, original=originals[bytes(one.item.key)], seen_at=report.received_at
        )
        for one in taken
    )
    reopened = [one.item for one in taken if one.effect in _TAKEN_UP]
    if reopened:
        after.reopen_reports(reopened, rules.LOOKED_AT)
    return taken


def _make_missing(report: Report, places: list[rules.Place], held: dict[bytes, Item]) -> set[uuid.UUID]:
    missing = [place for place in places if place.key not in held and forgotten_key(place.key) not in held]
    made = [_new_item(report, place) for place in missing]
    # Somebody may have made the same one meanwhile: then ours is ignored and theirs is found.
    Item.objects.bulk_create(made, ignore_conflicts=True)
    held.update(lock_items(place.key for place in missing))
    stored = {item.id for item in held.values()}
    return {item.id for item in made if item.id in stored}


def _new_item(report: Report, place: rules.Place) -> Item:
    item = Item(
        kind=place.kind.value,
        key=place.key,
        canonical=place.canonical,
        host=place.host,
        registered_domain=place.registered_domain,
        scheme=place.scheme,
        is_onion=place.is_onion,
        service=place.service,
        account=place.account,
        received_at=report.received_at,
        danger_now=bool(report.danger_now),
        self_report=report.self_report,
    )
    item.rank, _ = rules.rank(item.rank_facts, item.received_at)
    return item


def _see_again(
    report: Report, place: rules.Place, item: Item, after: Afterwards, for_a_person: bool
) -> Taken:
    outcome = item.outcome
    machine_looks = settings.TUTELA.checks.mode != "off"
    effect = rules.effect_of_sighting(
        rules.Standing(item.state, item.outcome, item.category, item.closed_at),
        for_a_person=for_a_person or bool(report.danger_now) or report.self_report,
        machine_looks=machine_looks,
        now=after.now,
    )
    _remember(item, place)
    item.known = True
    item.sightings_count += 1
    item.danger_now = item.danger_now or bool(report.danger_now)
    item.self_report = item.self_report or report.self_report
    if effect in _TAKEN_UP:
        take_up_again(item)
        # Without a machine that looks, the reporter's word is all there is: somebody says that it is back.
        item.returned = outcome == CloseReason.REMOVED and not machine_looks
        after.line("item_reopened", item, reason="seen_again", state=item.state)
    elif effect is rules.Effect.LOOK_AGAIN:
        item.seen_again_at = after.now
    if outcome == CloseReason.REMOVED and machine_looks:
        after.line("item_seen_again", item, outcome=outcome)
    save_item(item, changed=effect not in (rules.Effect.COUNT, rules.Effect.LOOK_AGAIN))
    return Taken(item, known=True, effect=effect, outcome=outcome)


def _remember(item: Item, place: rules.Place) -> None:
    """Fill in again what was forgotten of an item that is reported once more."""
    if item.forgotten_at is None:
        return
    item.key, item.forgotten_at = place.key, None
    item.canonical, item.host, item.scheme = place.canonical, place.host, place.scheme
    item.registered_domain, item.is_onion = place.registered_domain, place.is_onion
    item.service, item.account = place.service, place.account
