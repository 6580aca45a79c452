"""Promises of the question that a resting worker asks: true when it can do something, cheap when not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.exchange.queries.due import something_due
from tutela.core.kernel import clock
from tutela.testing.partners import PartnerInMemory, deliver

pytestmark = pytest.mark.django_db


def say(partner: PartnerInMemory) -> None:
    exchange.say(partner=partner.name, kind="question", content={"text": "Which?"}, actor="worker")


def test_nothing_is_due_and_two_statements_say_so(partner: PartnerInMemory) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert not something_due(clock.now())
    assert len(asked) == 2


def test_what_somebody_said_is_due_until_it_is_on_its_way(partner: PartnerInMemory, ring: Keyring) -> None:
    say(partner)
    assert something_due(clock.now())
    assert not something_due(clock.now() - timedelta(hours=1))
    deliver(partner, ring)
    assert not something_due(clock.now())


def test_what_is_for_somebody_without_a_key_is_not_due(stranger: PartnerInMemory) -> None:
    exchange.add_partner(description=stranger.description())
    say(stranger)
    assert not something_due(clock.now())


def test_what_came_is_due_until_it_is_opened(partner: PartnerInMemory, ring: Keyring) -> None:
    exchange.accept_envelopes([partner.write("question", {"text": "Which?"})])
    assert something_due(clock.now())
    exchange.open_due(queries.own_node(ring), clock.now())
    assert not something_due(clock.now())
