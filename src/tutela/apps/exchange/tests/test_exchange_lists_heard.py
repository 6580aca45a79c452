"""Promises about a list that a partner shares: kept under its mark, each entry once, withdrawn at once."""

from __future__ import annotations

import itertools
import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from tutela.apps.accounts.rules import Actor
from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.errors import MarkForbids, NotToBeShared
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank.rules import WithdrawReason
from tutela.apps.ledger import queries as ledger
from tutela.core.kernel import clock, ids
from tutela.core.matching.sources import Opinion
from tutela.core.terms.marks import HandlingMark
from tutela.core.terms.states import Role
from tutela.testing.hash_lists import value
from tutela.testing.partners import PartnerInMemory, deliver, hear, our_key, receipts

pytestmark = pytest.mark.django_db
CHIEF = Actor(ids.new_id(), Role.COORDINATOR)
LIST = {"id": "nl.confirmed", "name": "Confirmed", "origin": "Meldpunt", "legal_basis": "Agreement 7"}


@dataclass
class Sender:
    """A partner that shares one list in one conversation."""

    partner: PartnerInMemory
    ring: Keyring
    talk: uuid.UUID = field(default_factory=ids.new_id)
    upto: int = 0

    def page(
        self,
        *put: int,
        withdrawn: tuple[int, ...] = (),
        last: bool = True,
        after: int | None = None,
        mark: HandlingMark | None = None,
        at: datetime | None = None,
        **more: str,
    ) -> bytes:
        """Return a page that puts and withdraws entries by number."""
        begun = self.upto if after is None else after
        self.upto = begun + len(put) + len(withdrawn)
        content = {
            "list": LIST | more, "after": begun, "upto": self.upto, "last": last,
            "upserts": [
                {"entry": str(one), "kind": kind, "value": value(one, kind), "classification": "baseline"}
                for one, kind in itertools.product(put, ("md5", "sha256"))
            ],
            "withdrawn": [str(one) for one in withdrawn],
        }  # fmt: skip
        return self.partner.write("hash_delta", content, conversation=self.talk, mark=mark, at=at)

    def say(self, *put: int, **more: Any) -> None:
        hear(self.ring, self.page(*put, **more))


@pytest.fixture
def sender(partner: PartnerInMemory, ring: Keyring) -> Sender:
    return Sender(partner, ring)


def kept() -> bank_queries.ListSeen:
    (one,) = bank_queries.hash_lists()
    return one


def in_force() -> list[int]:
    rows = bank_queries.entries(kept().id, state="active", most=1000).rows
    return sorted(int(one.index_entry.partition(":")[2]) for one in rows)


def refused(sender: Sender) -> list[str]:
    exchange.make_receipts(clock.now())
    said = [one.content["receipts"] for one in deliver(sender.partner, sender.ring)]
    return [one["code"] for batch in said for one in batch if one["step"] == "refused"]


def test_a_partners_list_stands_here_under_its_mark_and_legal_basis(sender: Sender) -> None:
    sender.say(1, 2, mark=HandlingMark.AMBER_STRICT)
    fields = kept().fields
    assert (fields.name, fields.title) == ("meldpunt-example-net-nl-confirmed", "Confirmed")
    assert (fields.origin, fields.legal_basis) == ("Meldpunt", "Agreement 7")
    assert fields.handling == "TLP:AMBER+STRICT"
    assert in_force() == [1, 2]
    (source,) = bank_queries.sources()
    assert (source.kind, source.name, source.list_name) == ("partner", fields.name, fields.name)
    seen = bank_queries.entries(kept().id).rows[0]
    assert [one.kind for one in seen.prints] == ["md5", "sha256"]
    assert list(receipts(sender.partner, sender.ring).values()) == ["acted"]
    assert [(one.partner, one.remote) for one in queries.lists_heard()] == [
        (sender.partner.name, "nl.confirmed")
    ]


@pytest.mark.parametrize("seed", range(3))
def test_pages_in_any_order_and_often_come_out_as_they_were_sent(sender: Sender, seed: int) -> None:
    chance = random.Random(seed)
    pages = [sender.page(*range(n, n + 3), last=False) for n in (0, 3, 6)]
    pages += [sender.page(withdrawn=(1, 4)), sender.page(1)]
    delivered = pages + chance.choices(pages, k=5)
    chance.shuffle(delivered)
    for one in delivered:
        hear(sender.ring, one)
    assert in_force() == [0, 1, 2, 3, 5, 6, 7, 8]
    taken = ledger.latest_lines(kind="hash_page_taken")
    assert sum(int(str(line.facts["put"])) for line in taken) == 10


def test_a_withdrawal_is_out_of_force_at_once_and_named_in_the_ledger(sender: Sender) -> None:
    sender.say(1, 2)
    sender.say(withdrawn=(2,))
    assert in_force() == [1]
    (line,) = ledger.latest_lines(kind="hash_entry_withdrawn")
    assert (line.facts["reason"], line.actor) == ("by_source", f"partner:{sender.partner.name}")
    head = bank_queries.head_change()
    (gone,) = [one for one in bank_queries.changes_after(head - 1).entries if one.entry.endswith(":2")]
    assert gone.fingerprints == ()


