"""Promises of a relay: it keeps what it cannot read, for its owner alone; only partners put something in."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.test import Client

from tutela.apps.exchange import queries
from tutela.apps.exchange.keyring import Keyring
from tutela.core.envelope import reading, writing
from tutela.core.kernel import clock
from tutela.core.protocol import batches
from tutela.doors.worker.legs.partners import Signer
from tutela.testing.partners import PartnerInMemory, our_key

pytestmark = [pytest.mark.django_db, pytest.mark.on_postgresql]
HOST = "http://testserver"


def send(
    client: Client, method: str, path: str, by: PartnerInMemory, body: bytes = b"", **changed: str
) -> Any:
    """Send a request that ``by`` signed; ``changed`` are headers that somebody changed on the way."""
    headers = {"Content-Type": batches.MEDIA_TYPE} if body else {}
    request = httpx.Request(method, f"{HOST}{path}", content=body, headers=headers)
    Signer(by.name, by.keys).sign(request)
    meta = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    meta |= {"HTTP_HOST": "testserver"} | changed
    return client.generic(method, path, body, content_type=batches.MEDIA_TYPE if body else "", **meta)


def put(client: Client, node: str, by: PartnerInMemory, sealed: Sequence[bytes], **changed: str) -> Any:
    return send(client, "POST", f"/exchange/v1/mailbox/{node}", by, batches.join(sealed), **changed)


def fetch(client: Client, by: PartnerInMemory, node: str = "", after: str = "") -> Any:
    query = f"?after={after}" if after else ""
    return send(client, "GET", f"/exchange/v1/mailbox/{node or by.name}{query}", by)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, json.loads(answer.content)["code"]


@pytest.fixture
def owner(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("behind.example.com", our_key(), role="police").join(url="")


def relayed(partner: PartnerInMemory, owner: PartnerInMemory) -> tuple[bytes, bytes]:
    """Return an envelope of the partner to the owner, and what a relay gets of it."""
    partner.ours = queries.believed().trust.keys_of(owner.name)[owner.keys.public.key_id]
    envelope = partner.write("ping", {})
    return envelope, writing.wrap_for_relay(envelope, to=owner.keys.public)


def test_what_is_put_in_is_fetched_by_its_owner_and_taken_out(
    client: Client, partner: PartnerInMemory, owner: PartnerInMemory
) -> None:
    envelope, sealed = relayed(partner, owner)
    answer = put(client, owner.name, partner, [sealed])
    assert [one["code"] for one in json.loads(answer.content)["results"]] == ["taken"]
    again = put(client, owner.name, partner, [sealed])
    assert [one["code"] for one in json.loads(again.content)["results"]] == ["replayed"]
    assert envelope not in sealed
    fetched = fetch(client, owner)
    (found,) = batches.split(fetched.content)
    assert reading.unwrap_from_relay(found, keys=owner.keys) == envelope
    boxed = fetched["Tutela-Ids"]
    assert fetch(client, owner, after=boxed).status_code == 204
    path = f"/exchange/v1/mailbox/{owner.name}/{boxed}"
    assert code(send(client, "DELETE", path, partner)) == (403, "not_yours")
    assert [send(client, "DELETE", path, owner).status_code for _ in range(2)] == [204, 204]
    assert fetch(client, owner).status_code == 204


def test_only_the_owner_fetches_and_only_partners_put_in(
    client: Client, partner: PartnerInMemory, owner: PartnerInMemory, stranger: PartnerInMemory
) -> None:
    assert code(fetch(client, partner, owner.name)) == (403, "not_yours")
    assert code(fetch(client, stranger, owner.name)) == (401, "bad_signature")
    assert code(put(client, owner.name, stranger, [b"sealed"])) == (401, "bad_signature")
    assert code(put(client, "nobody.example.com", partner, [b"sealed"])) == (404, "not_found")
    assert code(client.get(f"/exchange/v1/mailbox/{owner.name}")) == (401, "bad_signature")


def test_a_signature_is_good_for_one_request_once_and_for_five_minutes(
    client: Client, partner: PartnerInMemory, owner: PartnerInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = put(client, owner.name, partner, [b"sealed"], HTTP_CONTENT_DIGEST="sha-256=:AAAA:")
    assert code(changed) == (401, "bad_signature")
    with time_machine.travel(clock.now() - timedelta(minutes=11), tick=True):
        path = f"/exchange/v1/mailbox/{owner.name}"
        request = Signer(owner.name, owner.keys).sign(httpx.Request("GET", f"{HOST}{path}"))
    late = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    assert code(client.get(path, **late | {"HTTP_HOST": "testserver"})) == (401, "bad_signature")
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _number: f"the same {uuid.UUID(int=1)}")
    assert fetch(client, owner).status_code == 204
    assert code(fetch(client, owner)) == (401, "bad_signature")


def test_a_full_mailbox_says_so(
    client: Client, partner: PartnerInMemory, owner: PartnerInMemory, settings: Any
) -> None:
    from dataclasses import replace

    config = settings.TUTELA
    settings.TUTELA = replace(config, exchange=replace(config.exchange, mailbox_envelopes=1))
    assert put(client, owner.name, partner, [b"first"]).status_code == 200
    answer = put(client, owner.name, partner, [b"second"])
    assert code(answer) == (507, "mailbox_full")
