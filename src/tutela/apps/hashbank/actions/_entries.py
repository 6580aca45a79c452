"""Put rows into entries and take entries out of force: what pages, imports and people all do."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from tutela.apps.hashbank import rules
from tutela.apps.hashbank.actions._changing import digest_of
from tutela.apps.hashbank.models import Entry, Print, Source
from tutela.apps.hashbank.rules import EntryState, WithdrawReason
from tutela.core.kernel import texts
from tutela.core.matching.fingerprints import Fingerprint, Kind
from tutela.core.matching.sources import Row, RowReader

AT_ONCE = 500
"""Rows a statement; SQLite takes 32,766 values in one."""

T = TypeVar("T")

_EXACT = [kind.value for kind in Kind if kind is not Kind.PDQ]


@dataclass(slots=True)
class Outcome:
    """What became of the rows of one page."""

    put: int = 0
    unchanged: int = 0
    barred: int = 0
    unusable: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    withdrawn: dict[WithdrawReason, list[str]] = field(default_factory=dict)
    """Digests of the entries that are no longer in force, by reason."""
    touched: set[str] = field(default_factory=set)
    """Values that may have begun or ceased to be disputed."""

    @property
    def taken_out(self) -> int:
        return sum(len(digests) for digests in self.withdrawn.values())


def put_rows(
    source: Source, rows: Mapping[str, Row], reader: RowReader, change: int, now: datetime, outcome: Outcome
) -> None:
    """Make or change the entries of these rows."""
    rows = {texts.storable(key)[:255]: row for key, row in rows.items()}
    keys = list(rows)
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        found = Entry.objects.filter(list_id=source.list_id, source_name=source.name, entry_id__in=part)
        known = {entry.entry_id: entry for entry in found.prefetch_related("prints")}
        _put_part(source, {key: rows[key] for key in part}, known, reader, (change, now), outcome)


def _put_part(
    source: Source,
    rows: Mapping[str, Row],
    known: Mapping[str, Entry],
    reader: RowReader,
    at: tuple[int, datetime],
    outcome: Outcome,
) -> None:
    change, now = at
    made: list[Entry] = []
    changed: list[Entry] = []
    gone: list[Entry] = []
    prints: list[Print] = []
    for key, row in rows.items():
        entry = known.get(key)
        row = reader.merge(entry.row, row) if entry and entry.row else row
        derived = rules.derive(reader.to_hashes(row), source.list.minimum_quality)
        outcome.refused.update(derived.refused)
        if not derived.fingerprints:
            outcome.unusable += 1
            if entry and entry.state == EntryState.ACTIVE:
                gone.append(entry)
            continue
        if entry is None:
            entry = Entry(
                list_id=source.list_id, source=source, source_name=source.name, entry_id=key,
                first_seen_at=now, state=EntryState.ACTIVE.value,
            )  # fmt: skip
            made.append(entry)
        elif entry.barred:
            outcome.barred += 1
            continue
        elif _same(entry, derived):
            outcome.unchanged += 1
            continue
        else:
            changed.append(entry)
            outcome.touched.update(one.value for one in entry.prints.all())
        entry.row = rules.storable(row)
        entry.scheme, entry.classification = derived.scheme, derived.classification
        entry.state, entry.withdrawn_at, entry.withdraw_reason = EntryState.ACTIVE.value, None, ""
        entry.last_seen_at, entry.generation, entry.change = now, source.generation, change
        prints += prints_of(entry, derived.fingerprints)
    outcome.put += len(made) + len(changed)
    outcome.touched.update(one.value for one in prints)
    Print.objects.filter(entry__in=changed).delete()
    Entry.objects.bulk_create(made, batch_size=AT_ONCE)
    Entry.objects.bulk_update(
        changed,
        ["row", "scheme", "classification", "state", "withdrawn_at", "withdraw_reason",
         "last_seen_at", "generation", "change"],
        batch_size=100,
    )  # fmt: skip
    Print.objects.bulk_create(prints, batch_size=AT_ONCE)
    # Also those that did not change have come again.
    again = {entry.pk for entry in known.values()} - {entry.pk for entry in gone}
    Entry.objects.filter(pk__in=again).update(last_seen_at=now, generation=source.generation)
    take_out(gone, WithdrawReason.NO_FINGERPRINT, (change, now), source.list.name, outcome)


def _same(entry: Entry, derived: rules.Derived) -> bool:
    if entry.state != EntryState.ACTIVE or entry.classification != derived.classification:
        return False
    stored = {(one.kind, one.value, one.quality) for one in entry.prints.all()}
    return entry.scheme == derived.scheme and stored == {
        (one.kind.value, one.text, one.quality) for one in derived.fingerprints
    }


def prints_of(entry: Entry, fingerprints: Iterable[Fingerprint]) -> list[Print]:
    """Return the rows of an entry's fingerprints (not stored yet)."""
    return [
        Print(entry=entry, kind=one.kind.value, value=one.text, quality=one.quality) for one in fingerprints
    ]


