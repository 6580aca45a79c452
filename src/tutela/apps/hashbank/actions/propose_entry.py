"""One person proposes an entry, another approves it; either can take it out of force later."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from tutela.apps.accounts.rules import Actor, require
from tutela.apps.hashbank import rules
from tutela.apps.hashbank.actions import _entries
from tutela.apps.hashbank.actions._changing import digest_of, next_change, write_withdrawn
from tutela.apps.hashbank.errors import (
    AlreadyListed,
    EntryUnknown,
    ListUnknown,
    NothingToList,
    NotListed,
    NotProposed,
    OwnProposal,
)
from tutela.apps.hashbank.models import Entry, HashList, Print
from tutela.apps.hashbank.rules import EntryState, WithdrawReason
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger.rules import Fact
from tutela.core.kernel import clock, ids
from tutela.core.matching.fingerprints import Fingerprint


def propose_entry(
    *,
    by: Actor,
    list_id: uuid.UUID,
    fingerprints: Collection[Fingerprint],
    classification: str = "",
    item_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Propose that these fingerprints, all of one thing, stand on a list.

    Raises:
        NothingToList: there is none, or the classification is no code.
        AlreadyListed: every one of them stands there, or waits.
    """
    require(by, "propose_entry")
    if not fingerprints or len(classification) > 64 or not classification.isprintable():
        raise NothingToList
    with transaction.atomic():
        change, now = next_change(), clock.now()
        kept = HashList.objects.filter(pk=list_id).first()
        if kept is None:
            raise ListUnknown
        if _all_stand(kept, fingerprints):
            raise AlreadyListed
        entry = Entry.objects.create(
            list=kept, source_name=rules.DESK, entry_id=str(ids.new_id()), scheme=kept.scheme,
            classification=classification.strip(), state=EntryState.PROPOSED.value, first_seen_at=now,
            last_seen_at=now, item_id=item_id, proposed_by=by.id, change=change,
        )  # fmt: skip
        Print.objects.bulk_create(_entries.prints_of(entry, fingerprints))
        facts: dict[str, Fact] = {"kinds": sorted({one.kind.value for one in fingerprints})}
        if item_id:
            facts["item"] = str(item_id)
        _line("hash_entry_proposed", entry, by, **facts)
    return entry.id


def approve_entry(*, by: Actor, entry_id: uuid.UUID) -> None:
    """Put a proposed entry in force.

    Raises:
        OwnProposal: the same person proposed it.
        NotProposed: it was decided already.
    """
    require(by, "approve_entry")
    with transaction.atomic():
        change, now = next_change(), clock.now()
        entry = _proposed(entry_id)
        if entry.proposed_by == by.id:
            raise OwnProposal
        _decide(entry, EntryState.ACTIVE, by, now, change)
        _entries.refresh_disputes(entry.list_id, entry.prints.values_list("value", flat=True))
        _line("hash_entry_approved", entry, by)


def refuse_entry(*, by: Actor, entry_id: uuid.UUID) -> None:
    """Refuse a proposed entry, or take back one's own; its fingerprints are removed."""
    require(by, "approve_entry")
    with transaction.atomic():
        change, now = next_change(), clock.now()
        entry = _proposed(entry_id)
        _decide(entry, EntryState.REFUSED, by, now, change)
        entry.prints.all().delete()
        _line("hash_entry_refused", entry, by)


def withdraw_entry(*, by: Actor, entry_id: uuid.UUID, reason: WithdrawReason) -> None:
    """Take an entry out of force for good: a source that sends it again does not bring it back.

    Raises:
        NotListed: it is not in force.
        ValueError: a person cannot give this reason.
    """
    require(by, "approve_entry")
    if reason not in rules.CHOSEN_BY_PEOPLE:
        raise ValueError(reason)
    with transaction.atomic():
        change, now = next_change(), clock.now()
        entry = _locked(entry_id)
        if entry.state != EntryState.ACTIVE:
            raise NotListed
        outcome = _entries.Outcome()
        _entries.take_out([entry], reason, (change, now), entry.list.name, outcome, barred=True)
        _entries.refresh_disputes(entry.list_id, outcome.touched)
        write_withdrawn(
            outcome.withdrawn[reason],
            reason=reason.value,
            list_name=entry.list.name,
            about=("hash_entry", entry.id),
            actor=by.label,
        )


def _all_stand(kept: HashList, fingerprints: Collection[Fingerprint]) -> bool:
    live = [EntryState.ACTIVE.value, EntryState.PROPOSED.value]
    return all(
        Print.objects.filter(
            kind=one.kind.value, value=one.text, entry__list=kept, entry__state__in=live
        ).exists()
        for one in fingerprints
    )


def _locked(entry_id: uuid.UUID) -> Entry:
    row = Entry.objects.select_for_update(of=("self",)).select_related("list").filter(pk=entry_id).first()
    if row is None:
        raise EntryUnknown
    return row


def _proposed(entry_id: uuid.UUID) -> Entry:
    entry = _locked(entry_id)
    if entry.state != EntryState.PROPOSED:
        raise NotProposed
    return entry


def _decide(entry: Entry, state: EntryState, by: Actor, now: datetime, change: int) -> None:
    entry.state, entry.decided_by, entry.decided_at, entry.change = state.value, by.id, now, change
    entry.save(update_fields=["state", "decided_by", "decided_at", "change"])


def _line(kind: str, entry: Entry, by: Actor, /, **facts: Fact) -> None:
    name = entry.list.name
    ledger.write_line(
        kind,
        actor=by.label,
        about=("hash_entry", entry.id),
        facts={"list": name, "entry": digest_of(entry, name), **facts},
    )
