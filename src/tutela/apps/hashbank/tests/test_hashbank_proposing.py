"""Promises of people's own entries: one proposes, another approves, and what is withdrawn stays withdrawn."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tutela.apps.accounts.rules import Actor
from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank import rules
from tutela.apps.hashbank.errors import (
    AlreadyListed,
    NameTaken,
    NoSource,
    NotAList,
    NothingToList,
    NotListed,
    NotProposed,
    OwnProposal,
)
from tutela.apps.hashbank.models import Entry, Print
from tutela.apps.hashbank.rules import EntryState, ListFields, WithdrawReason
from tutela.core.kernel import clock, ids
from tutela.core.kernel.errors import NotPermitted
from tutela.core.matching.sources import Opinion
from tutela.testing.hash_lists import FIELDS, Bank, fingerprint, lines, row, value

pytestmark = pytest.mark.django_db


def test_a_proposal_is_in_force_once_another_person_approved_it(
    store: Bank, analyst: Actor, second: Actor
) -> None:
    item = ids.new_id()
    entry = bank.propose_entry(
        by=analyst, list_id=store.list_id, classification="B2", item_id=item,
        fingerprints=[fingerprint(1), fingerprint(2, "pdq", 80)],
    )  # fmt: skip
    assert list(bank_queries.entries_for_index()) == []
    assert bank_queries.proposals_waiting() == 1
    bank.approve_entry(by=second, entry_id=entry)
    (indexed,) = bank_queries.entries_for_index()
    assert set(indexed.fingerprints) == {fingerprint(1), fingerprint(2, "pdq", 80)}
    assert [seen.state for seen in bank_queries.entries_of_item(item)] == ["active"]
    (line,) = lines("hash_entry_proposed")
    assert line.facts["kinds"] == ["pdq", "sha256"]
    assert value(1) not in repr(line)


def test_nobody_approves_their_own_proposal(store: Bank, analyst: Actor, second: Actor) -> None:
    entry = bank.propose_entry(by=analyst, list_id=store.list_id, fingerprints=[fingerprint(1)])
    with pytest.raises(OwnProposal):
        bank.approve_entry(by=analyst, entry_id=entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=entry).update(state=EntryState.ACTIVE.value, decided_by=analyst.id)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=entry).update(state=EntryState.ACTIVE.value)
    bank.approve_entry(by=second, entry_id=entry)
    with pytest.raises(NotProposed):
        bank.approve_entry(by=second, entry_id=entry)


def test_a_refused_proposal_leaves_no_fingerprint(store: Bank, analyst: Actor, second: Actor) -> None:
    for by in (second, analyst):
        entry = bank.propose_entry(by=analyst, list_id=store.list_id, fingerprints=[fingerprint(1)])
        bank.refuse_entry(by=by, entry_id=entry)
    assert Print.objects.count() == 0
    assert len(lines("hash_entry_refused")) == 2


def test_what_stands_on_the_list_cannot_be_proposed_again(store: Bank, analyst: Actor) -> None:
    store.take({"a": row(1)}, at=1)
    with pytest.raises(AlreadyListed):
        bank.propose_entry(by=analyst, list_id=store.list_id, fingerprints=[fingerprint(1)])
    both = [fingerprint(1), fingerprint(2)]
    bank.propose_entry(by=analyst, list_id=store.list_id, fingerprints=both)
    with pytest.raises(AlreadyListed):
        bank.propose_entry(by=analyst, list_id=store.list_id, fingerprints=both)
    with pytest.raises(NothingToList):
        bank.propose_entry(by=analyst, list_id=store.list_id, fingerprints=[])


def test_what_a_person_withdrew_does_not_come_back_with_the_source(store: Bank, analyst: Actor) -> None:
    store.take({"a": row(1)}, at=1)
    entry = store.entries()["a"]
    before = bank_queries.head_change()
    bank.withdraw_entry(by=analyst, entry_id=entry.id, reason=WithdrawReason.WRONG)
    (changed,) = bank_queries.changes_after(before).entries
    assert (changed.entry, changed.fingerprints) == ("partner:a", ())
    assert lines("hash_entry_withdrawn")[0].facts["entries"] == [entry.digest]
    store.take({"a": row(1)}, at=2)
    store.take({"a": row(7)}, at=3)
    assert store.entries() == {}
    assert Print.objects.count() == 0
    with pytest.raises(NotListed):
        bank.withdraw_entry(by=analyst, entry_id=entry.id, reason=WithdrawReason.WRONG)
    with pytest.raises(ValueError, match="by_source"):
        bank.withdraw_entry(by=analyst, entry_id=entry.id, reason=WithdrawReason.BY_SOURCE)


def test_an_auditor_reads_and_changes_nothing(store: Bank, auditor: Actor, analyst: Actor) -> None:
    entry = bank.propose_entry(by=analyst, list_id=store.list_id, fingerprints=[fingerprint(1)])
    for act in (
        lambda: bank.propose_entry(by=auditor, list_id=store.list_id, fingerprints=[fingerprint(2)]),
        lambda: bank.approve_entry(by=auditor, entry_id=entry),
        lambda: bank.refuse_entry(by=auditor, entry_id=entry),
        lambda: bank.withdraw_entry(by=auditor, entry_id=entry, reason=WithdrawReason.LEGAL),
        lambda: bank.make_list(by=auditor, fields=FIELDS),
        lambda: bank.pause_list(by=analyst, list_id=store.list_id),
        lambda: bank.pause_source(by=analyst, source_id=store.source_id),
        lambda: bank.fetch_everything(by=analyst, source_id=store.source_id),
        lambda: bank.give_opinion(by=auditor, entry_id=entry, opinion=Opinion.CONFIRMED, reason="reviewed"),
    ):
        with pytest.raises(NotPermitted):
            act()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", "Not A Name"), ("title", " "), ("origin", ""), ("legal_basis", "a\nb"),
        ("handling", "secret!"),
        ("country", "Georgia"), ("radius", 65), ("minimum_quality", 101),
    ],
)  # fmt: skip
def test_a_list_says_where_it_comes_from_and_by_what_right(field: str, wrong: object) -> None:
    values = {**asdict(FIELDS), field: wrong}
    with pytest.raises(NotAList) as refused:
        bank.make_list(fields=ListFields(**values))  # type: ignore[arg-type]
    assert refused.value.reason == field


def test_a_paused_list_is_known_to_the_index_as_not_active(store: Bank, coordinator: Actor) -> None:
    (before,) = bank_queries.lists_for_index()
    bank.pause_list(by=coordinator, list_id=store.list_id)
    (after,) = bank_queries.lists_for_index()
    assert (before.list.active, after.list.active) == (True, False)
    assert after.change > before.change
    bank.resume_list(by=coordinator, list_id=store.list_id)
    changed = replace(FIELDS, name="other", radius=16)
    bank.change_list(by=coordinator, list_id=store.list_id, fields=changed)
    (last,) = bank_queries.lists_for_index()
    assert (last.list.name, last.list.radius, last.list.active) == ("example", 16, True)
    with pytest.raises(NameTaken):
        bank.make_list(fields=FIELDS)


def test_an_opinion_goes_to_the_source_once_and_is_tried_again(store: Bank, analyst: Actor) -> None:
    store.take({"a": row(1)}, at=1)
    entry = store.entries()["a"].id
    bank.give_opinion(by=analyst, entry_id=entry, opinion=Opinion.REFUTED, reason="other_content")
    now = clock.now()
    told = bank.take_due_opinion(now)
    assert told is not None
    assert (told.key, told.opinion, told.row) == ("a", Opinion.REFUTED, row(1))
    assert bank.take_due_opinion(now) is None
    bank.record_opinion(opinion_id=told.id, state="waiting", now=now, error="timeout")
    later = bank.take_due_opinion(now + timedelta(days=1))
    assert later is not None
    bank.record_opinion(opinion_id=later.id, state="told", now=now)
    (seen,) = bank_queries.opinions_of(entry)
    assert seen.state == "told"
    assert lines("hash_opinion_told")[0].facts["state"] == "told"


def test_nobody_is_told_about_an_entry_of_our_own(store: Bank, analyst: Actor, second: Actor) -> None:
    entry = bank.propose_entry(by=analyst, list_id=store.list_id, fingerprints=[fingerprint(1)])
    bank.approve_entry(by=second, entry_id=entry)
    with pytest.raises(NoSource):
        bank.give_opinion(by=analyst, entry_id=entry, opinion=Opinion.CONFIRMED, reason="reviewed")


def test_pasted_lines_are_read_or_named() -> None:
    text = f"sha256 {value(1)}\n\nPDQ {value(2)} 80\npdq {value(3)} 10\nmd5\nx y\n"
    found, reasons = rules.read_proposed(text)
    assert found == [fingerprint(1), fingerprint(2, "pdq", 80)]
    assert reasons == ["low_quality", "wrong_length", "unknown_kind"]
