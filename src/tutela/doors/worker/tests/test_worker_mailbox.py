"""Promises of the way to our own mailbox: asked seldom while it is empty, soon after something lay in it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tutela.apps.exchange import actions as exchange
from tutela.core.envelope import writing
from tutela.core.kernel import clock, ids
from tutela.doors.worker.exchange import fetch_mailbox
from tutela.doors.worker.legs.partners import Fetched
from tutela.testing.partners import PartnerInMemory, keyring_in, our_key

if TYPE_CHECKING:
    from conftest import World

pytestmark = pytest.mark.django_db
RELAY = "relay.example.net"


@dataclass
class Mailbox:
    """What lies at a relay; stands in for the way there, which has tests of its own."""

    lies: list[bytes] = field(default_factory=list)
    asked: int = 0

    def fetch(self, *_: Any) -> Fetched:
        self.asked += 1
        sealed, self.lies = tuple(self.lies), []
        return Fetched(tuple(ids.new_id() for _ in sealed), sealed)

    def take_out(self, _url: str, _node: str, _one: uuid.UUID, _signer: Any) -> bool:
        return True


@pytest.fixture
def mailbox(world: World, tmp_path: Path) -> Mailbox:
    keyring_in(tmp_path)
    PartnerInMemory(RELAY, our_key(), role="relay").join()
    own = world.equipment.config
    world.equipment.config = replace(own, exchange=replace(own.exchange, relay=RELAY))
    world.equipment.__dict__["partners"] = Mailbox()
    return world.equipment.__dict__["partners"]


def asked_within(mailbox: Mailbox, world: World, begin: datetime, seconds: int) -> int:
    """Return how often it was asked by a worker that comes by each second."""
    before = mailbox.asked
    for second in range(seconds):
        fetch_mailbox(begin + timedelta(seconds=second), world.equipment)
    return mailbox.asked - before


def test_an_empty_mailbox_is_asked_every_ten_seconds(world: World, mailbox: Mailbox) -> None:
    assert asked_within(mailbox, world, clock.now(), 60) == 6


def test_what_lay_there_is_stored_and_the_next_is_looked_for_sooner_for_a_minute(
    world: World, mailbox: Mailbox
) -> None:
    partner = PartnerInMemory("politie.example.net", our_key(), role="police").join()
    envelope = partner.write("question", {"text": "Which list?"})
    mailbox.lies.append(writing.wrap_for_relay(envelope, to=partner.ours.public))
    now = clock.now()
    assert fetch_mailbox(now, world.equipment) == 1
    assert exchange.accept_envelopes([envelope])[0].code == "replayed"
    assert asked_within(mailbox, world, now + timedelta(seconds=1), 60) == 30
    assert asked_within(mailbox, world, now + timedelta(seconds=62), 60) == 6