def test_what_a_person_here_took_out_a_partner_does_not_bring_back(sender: Sender) -> None:
    sender.say(1)
    (entry,) = bank_queries.entries(kept().id).rows
    bank.withdraw_entry(by=CHIEF, entry_id=entry.id, reason=WithdrawReason.WRONG)
    sender.say(1)
    assert in_force() == []


def test_a_page_after_a_gap_is_refused_and_nothing_of_it_taken(sender: Sender) -> None:
    sender.say(1)
    sender.say(3, after=2)
    assert in_force() == [1]
    assert refused(sender) == ["page_missing"]
    Sender(sender.partner, sender.ring).say(4, after=1)
    assert refused(sender) == ["page_missing"]


def test_a_list_that_begins_again_loses_what_it_does_not_bring_and_not_before_its_end(
    sender: Sender,
) -> None:
    sender.say(*range(300))
    again = Sender(sender.partner, sender.ring)
    again.say(1, 2, last=False)
    assert len(in_force()) == 300
    again.say(301)
    assert in_force() == [1, 2, 301]
    Sender(sender.partner, sender.ring).say()
    assert in_force() == []


def test_an_older_beginning_that_comes_late_is_refused(sender: Sender) -> None:
    late = Sender(sender.partner, sender.ring).page(9, at=clock.now() - timedelta(hours=1))
    sender.say(1)
    hear(sender.ring, late)
    assert (in_force(), refused(sender)) == ([1], ["page_too_old"])


def test_a_mark_is_tightened_and_never_loosened(sender: Sender) -> None:
    sender.say(1, mark=HandlingMark.GREEN)
    assert kept().fields.handling == "TLP:GREEN"
    sender.say(2, mark=HandlingMark.AMBER)
    assert kept().fields.handling == "TLP:AMBER"
    Sender(sender.partner, sender.ring).say(3, mark=HandlingMark.GREEN)
    assert kept().fields.handling == "TLP:AMBER"


def test_a_partners_list_goes_on_only_as_its_mark_allows_and_never_back(sender: Sender) -> None:
    third = PartnerInMemory("third.example.net", our_key()).join()
    sender.say(1, mark=HandlingMark.AMBER)
    name = kept().name
    with pytest.raises(MarkForbids):
        exchange.share_list(list_name=name, partner=third.name)
    with pytest.raises(NotToBeShared):
        exchange.share_list(list_name=name, partner=sender.partner.name)
    # Loosened here by hand, it is still bound by what it came under.
    fields = kept().fields
    bank.change_list(
        by=CHIEF, list_id=kept().id, fields=type(fields)(**{**_values(fields), "handling": "TLP:CLEAR"})
    )
    with pytest.raises(MarkForbids):
        exchange.share_list(list_name=name, partner=third.name)


def test_a_list_that_is_marked_tighter_later_stops_where_it_was_shared_on(sender: Sender) -> None:
    third = PartnerInMemory("third.example.net", our_key()).join()
    sender.say(1, mark=HandlingMark.GREEN)
    exchange.share_list(list_name=kept().name, partner=third.name)
    assert exchange.follow_lists(clock.now()) == 1
    sender.say(2, mark=HandlingMark.AMBER)
    exchange.follow_lists(clock.now())
    (share,) = queries.shares()
    assert share.entries == 0


def _values(fields: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(fields)


def test_two_partners_use_the_same_name_for_different_lists(sender: Sender) -> None:
    other = PartnerInMemory("meldpunt-example.net", our_key()).join()
    sender.say(1)
    Sender(other, sender.ring).say(2)
    assert len({one.name for one in bank_queries.hash_lists()}) == 2
    assert [one.active for one in bank_queries.hash_lists()] == [1, 1]


def test_texts_that_do_not_print_do_not_get_in_the_way(sender: Sender) -> None:
    sender.say(1, name="Con\u200bfirmed", origin="\u00a0")
    assert (kept().fields.title, kept().fields.origin) == ("Con firmed", sender.partner.name)


def test_what_the_desk_found_goes_back_to_the_partner_once(sender: Sender) -> None:
    sender.say(1, 2)
    entries = {one.index_entry[-1]: one.id for one in bank_queries.entries(kept().id).rows}
    for opinion in (Opinion.CONFIRMED, Opinion.REFUTED):
        bank.give_opinion(by=CHIEF, entry_id=entries["1"], opinion=opinion, reason="reviewed")
    assert bank.take_due_opinion(clock.now()) is None
    assert exchange.tell_opinions(clock.now()) == 2
    assert exchange.tell_opinions(clock.now()) == 0
    (told,) = [one for one in deliver(sender.partner, sender.ring) if one.header.kind == "hash_feedback"]
    assert told.header.conversation == sender.talk
    assert told.content == {"list": "nl.confirmed", "entries": [{"entry": "1", "opinion": "refuted"}]}
    assert {one.state for one in bank_queries.opinions_of(entries["1"])} == {"told"}


def test_the_sealed_page_does_not_keep_what_was_withdrawn(sender: Sender) -> None:
    from django.db import connection

    sender.say(1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM exchange_envelope")
        assert cursor.fetchone()[0] == 0
