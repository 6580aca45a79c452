"""Promises of pages: nothing is lost, nothing stays that was withdrawn, and nobody floods the bank unseen."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from tutela.apps.accounts.rules import Actor
from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank import rules
from tutela.apps.hashbank.errors import NotHeld, Overtaken
from tutela.apps.hashbank.models import Print, Source
from tutela.apps.ledger import actions as ledger
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotPermitted
from tutela.core.matching.sources import Checkpoint, Page, UnreadPage
from tutela.testing.hash_lists import Bank, lines, row, value

pytestmark = pytest.mark.django_db


def test_a_row_becomes_an_entry_with_its_classification_as_the_source_gave_it(store: Bank) -> None:
    store.take({"a": row(1, **{"class": "B2"})}, at=5)
    (seen,) = store.entries().values()
    assert (seen.scheme, seen.classification) == ("example-scheme", "B2")
    assert [(one.kind, one.beginning) for one in seen.prints] == [("sha256", value(1)[:8])]


def test_the_checkpoint_is_saved_with_its_page_or_not_at_all(
    store: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.take({"a": row(1)}, at=5)

    def breaks(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(ledger, "write_line", breaks)
    with pytest.raises(RuntimeError):
        store.take({"b": row(2)}, at=9)
    assert store.stored() == Checkpoint(5, {}, 5)
    assert set(store.entries()) == {"a"}


def test_a_page_that_is_not_the_last_of_its_range_never_moves_the_time(store: Bank) -> None:
    store.take({"a": row(1)}, at=5)
    store.take({"b": row(2)}, at=99, inside={"next": "2"})
    assert store.stored() == Checkpoint(5, {"next": "2"}, 99)
    store.take({"c": row(3)}, at=99)
    assert store.stored() == Checkpoint(99, {}, 99)


def test_a_page_of_an_older_fetch_is_not_taken_over_a_newer_one(store: Bank) -> None:
    store.take({"a": row(1)}, at=5)
    page = Page({"b": row(2)}, frozenset(), Checkpoint(6, {}, 6), True, True)
    with pytest.raises(Overtaken):
        bank.take_page(source_id=store.source_id, page=page, reader=store.reader, expected=Checkpoint(1))
    assert set(store.entries()) == {"a"}


def test_a_tombstone_takes_an_entry_out_and_leaves_no_fingerprint(store: Bank) -> None:
    store.take({"a": row(1), "b": row(1)}, at=5)
    taken = store.take(deletes=("a", "never seen"), at=6)
    assert taken.withdrawn == 1
    assert set(store.entries()) == {"b"}, "the fingerprint they shared stays with the other"
    assert store.entries("withdrawn")["a"].withdraw_reason == "by_source"
    assert Print.objects.count() == 1
    (line,) = lines("hash_entry_withdrawn")
    assert line.facts["entries"] == [rules.entry_digest("example", "partner", "a")]
    assert value(1) not in repr(lines("hash_page_taken")) + repr(line)


def test_a_row_that_lost_its_fingerprints_is_no_longer_in_force(store: Bank) -> None:
    store.take({"a": row(1)}, at=5)
    taken = store.take({"a": row()}, at=6)
    assert (taken.unusable, taken.withdrawn) == (1, 1)
    assert store.entries() == {}


def test_a_withdrawn_row_that_is_sent_again_comes_back(store: Bank) -> None:
    store.take({"a": row(1)}, at=5)
    store.take(deletes=("a",), at=6)
    store.take({"a": row(1)}, at=7)
    assert store.entries()["a"].withdrawn_at is None


def test_what_must_never_match_is_counted_and_not_listed(store: Bank) -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    taken = store.take(
        {
            "empty": {"hashes": [["sha256", empty, None]]},
            "poor": row(2, kind="pdq", quality=12),
            "vendor": {"hashes": [["netclean", "x", None]]},
            "half": {"hashes": [["md5", "zz" * 16, None], ["sha256", value(3), None]]},
        },
        at=5,
    )
    assert set(store.entries()) == {"half"}
    assert taken.refused == {"known_empty": 1, "low_quality": 1, "unknown_kind": 1, "wrong_alphabet": 1}


def test_the_same_digest_in_two_classes_is_for_a_person_to_decide(store: Bank) -> None:
    store.take({"a": row(1, **{"class": "A1"}), "b": row(1, **{"class": "B2"}), "c": row(2)}, at=5)
    assert {key for key, seen in store.entries().items() if seen.disputed} == {"a", "b"}
    store.take({"b": row(1, **{"class": "A1"})}, at=6)
    assert not any(seen.disputed for seen in store.entries().values())


def test_a_fetch_of_everything_withdraws_what_it_did_not_bring(store: Bank, coordinator: Actor) -> None:
    store.take({"a": row(1), "b": row(2), "c": row(3)}, at=5)
    bank.fetch_everything(by=coordinator, source_id=store.source_id)
    assert store.stored() is None
    store.take({"a": row(1)}, at=9, inside={"next": "2"})
    assert set(store.entries()) == {"a", "b", "c"}, "not before everything has come"
    store.take({"b": row(2)}, at=9)
    assert set(store.entries()) == {"a", "b"}
    assert store.entries("withdrawn")["c"].withdraw_reason == "not_sent_again"


def test_nothing_is_withdrawn_for_missing_when_a_page_could_not_be_read(
    store: Bank, coordinator: Actor
) -> None:
    store.take({"a": row(1), "b": row(2)}, at=5)
    bank.fetch_everything(by=coordinator, source_id=store.source_id)
    unread = UnreadPage("truncated", "ab" * 32, Checkpoint(7, {}, 7))
    assert bank.quarantine_page(source_id=store.source_id, unread=unread, expected=None)
    store.take({"a": row(1)}, at=9)
    assert set(store.entries()) == {"a", "b"}


def test_a_page_that_cannot_be_read_does_not_block_its_source(store: Bank, coordinator: Actor) -> None:
    store.take({"a": row(1)}, at=5)
    unread = UnreadPage("truncated", "ab" * 32, Checkpoint(7, {}, 7))
    assert bank.quarantine_page(source_id=store.source_id, unread=unread, expected=store.stored())
    assert not bank.quarantine_page(source_id=store.source_id, unread=unread, expected=store.stored())
    (line,) = lines("hash_page_quarantined")
    assert line.facts == {"reason": "truncated", "page": "ab" * 32}
    store.take({"b": row(2)}, at=9)
    assert set(store.entries()) == {"a", "b"}
    (page,) = bank_queries.quarantined_pages()
    assert store.source().quarantined == 1
    bank.settle_page(by=coordinator, page_id=page.id)
    assert bank_queries.quarantined_pages() == []


def _many(count: int, start: int = 0) -> dict[str, dict[str, object]]:
    return {str(number): row(number) for number in range(start, start + count)}


def test_a_source_that_delivers_far_more_than_usual_waits_for_a_person(
    store: Bank, coordinator: Actor, analyst: Actor
) -> None:
    store.take({"a": row(1)}, at=1)
    store.take({"b": row(2)}, at=2)
    flood = _many(rules.VOLUME_FLOOR + 1, 10)
    taken = store.take(flood, deletes=("a",), at=3)
    assert taken.held
    assert set(store.entries()) == {"b"}, "a withdrawal never waits"
    assert store.stored() == Checkpoint(2, {}, 2)
    seen = store.source()
    assert (seen.state, seen.held_reason, seen.held_found) == ("held", "volume", rules.VOLUME_FLOOR + 2)
    assert bank.take_due_source(clock.now() + timedelta(days=9), stale_after_days={"simulated": None}) is None
    with pytest.raises(NotPermitted):
        bank.release_source(by=analyst, source_id=store.source_id)
    bank.release_source(by=coordinator, source_id=store.source_id)
    with pytest.raises(NotHeld):
        bank.release_source(by=coordinator, source_id=store.source_id)
    assert not store.take(flood, at=3).held
    assert len(store.entries()) == rules.VOLUME_FLOOR + 2
    assert store.source().held_found is None
    again = store.take(_many(20_000, 5000), at=4)
    assert again.held, "one release is for one fetch"
    assert [line.kind for line in lines("hash_source_released")] == ["hash_source_released"]


def test_a_first_fetch_may_be_as_long_as_the_list(store: Bank) -> None:
    assert not store.take(_many(rules.VOLUME_FLOOR + 1), at=1).held


def test_a_fetch_of_everything_that_would_empty_a_list_waits_for_a_person(
    store: Bank, coordinator: Actor
) -> None:
    store.take(_many(300), at=1)
    bank.fetch_everything(by=coordinator, source_id=store.source_id)
    assert store.take(_many(10), at=2).held
    assert len(store.entries()) == 300
    seen = store.source()
    assert (seen.held_reason, seen.held_found, seen.held_usual) == ("sweep", 290, 300)
    bank.release_source(by=coordinator, source_id=store.source_id)
    assert store.take(_many(10), at=2).withdrawn == 290


def test_a_source_is_claimed_once_and_asked_later_and_later_when_it_fails(store: Bank) -> None:
    now = clock.now()
    kinds = {"simulated": 30}
    claimed = bank.take_due_source(now, stale_after_days=kinds)
    assert claimed is not None and claimed.checkpoint is None
    assert bank.take_due_source(now, stale_after_days=kinds) is None
    assert bank.take_due_source(now, stale_after_days={"other": None}) is None
    waits = []
    for _ in range(8):
        bank.fail_fetch(source_id=store.source_id, reason="timeout", now=now)
        waits.append(store.source().next_at - now)
    assert waits[:3] == [timedelta(hours=1), timedelta(hours=2), timedelta(hours=4)]
    assert waits[-1] == timedelta(days=1)
    assert (store.source().error, store.source().failures) == ("timeout", 8)


def test_after_too_long_a_silence_everything_is_fetched_anew(store: Bank) -> None:
    now = clock.now()
    store.take({"a": row(1)}, at=int(now.timestamp()))
    before = Source.objects.get(pk=store.source_id).generation
    assert bank.take_due_source(now + timedelta(days=29), stale_after_days={"simulated": 30}) is not None
    assert Source.objects.get(pk=store.source_id).generation == before
    claimed = bank.take_due_source(now + timedelta(days=31), stale_after_days={"simulated": 30})
    assert claimed is not None and claimed.checkpoint is None
    assert Source.objects.get(pk=store.source_id).generation == before + 1


def test_changes_are_followed_in_order_and_in_pieces(store: Bank) -> None:
    store.take(_many(25), at=1)
    store.take(deletes=("3", "4"), at=2)
    seen: dict[str, int] = {}
    change, last = 0, None
    while True:
        found = bank_queries.changes_after(change, last, most=10)
        seen.update({one.entry: len(one.fingerprints) for one in found.entries})
        change, last = found.through, found.last
        if not found.more:
            break
    assert change == bank_queries.head_change()
    assert len(seen) == 25
    assert {entry for entry, prints in seen.items() if not prints} == {"partner:3", "partner:4"}
    assert bank_queries.changes_after(change).entries == ()
    assert sum(1 for _ in bank_queries.entries_for_index()) == 23


def test_nobody_can_name_a_source_after_the_desk() -> None:
    from tutela.apps.hashbank.errors import NotASource

    with pytest.raises(NotASource):
        bank.add_source(name="desk", kind="simulated", list_name="example", settings={})


def test_an_unknown_source_is_named() -> None:
    from tutela.apps.hashbank.errors import SourceUnknown

    page = Page({}, frozenset(), Checkpoint(), True, True)
    with pytest.raises(SourceUnknown):
        bank.take_page(source_id=uuid.uuid4(), page=page, reader=None, expected=None)  # type: ignore[arg-type]


def test_text_that_no_database_takes_costs_neither_the_row_nor_the_source(store: Bank) -> None:
    strange = row(1, **{"class": "A\x001\ud800", "tags": ["\x00", {"\ud800": "\ud800"}]})
    store.take({"a\x00b": strange}, at=1)
    ((key, seen),) = store.entries().items()
    assert key == "a\ufffdb"
    assert seen.classification == "A\ufffd1\ufffd"
    store.take(deletes=("a\x00b",), at=2)
    assert store.entries() == {}
