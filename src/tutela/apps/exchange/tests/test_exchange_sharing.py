"""Promises about a list of ours that partners get: each change once, only what may go, and all of it back."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tutela.apps.accounts.rules import Actor, NotPermitted
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.errors import MarkForbids, NotShared, NotToBeSaid, NotToBeShared, PartnerUnknown
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank.errors import ListUnknown
from tutela.apps.hashbank.rules import ListFields, WithdrawReason
from tutela.core.kernel import clock, ids
from tutela.core.terms.states import Role
from tutela.testing.hash_lists import fingerprint, make_store, row, value
from tutela.testing.partners import PartnerInMemory, deliver, hear, our_key

pytestmark = pytest.mark.django_db
CHIEF = Actor(ids.new_id(), Role.COORDINATOR)
OTHER = Actor(ids.new_id(), Role.COORDINATOR)
FIELDS = ListFields("ours", "Confirmed here", "Example Hotline", "Agreement 7", "TLP:AMBER", scheme="own")


@pytest.fixture
def shared(partner: PartnerInMemory) -> PartnerInMemory:
    bank.make_list(fields=FIELDS)
    exchange.share_list(list_name="ours", partner=partner.name, by=CHIEF)
    return partner


def put(number: int, **more: Any) -> Any:
    kept = bank_queries.hash_list_named("ours")
    assert kept is not None
    one = [fingerprint(number)]
    entry = bank.propose_entry(by=OTHER, list_id=kept.id, fingerprints=one, classification="baseline", **more)
    bank.approve_entry(by=CHIEF, entry_id=entry)
    return entry


def change(**more: Any) -> None:
    kept = bank_queries.hash_list_named("ours")
    assert kept is not None
    bank.change_list(by=CHIEF, list_id=kept.id, fields=replace(FIELDS, **more))


def said(partner: PartnerInMemory, ring: Keyring, *, acted: bool = True) -> list[Any]:
    """Let the worker follow; returns the pages that the partner read, and receipts them."""
    exchange.mend_shares(clock.now())
    while exchange.follow_lists(clock.now()):
        pass
    pages = [one for one in deliver(partner, ring) if one.header.kind == "hash_delta"]
    if acted and pages:
        receipt(partner, ring, pages, "acted")
    return pages


def receipt(partner: PartnerInMemory, ring: Keyring, pages: list[Any], step: str, **more: str) -> None:
    at = clock.to_text(clock.now())
    ones = [
        {"digest": one.digest.hex(), "id": str(one.header.id), "step": step, "at": at, **more}
        for one in pages
    ]
    hear(ring, partner.write("receipt", {"receipts": ones}))


def names(page: Any) -> list[str]:
    return [one["entry"] for one in page.content.get("upserts", [])]


def state() -> str:
    (one,) = queries.shares()
    return one.state


def test_entries_reach_the_partner_once_under_the_lists_mark_and_legal_basis(
    shared: PartnerInMemory, ring: Keyring
) -> None:
    first = put(1)
    (page,) = said(shared, ring)
    assert page.content == {
        "list": {"id": "ours", "name": "Confirmed here", "origin": "Example Hotline",
                 "legal_basis": "Agreement 7", "scheme": "own"},
        "after": 0, "upto": 1, "last": True,
        "upserts": [{"entry": str(first), "kind": "sha256", "value": value(1), "scheme": "own",
                     "classification": "baseline"}],
    }  # fmt: skip
    assert page.header.mark == "TLP:AMBER"
    assert said(shared, ring) == []
    second = put(2)
    (page,) = said(shared, ring)
    assert (names(page), page.content["after"], page.content["upto"]) == ([str(second)], 1, 2)
    assert [one.entries for one in queries.shares()] == [2]


def test_what_waits_for_a_second_person_or_was_refused_does_not_leave(
    shared: PartnerInMemory, ring: Keyring
) -> None:
    kept = bank_queries.hash_list_named("ours")
    assert kept is not None
    entries = [bank.propose_entry(by=OTHER, list_id=kept.id, fingerprints=[fingerprint(n)]) for n in range(2)]
    bank.refuse_entry(by=CHIEF, entry_id=entries[0])
    (page,) = said(shared, ring)
    assert "upserts" not in page.content
    assert "withdrawn" not in page.content


def test_a_withdrawal_is_said_in_the_same_round(shared: PartnerInMemory, ring: Keyring) -> None:
    entry = put(1)
    said(shared, ring)
    bank.withdraw_entry(by=CHIEF, entry_id=entry, reason=WithdrawReason.WRONG)
    (page,) = said(shared, ring)
    assert page.content["withdrawn"] == [str(entry)]
    assert said(shared, ring) == []


def test_a_long_list_goes_in_pages_that_follow_each_other(
    shared: PartnerInMemory, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tutela.apps.exchange.actions import _shared_pages

    monkeypatch.setattr(_shared_pages, "ENTRIES_A_PAGE", 3)
    entries = [str(put(number)) for number in range(8)]
    pages = said(shared, ring)
    assert [(one.content["after"], one.content["upto"]) for one in pages] == [(0, 3), (3, 6), (6, 8)]
    assert [one.content["last"] for one in pages] == [False, False, True]
    assert [name for one in pages for name in names(one)] == entries
    assert len({one.header.conversation for one in pages}) == 1


def test_no_more_pages_are_on_the_way_than_the_protocol_bears(
    shared: PartnerInMemory, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tutela.apps.exchange.actions import _shared_pages

    monkeypatch.setattr(_shared_pages, "ENTRIES_A_PAGE", 1)
    monkeypatch.setattr(sys.modules[exchange.follow_lists.__module__], "MOST_ON_THE_WAY", 2)
    for number in range(3):
        put(number)
    first = said(shared, ring, acted=False)
    assert len(first) == 2
    assert said(shared, ring) == []
    receipt(shared, ring, first, "acted")
    assert len(said(shared, ring)) == 1


@pytest.mark.parametrize("handling", ["TLP:RED", "TLP:AMBER+STRICT", "H2"])
def test_a_list_that_stays_here_is_refused_by_its_mark(partner: PartnerInMemory, handling: str) -> None:
    bank.make_list(fields=replace(FIELDS, handling=handling))
    with pytest.raises(MarkForbids) as refusal:
        exchange.share_list(list_name="ours", partner=partner.name)
    assert refusal.value.mark == handling
    assert queries.shares() == []


def test_what_others_delivered_under_amber_is_refused_and_under_green_goes_on(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    store = make_store()
    store.take({"1": row(1)})
    kept = bank_queries.hash_list(store.list_id)
    assert kept is not None
    assert kept.fields.handling == "TLP:AMBER"
    with pytest.raises(MarkForbids):
        exchange.share_list(list_name=kept.name, partner=partner.name)
    bank.change_list(by=CHIEF, list_id=kept.id, fields=replace(kept.fields, handling="TLP:GREEN"))
    exchange.share_list(list_name=kept.name, partner=partner.name)
    (page,) = said(partner, ring)
    assert (len(names(page)), page.header.mark) == (1, "TLP:GREEN")


def test_a_list_of_the_harmless_is_not_shared(partner: PartnerInMemory) -> None:
    bank.make_list(fields=replace(FIELDS, negative=True))
    with pytest.raises(NotToBeShared) as refusal:
        exchange.share_list(list_name="ours", partner=partner.name)
    assert refusal.value.reason == "negative"


def test_a_fingerprint_of_an_item_that_came_under_a_mark_stays_here(
    shared: PartnerInMemory, ring: Keyring
) -> None:
    from tutela.apps.exchange.actions._binding import keep_mark
    from tutela.core.terms.marks import HandlingMark

    third = PartnerInMemory("third.example.net", our_key()).join()
    item, ours = ids.new_id(), put(1)
    put(2, item_id=item)
    partner_id = queries.partner(third.name).id
    keep_mark(about=("item", item), partner_id=partner_id, mark=HandlingMark.AMBER, now=clock.now())
    (page,) = said(shared, ring)
    assert names(page) == [str(ours)]


def test_a_tighter_mark_takes_everything_back_and_a_looser_one_gives_it_again(
    shared: PartnerInMemory, ring: Keyring
) -> None:
    entry = str(put(1))
    said(shared, ring)
    change(handling="TLP:AMBER+STRICT")
    (page,) = said(shared, ring)
    assert (page.content["withdrawn"], page.header.mark) == ([entry], "TLP:AMBER")
    change(handling="TLP:GREEN")
    (page,) = said(shared, ring)
    # In a conversation a mark is never loosened.
    assert (names(page), page.header.mark) == ([entry], "TLP:AMBER")


def test_a_new_title_is_told_without_the_entries(shared: PartnerInMemory, ring: Keyring) -> None:
    put(1)
    said(shared, ring)
    change(title="Another title")
    (page,) = said(shared, ring)
    assert (page.content["list"]["name"], names(page)) == ("Another title", [])


def test_a_paused_list_is_paused_at_partners_too(shared: PartnerInMemory, ring: Keyring) -> None:
    entry = str(put(1))
    said(shared, ring)
    kept = bank_queries.hash_list_named("ours")
    assert kept is not None
    bank.pause_list(by=CHIEF, list_id=kept.id)
    assert [one.content["withdrawn"] for one in said(shared, ring)] == [[entry]]
    bank.resume_list(by=CHIEF, list_id=kept.id)
    assert [names(one) for one in said(shared, ring)] == [[entry]]


def test_unsharing_takes_everything_back_and_sharing_gives_it_again(
    shared: PartnerInMemory, ring: Keyring
) -> None:
    entries = {str(put(number)) for number in range(3)}
    said(shared, ring)
    exchange.unshare_list(list_name="ours", partner=shared.name, by=CHIEF)
    (page,) = said(shared, ring)
    assert (set(page.content["withdrawn"]), page.content["last"], state()) == (entries, True, "ended")
    put(4)
    assert said(shared, ring) == []
    with pytest.raises(NotShared):
        exchange.unshare_list(list_name="ours", partner=shared.name)
    exchange.share_list(list_name="ours", partner=shared.name)
    (page,) = said(shared, ring)
    assert (len(names(page)), page.content["after"]) == (4, 0)


def test_a_lost_page_lets_the_list_begin_again_once_and_then_a_person_is_told(
    shared: PartnerInMemory, ring: Keyring
) -> None:
    entry = str(put(1))
    (lost,) = said(shared, ring, acted=False)
    receipt(shared, ring, [lost], "refused", code="failed")
    (again,) = said(shared, ring, acted=False)
    assert again.header.conversation != lost.header.conversation
    assert (names(again), again.content["after"]) == ([entry], 0)
    receipt(shared, ring, [again], "refused", code="too_many_lists")
    assert said(shared, ring) == []
    assert [(one.state, one.code) for one in queries.shares()] == [("stopped", "too_many_lists")]
    assert len(queries.for_a_person()) == 2


def test_a_withdrawal_that_was_lost_is_made_up_for(shared: PartnerInMemory, ring: Keyring) -> None:
    put(1)
    said(shared, ring)
    exchange.unshare_list(list_name="ours", partner=shared.name)
    receipt(shared, ring, said(shared, ring, acted=False), "refused", code="failed")
    (page,) = said(shared, ring)
    # It begins again and holds nothing: whoever takes it withdraws what it had.
    assert (page.content["after"], page.content["upto"], page.content["last"]) == (0, 0, True)
    assert (names(page), state()) == ([], "ended")


def test_what_was_given_up_does_not_come_later(shared: PartnerInMemory, ring: Keyring) -> None:
    put(1)
    exchange.follow_lists(clock.now() - timedelta(days=31))
    assert exchange.give_up(clock.now()) == 1
    (page,) = said(shared, ring)
    assert page.content["after"] == 0
    exchange.retry(now=clock.now())
    assert deliver(shared, ring) == []


def test_fingerprints_do_not_stay_in_the_outbox(shared: PartnerInMemory, ring: Keyring) -> None:
    put(1)
    said(shared, ring)
    assert (exchange.forget_pages(), exchange.forget_pages()) == (1, 0)
    (talk,) = queries.latest_conversations()
    assert [one.content for one in queries.conversation(talk.id).messages] == [{}]


def test_only_who_keeps_lists_shares_them_and_only_with_whom_it_can_be(partner: PartnerInMemory) -> None:
    bank.make_list(fields=FIELDS)
    analyst = Actor(ids.new_id(), Role.ANALYST)
    relay = PartnerInMemory("relay.example.net", our_key(), role="relay").join()
    refused: list[tuple[type[Exception], str, str, Actor | None]] = [
        (NotPermitted, "ours", partner.name, analyst),
        (ListUnknown, "nothing", partner.name, None),
        (PartnerUnknown, "ours", "nobody.example.net", None),
        (NotToBeSaid, "ours", relay.name, None),
    ]
    for kind, name, to, by in refused:
        with pytest.raises(kind):
            exchange.share_list(list_name=name, partner=to, by=by)


def test_what_a_partner_found_is_shown_at_the_entry(shared: PartnerInMemory, ring: Keyring) -> None:
    entry = put(1)
    (page,) = said(shared, ring)
    talk = page.header.conversation

    def feedback(opinion: str, entry: object = entry) -> None:
        content = {"list": "ours", "entries": [{"entry": str(entry), "opinion": opinion}]}
        hear(ring, shared.write("hash_feedback", content, conversation=talk))

    feedback("confirmed")
    feedback("refuted")
    feedback("refuted", "somebody else's")
    (found,) = bank_queries.feedback_of(entry)
    assert (found.partner, found.opinion) == (shared.name, "refuted")
