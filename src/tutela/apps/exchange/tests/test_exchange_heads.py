"""Promises about ledgers: partners hear daily what ours came to, and a rewritten one of theirs is noticed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.ledger import actions as ledger
from tutela.apps.ledger import queries as ledger_queries
from tutela.core.kernel import clock
from tutela.testing.partners import PartnerInMemory, deliver, hear

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1, minutes=1)


def heads(partner: PartnerInMemory, ring: Keyring) -> list[dict[str, Any]]:
    return [one.content for one in deliver(partner, ring) if one.header.kind == "ledger_head"]


def test_a_partner_is_told_the_head_once_a_day_and_the_one_before_again(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    begun, head = clock.now() - DAY, ledger_queries.head()
    assert (exchange.tell_heads(begun), exchange.tell_heads(begun + timedelta(hours=23))) == (1, 0)
    (first,) = heads(partner, ring)
    assert (first["number"], first["hash"]) == head
    newer = ledger_queries.head()
    assert exchange.tell_heads(begun + DAY) == 1
    again, second = heads(partner, ring)
    assert again == first
    assert (second["number"], second["hash"]) == newer
    assert not [row for row in queries.latest_conversations() if row.kind == "ledger_head"]


def test_what_was_rewritten_here_is_told_with_its_new_digest(partner: PartnerInMemory, ring: Keyring) -> None:
    begun = clock.now() - DAY
    exchange.tell_heads(begun)
    (first,) = heads(partner, ring)
    _rewrite(first["number"])
    exchange.tell_heads(begun + DAY)
    again, _ = heads(partner, ring)
    assert again["number"] == first["number"]
    assert again["hash"] != first["hash"]


def _rewrite(number: int) -> None:
    """Do what the owner of a database can do: write another digest beside a line."""
    from tutela.apps.ledger import triggers

    triggers.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_line SET digest = %s WHERE sequence = %s", [b"\x01" * 32, number])


def test_a_relay_and_a_partner_nobody_believes_are_told_nothing(ring: Keyring) -> None:
    from tutela.testing.partners import our_key

    PartnerInMemory("relay.example.net", our_key(), role="relay").join()
    exchange.add_partner(description=PartnerInMemory("new.example.net", our_key()).description())
    ledger.write_line("node_started", actor="node", facts={})
    assert exchange.tell_heads(clock.now()) == 0


def head(number: int, digit: str, at: datetime) -> dict[str, Any]:
    return {"number": number, "hash": digit * 64, "at": clock.to_text(at)}


def differs() -> list[object]:
    lines = ledger_queries.latest_lines(kind="partner_ledger_differs")
    assert queries.health().partners[0].ledger_differs is bool(lines)
    return [line.facts["reason"] for line in lines]


def test_another_digest_for_a_known_line_is_told_to_a_person(partner: PartnerInMemory, ring: Keyring) -> None:
    now = clock.now()
    for one in (head(7, "a", now), head(9, "b", now), head(7, "a", now)):
        hear(ring, partner.write("ledger_head", one))
    assert differs() == []
    hear(ring, partner.write("ledger_head", head(7, "c", now)))
    assert differs() == ["rewritten"]


def test_a_ledger_that_is_shorter_than_it_was_is_told_to_a_person(
    partner: PartnerInMemory, ring: Keyring
) -> None:
    now = clock.now()
    hear(ring, partner.write("ledger_head", head(90, "a", now - timedelta(days=2))))
    # One of yesterday comes late: it is older, and so it may have a smaller number.
    hear(ring, partner.write("ledger_head", head(80, "b", now - timedelta(days=3))))
    assert differs() == []
    hear(ring, partner.write("ledger_head", head(85, "c", now - timedelta(days=1))))
    assert differs() == ["cut_off"]