def take_out(
    entries: Sequence[Entry],
    reason: WithdrawReason,
    at: tuple[int, datetime],
    list_name: str,
    outcome: Outcome,
    *,
    barred: bool = False,
) -> None:
    """Take entries out of force. Their fingerprints and the source's row are removed: nothing needs them."""
    change, now = at
    for start in range(0, len(entries), AT_ONCE):
        part = entries[start : start + AT_ONCE]
        ids = [entry.pk for entry in part]
        prints = Print.objects.filter(entry_id__in=ids)
        outcome.touched.update(prints.values_list("value", flat=True))
        prints.delete()
        Entry.objects.filter(pk__in=ids).update(
            state=EntryState.WITHDRAWN.value, withdrawn_at=now, withdraw_reason=reason.value,
            row={}, disputed=False, barred=barred, change=change,
        )  # fmt: skip
        outcome.withdrawn.setdefault(reason, []).extend(digest_of(entry, list_name) for entry in part)


def take_deleted(source: Source, keys: Iterable[str], at: tuple[int, datetime], outcome: Outcome) -> None:
    """Take out of force what the source itself takes back."""
    wanted = sorted(texts.storable(key)[:255] for key in keys)
    for start in range(0, len(wanted), AT_ONCE):
        found = Entry.objects.filter(
            list_id=source.list_id,
            source_name=source.name,
            entry_id__in=wanted[start : start + AT_ONCE],
            state=EntryState.ACTIVE.value,
        )
        take_out(list(found), WithdrawReason.BY_SOURCE, at, source.list.name, outcome)


def refresh_disputes(list_id: Any, values: Iterable[str]) -> None:
    """Mark the entries that share a digest with another classification of it: a person must decide.

    Each question goes to one table by one key, and what belongs together is put together here: a database
    that has not counted a growing list yet would walk all of it for every digest.
    """
    all_values = list(values)
    for start in range(0, len(all_values), AT_ONCE):
        sharing = set(_in_force(list_id, _with_values(all_values[start : start + AT_ONCE])))
        own = _prints_of(sharing)
        others = _with_values({value for _, _, value in own})
        classes = _in_force(list_id, others)
        named: dict[tuple[str, str], set[str]] = defaultdict(set)
        for entry, kind, value in others:
            if entry in classes:
                named[kind, value].add(classes[entry])
        disputed = {entry for entry, kind, value in own if len(named[kind, value]) > 1}
        for marked, entries in ((True, disputed), (False, sharing - disputed)):
            for part in _parts(entries):
                Entry.objects.filter(pk__in=part, disputed=not marked).update(disputed=marked)


Exact = tuple[uuid.UUID, str, str]
"""A digest of an entry: entry, kind, value."""


def _with_values(values: Iterable[str]) -> list[Exact]:
    return [
        one
        for part in _parts(values)
        for one in Print.objects.filter(kind__in=_EXACT, value__in=part).values_list(
            "entry_id", "kind", "value"
        )
    ]


def _prints_of(entries: Iterable[uuid.UUID]) -> list[Exact]:
    return [
        one
        for part in _parts(entries)
        for one in Print.objects.filter(entry_id__in=part, kind__in=_EXACT).values_list(
            "entry_id", "kind", "value"
        )
    ]


def _in_force(list_id: Any, prints: Iterable[Exact]) -> dict[uuid.UUID, str]:
    """Return the entries of these digests that are in force in this list, with their classification."""
    return {
        entry: classification
        for part in _parts({entry for entry, _, _ in prints})
        for entry, of, state, classification in Entry.objects.filter(pk__in=part).values_list(
            "id", "list_id", "state", "classification"
        )
        if of == list_id and state == EntryState.ACTIVE
    }


def _parts(values: Iterable[T]) -> Iterator[list[T]]:
    waiting = iter(values)
    while part := list(islice(waiting, AT_ONCE)):
        yield part


def in_force(source: Source) -> int:
    """Return how many entries of this source are in force."""
    return Entry.objects.filter(source=source, state=EntryState.ACTIVE.value).count()


def not_sent_again(source: Source) -> list[Entry]:
    """Return the entries in force that a fetch of everything did not bring."""
    rows = Entry.objects.filter(
        source=source, state=EntryState.ACTIVE.value, generation__lt=source.generation
    )
    return list(rows.only("id", "source_name", "entry_id"))
