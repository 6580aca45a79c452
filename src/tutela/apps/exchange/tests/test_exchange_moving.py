"""Promises about a partner that moved: what waits finds it, and nobody takes its place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.actions import Changes
from tutela.apps.exchange.errors import (
    DirectorySays,
    KeysDiffer,
    NotAPartner,
    PartnerNotActive,
    PartnerUnknown,
)
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.exchange.rules import DirectoryEntry
from tutela.apps.ledger import queries as ledger
from tutela.core.kernel import clock
from tutela.core.kernel.errors import NotPermitted
from tutela.testing import people
from tutela.testing.partners import PartnerInMemory, keys_of_a_partner, our_key

pytestmark = pytest.mark.django_db

NEW = "https://new.example.net"


def say(partner: PartnerInMemory) -> None:
    exchange.say(partner=partner.name, kind="ping", content={}, actor="worker")


def take(ring: Keyring, after: timedelta = timedelta(0)) -> list[exchange.Parcel]:
    now = clock.now() + after
    exchange.seal_due(queries.own_node(ring), now)
    return exchange.take_due(now)


def test_what_waits_goes_to_the_new_address_at_once(partner: PartnerInMemory, ring: Keyring) -> None:
    say(partner)
    (parcel,) = take(ring)
    exchange.record_delivery(parcel, exchange.Answer(error="connect_failed"), clock.now())
    assert take(ring) == []
    changed = exchange.change_partner(partner=partner.name, changes=Changes(url=NEW + "/"))
    assert changed == exchange.Changed(("url",))
    (again,) = take(ring)
    assert (again.url, again.envelopes) == (NEW, parcel.envelopes)
    (line,) = ledger.lines_after(0, kinds=("partner_changed",))
    assert (line.actor, line.facts) == ("command", {"changed": ["url"], "keys": 0})


def test_what_lies_in_a_mailbox_it_left_is_handed_over_again(partner: PartnerInMemory, ring: Keyring) -> None:
    relay = PartnerInMemory("relay.example.org", our_key(), role="relay").join()
    exchange.change_partner(partner=partner.name, changes=Changes(url="", relay=relay.name))
    say(partner)
    (parcel,) = take(ring)
    assert parcel.relay == relay.name
    exchange.record_delivery(parcel, exchange.Answer(("taken",)), clock.now())
    assert queries.outbox_state().relayed == 1
    exchange.change_partner(partner=partner.name, changes=Changes(url=NEW, relay=""))
    (again,) = take(ring)
    assert (again.url, again.relay, again.envelopes) == (NEW, "", parcel.envelopes)


def test_its_own_description_brings_new_keys_that_wait_for_their_words(partner: PartnerInMemory) -> None:
    fresh = keys_of_a_partner().public
    keys = (*partner.description().keys, (fresh.raw, clock.now(), None, None))
    changed = exchange.change_partner(partner=partner.name, changes=Changes(url=NEW, keys=keys))
    assert changed == exchange.Changed(("url",), (fresh.words,))
    trusted = {key.words: key.trusted for key in queries.partner(partner.name).keys}
    assert trusted == {partner.keys.public.words: True, fresh.words: False}
    exchange.pin_partner(partner=partner.name, words=fresh.words)
    assert exchange.change_partner(partner=partner.name, changes=Changes(keys=keys)).facts == ()


def test_who_has_none_of_its_keys_does_not_move_it(partner: PartnerInMemory) -> None:
    fresh = keys_of_a_partner().public
    changes = Changes(url=NEW, keys=((fresh.raw, clock.now(), None, None),))
    with pytest.raises(KeysDiffer):
        exchange.change_partner(partner=partner.name, changes=changes)
    assert queries.partner(partner.name).url != NEW
    exchange.revoke_key(partner=partner.name, key_id=partner.keys.public.key_id)
    assert exchange.change_partner(partner=partner.name, changes=changes).words == (fresh.words,)
    assert not queries.partner(partner.name).believed


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        (Changes(url="ftp://new.example.net"), NotAPartner),
        (Changes(country="Holland"), NotAPartner),
        (Changes(role="police"), NotAPartner),
        (Changes(relay="nobody.example.org"), PartnerUnknown),
        (Changes(relay="meldpunt.example.net"), PartnerUnknown),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    partner: PartnerInMemory, changes: Changes, refusal: type[Exception]
) -> None:
    before = queries.partner(partner.name)
    with pytest.raises(refusal):
        exchange.change_partner(partner=partner.name, changes=changes)
    assert queries.partner(partner.name) == before


def test_whom_the_directory_describes_is_changed_there(stranger: PartnerInMemory, ring: Keyring) -> None:
    said: Any = stranger.description()
    facts = (said.node, said.organisation, said.role, said.country, said.url, said.relay)
    exchange.take_directory(entries=[DirectoryEntry(*facts, "active", said.keys)], version=1)
    with pytest.raises(DirectorySays):
        exchange.change_partner(partner=stranger.name, changes=Changes(url=NEW))
    exchange.take_directory(entries=[], version=2)
    with pytest.raises(PartnerNotActive):
        exchange.change_partner(partner=stranger.name, changes=Changes(url=NEW))


def test_only_who_keeps_partners_moves_them(partner: PartnerInMemory) -> None:
    analyst = people.make_person("analyst", app=False).actor
    with pytest.raises(NotPermitted):
        exchange.change_partner(by=analyst, partner=partner.name, changes=Changes(url=NEW))
    coordinator = people.make_person("coordinator", app=False).actor
    exchange.change_partner(by=coordinator, partner=partner.name, changes=Changes(organisation="New name"))
    assert queries.partner(partner.name).organisation == "New name"
