"""Promises to a provider's own people: one list, answers per item or by one button; nobody else comes in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tutela.apps.exchange import actions as exchange
from tutela.apps.exchange import queries as exchange_queries
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.requests import queries
from tutela.core.kernel import clock, ids
from tutela.testing import people, referring
from tutela.testing.partners import PartnerInMemory, deliver, hear, keyring_in, our_key, receipts

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(db: None, provider_own_door: None, settings: Any, tmp_path: Path) -> Keyring:
    exchange = replace(settings.TUTELA.exchange, node="hosting.example.org", role="provider")
    settings.TUTELA = replace(settings.TUTELA, organisation="Example Hosting", exchange=exchange)
    return keyring_in(tmp_path)


@pytest.fixture
def hotline(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("hotline.example.net", our_key()).join()


@pytest.fixture
def abuse_desk(ring: Keyring) -> Client:
    client = Client()
    people.be(client, people.make_person("analyst"))
    return client


def answers(partner: PartnerInMemory, ring: Keyring) -> list[dict[str, Any]]:
    return [dict(one.content) for one in deliver(partner, ring) if one.header.kind == "answer"]


def test_a_notice_is_answered_for_all_items_by_one_button(
    abuse_desk: Client, hotline: PartnerInMemory, ring: Keyring
) -> None:
    refs = [ids.new_id(), ids.new_id()]
    content = referring.notice(*[referring.noticed(one) for one in refs], legal_basis="Article 1 of the Act")
    hear(ring, hotline.write("notice", content))
    assert "TUT-2026-000123" in abuse_desk.get("/requests/").content.decode()
    (row,) = queries.requests(ours=False)
    page = abuse_desk.get(f"/requests/{row.id}/").content.decode()
    for text in ("hxxps://files[.]example[.]org/item/42", "Article 1 of the Act", "hotline.example.net"):
        assert text in page
    assert "<time" in page.partition("What was said")[2], "each message says when"
    assert referring.PLACE not in page
    assert set(receipts(hotline, ring).values()) == {"opened"}
    done = abuse_desk.post(f"/requests/{row.id}/answer/", {"all": "removed"})
    assert done.headers["Location"] == "/requests/"
    (said,) = answers(hotline, ring)
    assert {one["ref"]: one["answer"] for one in said["items"]} == {str(one): "removed" for one in refs}


def test_each_item_may_have_its_own_answer_and_no_words_are_lost(
    abuse_desk: Client, hotline: PartnerInMemory, ring: Keyring
) -> None:
    gone, wrong = ids.new_id(), ids.new_id()
    content = referring.notice(referring.noticed(gone), referring.noticed(wrong))
    hear(ring, hotline.write("notice", content))
    (row,) = queries.requests(ours=False)
    path = f"/requests/{row.id}/answer/"
    given = {str(gone): "already_gone", str(wrong): "objection"}
    refused = abuse_desk.post(path, given)
    assert refused.status_code == 422
    assert "Please say in a few words why" in refused.content.decode()
    nothing = abuse_desk.post(path, {"note": "A museum."})
    assert nothing.status_code == 422
    assert "A museum." in nothing.content.decode()
    assert abuse_desk.post(path, {**given, "note": "A museum."}).status_code == 302
    (said,) = answers(hotline, ring)
    assert {one["ref"]: one["answer"] for one in said["items"]} == given
    assert "Objection" in abuse_desk.get(f"/requests/{row.id}/").content.decode()


def test_a_request_to_preserve_prints_its_article_and_what_must_stay_secret(
    abuse_desk: Client, ring: Keyring
) -> None:
    police = PartnerInMemory("police.example.net", our_key(), role="police").join()
    hear(ring, police.write("preservation", referring.preservation(days=60)))
    (row,) = queries.requests(ours=False)
    page = abuse_desk.get(f"/requests/{row.id}/").content.decode()
    assert not re.search(r"\d{4}-\d\d-\d\d", re.sub(r"<[^>]+>", " ", page)), "days are written in words"
    for text in (
        "Netherlands: Budapest Convention art. 16",
        "60 days",
        "Please do not tell whom it is about",
    ):
        assert text in page
    assert abuse_desk.post(f"/requests/{row.id}/answer/", {"all": "preserved"}).status_code == 302
    (said,) = answers(police, ring)
    assert said["items"][0]["answer"] == "preserved"
    assert "until" in said


def test_nobody_without_the_ability_or_a_second_factor_comes_in(
    hotline: PartnerInMemory, ring: Keyring
) -> None:
    hear(ring, hotline.write("notice", referring.notice()))
    (row,) = queries.requests(ours=False)
    stranger, auditor = Client(), Client()
    people.be(auditor, people.make_person("auditor"))
    assert stranger.get(f"/requests/{row.id}/").headers["Location"].startswith("/sign-in/")
    assert auditor.get("/requests/").status_code == 403
    assert auditor.post(f"/requests/{row.id}/answer/", {"all": "removed"}).status_code == 403
    assert answers(hotline, ring) == []


def test_what_was_answered_long_ago_is_emptied_and_its_page_says_so(
    abuse_desk: Client, hotline: PartnerInMemory, ring: Keyring
) -> None:
    police = PartnerInMemory("police.example.net", our_key(), role="police").join()
    hear(ring, hotline.write("notice", referring.notice(referring.noticed(ids.new_id()))))
    hear(ring, police.write("preservation", referring.preservation(days=60)))
    rows = queries.requests(ours=False)
    for row in rows:
        abuse_desk.get(f"/requests/{row.id}/")
        abuse_desk.post(
            f"/requests/{row.id}/answer/", {"all": "removed" if row.kind == "notice" else "preserved"}
        )
    sealed = exchange.seal_due(exchange_queries.own_node(ring), clock.now())
    for parcel in exchange.take_due(clock.now()):
        exchange.record_delivery(parcel, exchange.Answer(tuple("taken" for _ in parcel.rows)), clock.now())
    assert sealed

    def forget(days: int) -> int:
        now = clock.now() + timedelta(days=days)
        keep = queries.open_conversations(now)
        return exchange.forget_conversations(before=now, keep=keep, now=now).conversations

    assert forget(59) == 1, "what is preserved is preserved still"
    assert forget(61) == 1
    for row in rows:
        page = abuse_desk.get(f"/requests/{row.id}/").content.decode()
        assert "no longer kept" in page
        assert "files[.]example" not in page
