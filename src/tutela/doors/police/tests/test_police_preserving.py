"""Promises to police who ask a provider to preserve: the article on the page, its bound, the answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tutela.apps.exchange.keyring import Keyring
from tutela.apps.referrals import queries as referral_queries
from tutela.apps.requests import queries
from tutela.core.kernel import clock, ids
from tutela.core.terms.marks import HandlingMark
from tutela.testing import people, referring
from tutela.testing.partners import PartnerInMemory, deliver, hear, our_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("hosting.example.com", our_key(), role="provider").join()


def referred(hotline: PartnerInMemory, ring: Keyring, *items: Any, **more: Any) -> str:
    mark = more.pop("mark", HandlingMark.AMBER)
    hear(ring, hotline.write("referral", referring.referral(*items), mark=mark))
    return f"/referrals/{referral_queries.referrals()[0].id}/"


@pytest.mark.on_postgresql
def test_the_period_is_proposed_with_its_article_and_bounded_by_it(
    signed_in: Client, hotline: PartnerInMemory, provider: PartnerInMemory, ring: Keyring
) -> None:
    path = referred(hotline, ring)
    page = signed_in.get(f"{path}preserve/").content.decode()
    for text in ("hosting.example.com", "article 16(2)", 'value="90"', "At most 90."):
        assert text in page
    given = {"provider": provider.name, "days": "91", "note": "Logins too."}
    refused = signed_in.post(f"{path}preserve/", given)
    assert refused.status_code == 422
    for text in ("The article allows 90 days at most.", "Logins too."):
        assert text in refused.content.decode()
    assert queries.requests(ours=True) == []


@pytest.mark.on_postgresql
def test_a_request_goes_out_and_its_answers_stand_beside_its_items(
    signed_in: Client, hotline: PartnerInMemory, provider: PartnerInMemory, ring: Keyring
) -> None:
    one, two = ids.new_id(), ids.new_id()
    path = referred(hotline, ring, referring.item(one), referring.item(two, "https://two.example.org/"))
    given = {"provider": provider.name, "days": "30", "items": str(one), "keep_secret": "on"}
    sent = signed_in.post(f"{path}preserve/", given)
    (row,) = queries.requests(ours=True)
    assert sent.headers["Location"] == f"/requests/{row.id}/"
    (said,) = [one for one in deliver(provider, ring) if one.header.kind == "preservation"]
    assert (said.content["period_days"], said.content["keep_secret"]) == (30, True)
    assert [item["ref"] for item in said.content["items"]] == [str(one)]
    assert "No answer yet" in signed_in.get(f"/requests/{row.id}/").content.decode()
    assert row.reference in signed_in.get(path).content.decode()
    answer = {
        "items": [{"ref": str(one), "answer": "preserved"}],
        "until": said.content["until"],
        "at": clock.to_text(clock.now()),
    }
    talk = said.header.conversation
    hear(ring, provider.write("answer", answer, conversation=talk, mark=HandlingMark.AMBER_STRICT))
    assert "Preserved" in signed_in.get(f"/requests/{row.id}/").content.decode()
    assert "Answered" in signed_in.get("/requests/").content.decode()


def test_with_several_providers_somebody_chooses_first(
    signed_in: Client, hotline: PartnerInMemory, provider: PartnerInMemory, ring: Keyring
) -> None:
    PartnerInMemory("hosting.example.us", our_key(), role="provider").join(country="US")
    path = referred(hotline, ring)
    assert "Which provider?" in signed_in.get(f"{path}preserve/").content.decode()
    page = signed_in.get(f"{path}preserve/?provider=hosting.example.us").content.decode()
    assert "At most 365." in page
    assert signed_in.get(f"{path}preserve/?provider=hotline.example.net").status_code == 404


def test_a_strict_referral_says_beforehand_that_it_stays_here(
    signed_in: Client, hotline: PartnerInMemory, provider: PartnerInMemory, ring: Keyring
) -> None:
    path = referred(hotline, ring, mark=HandlingMark.AMBER_STRICT)
    assert "This referral stays in your organisation" in signed_in.get(f"{path}preserve/").content.decode()
    refused = signed_in.post(f"{path}preserve/", {"provider": provider.name, "days": "30"})
    assert refused.status_code == 422
    assert "keeps it here" in refused.content.decode()
    assert queries.requests(ours=True) == []


def test_an_auditor_asks_nobody(hotline: PartnerInMemory, provider: PartnerInMemory, ring: Keyring) -> None:
    path, auditor = referred(hotline, ring), Client()
    people.be(auditor, people.make_person("auditor"))
    assert auditor.post(f"{path}preserve/", {"provider": provider.name, "days": "30"}).status_code == 403
    assert auditor.get("/requests/").status_code == 403
