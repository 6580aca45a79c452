"""Promises at the partners' door: each envelope is answered by name, and so is a request that is none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries
from tutela.apps.exchange.keyring import Keyring
from tutela.core.envelope import rotations
from tutela.core.kernel import clock
from tutela.core.protocol import batches, descriptions
from tutela.doors.partner import limiting
from tutela.testing.partners import PartnerInMemory, deliver, keys_of_a_partner, our_key

pytestmark = [pytest.mark.django_db, pytest.mark.on_postgresql]
INBOX = "/exchange/v1/inbox"


def hand_in(client: Client, envelopes: Sequence[bytes]) -> Any:
    return client.post(INBOX, batches.join(envelopes), content_type=batches.MEDIA_TYPE)


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["code"] for one in json.loads(answer.content)["results"]]


def problem(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    said = json.loads(answer.content)
    assert said["status"] == answer.status_code
    return answer.status_code, said["code"]


def test_each_envelope_is_answered_in_its_place(
    client: Client, partner: PartnerInMemory, stranger: PartnerInMemory
) -> None:
    ping = partner.write("ping", {})
    forged = bytearray(partner.write("ping", {}))
    forged[-3400] ^= 1
    old = partner.write("ping", {}, at=clock.now() - timedelta(days=31))
    answer = hand_in(client, [ping, stranger.write("ping", {}), bytes(forged), ping, b"x", old])
    assert codes(answer) == [
        "taken", "unknown_sender", "bad_signature_ed25519", "replayed", "broken_frame", "expired",
    ]  # fmt: skip
    assert answer["Cache-Control"] == "no-store"
    assert queries.health().to_open == 1


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"", batches.MEDIA_TYPE, (400, "broken_batch")),
        (b"\x00\x00\x00\x05abc", batches.MEDIA_TYPE, (400, "broken_batch")),
        (b"\x00\x00\x00\x01a" * 101, batches.MEDIA_TYPE, (413, "too_large")),
        (b"a", "application/json", (415, "unsupported")),
    ],
)
def test_a_request_that_is_no_batch_is_a_problem(
    client: Client, ring: Keyring, body: bytes, kind: str, expected: tuple[int, str]
) -> None:
    assert problem(client.post(INBOX, body, content_type=kind, CONTENT_TYPE=kind)) == expected


def test_what_is_too_large_is_refused_before_it_is_read(client: Client, ring: Keyring, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert problem(client.post(INBOX, bytes(2000), content_type=batches.MEDIA_TYPE)) == (413, "too_large")


def test_other_methods_and_places_are_problems_too(client: Client, ring: Keyring) -> None:
    answer = client.get(INBOX)
    assert (problem(answer), answer["Allow"]) == ((405, "method"), "POST")
    assert problem(client.get("/exchange/v2/inbox")) == (404, "not_found")


def test_a_flood_of_strangers_waits_and_a_partner_next_door_does_not(
    client: Client, partner: PartnerInMemory, stranger: PartnerInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiting, "REFUSED_A_MINUTE", 2)
    strange = [stranger.write("ping", {})] * 2
    assert codes(hand_in(client, strange)) == ["unknown_sender"] * 2
    answer = hand_in(client, strange)
    assert problem(answer) == (429, "rate")
    assert int(answer["Retry-After"]) > 0
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert codes(hand_in(elsewhere, [partner.write("ping", {})])) == ["taken"]


def test_a_partner_that_floods_is_told_to_come_later(
    client: Client, partner: PartnerInMemory, settings: Any
) -> None:
    from dataclasses import replace

    config = settings.TUTELA
    settings.TUTELA = replace(config, exchange=replace(config.exchange, envelopes_a_minute=2))
    pings = [partner.write("ping", {}) for _ in range(3)]
    assert codes(hand_in(client, pings)) == ["taken", "taken", "rate"]


def test_the_node_describes_itself_and_proves_nothing(client: Client, ring: Keyring) -> None:
    said = descriptions.from_bytes(client.get("/.well-known/tutela").content)
    assert (said.node, said.role) == ("hotline.example.org", "hotline")
    assert [key.id for key in said.keys] == [our_key().public.key_id]


def test_new_keys_are_believed_by_the_worker_and_both_are_good_for_the_overlap(
    client: Client, partner: PartnerInMemory, ring: Keyring
) -> None:
    old, new, now = partner.keys, keys_of_a_partner(), clock.now()
    signed = rotations.write_rotation(
        partner.name, old=old, new=new, valid_from=now, old_until=now + timedelta(days=30)
    )
    answer = client.post("/exchange/v1/rotation", signed, content_type="application/octet-stream")
    assert answer.status_code == 204
    partner.keys = new
    assert codes(hand_in(client, [partner.write("ping", {})])) == ["unknown_sender_key"]
    assert exchange.believe_rotations(now) == 1
    assert codes(hand_in(client, [partner.write("ping", {})])) == ["taken"]
    partner.keys = old
    assert codes(hand_in(client, [partner.write("ping", {})])) == ["taken"]
    exchange.say(partner=partner.name, kind="ping", content={}, actor="worker")
    partner.keys = new
    assert [one.header.to[0].key for one in deliver(partner, ring)] == [new.public.key_id]


def test_keys_that_a_stranger_announces_are_refused_by_name(
    client: Client, partner: PartnerInMemory, ring: Keyring
) -> None:
    now = clock.now()
    signed = rotations.write_rotation(
        partner.name, old=keys_of_a_partner(), new=keys_of_a_partner(), valid_from=now, old_until=now
    )
    answer = client.post("/exchange/v1/rotation", signed, content_type="application/octet-stream")
    assert problem(answer) == (400, "unknown_sender_key")
    assert exchange.believe_rotations(now) == 0
