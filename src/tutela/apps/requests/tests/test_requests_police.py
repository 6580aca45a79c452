"""Promises to police who ask a provider to preserve: an article, a bound, an answer for each item."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tutela.apps.exchange.errors import MarkForbids
from tutela.apps.exchange.keyring import Keyring
from tutela.apps.ledger import queries as ledger
from tutela.apps.referrals import queries as referral_queries
from tutela.apps.requests import actions, queries
from tutela.apps.requests.errors import NotAProvider, NothingToPreserve, PeriodNotAllowed
from tutela.core.kernel import clock, ids
from tutela.core.kernel.errors import NotPermitted
from tutela.core.terms.marks import HandlingMark
from tutela.testing import people, referring
from tutela.testing.partners import PartnerInMemory, deliver, hear, our_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(begin: Callable[[str], Keyring]) -> Keyring:
    return begin("police")


@pytest.fixture
def hotline(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("hotline.example.net", our_key()).join()


@pytest.fixture
def provider(ring: Keyring) -> PartnerInMemory:
    return PartnerInMemory("hosting.example.com", our_key(), role="provider").join()


def referred(
    hotline: PartnerInMemory, ring: Keyring, *items: Any, mark: HandlingMark = HandlingMark.AMBER
) -> uuid.UUID:
    hear(ring, hotline.write("referral", referring.referral(*items), mark=mark))
    return referral_queries.referrals()[0].id


def test_a_request_to_preserve_names_its_article_and_its_answers_come_back(
    hotline: PartnerInMemory, provider: PartnerInMemory, ring: Keyring
) -> None:
    officer = people.make_person("analyst", app=False).actor
    one, two = ids.new_id(), ids.new_id()
    found = referring.item(one, assessment=referring.FOUND)
    referral_id = referred(hotline, ring, found, referring.item(two))
    asked = actions.ask_preservation(
        by=officer, referral_id=referral_id, partner=provider.name, items=[one], days=30, note="Logins too."
    )
    (said,) = [one for one in deliver(provider, ring) if one.header.kind == "preservation"]
    assert said.content["law"]["country"] == "NL"
    assert "16(2)" in said.content["law"]["source"]
    assert (said.content["period_days"], said.content["keep_secret"]) == (30, True)
    assert [item["ref"] for item in said.content["items"]] == [str(one)]
    assert "assessment" not in said.content["items"][0], "what was found is not the provider's to know"
    assert asked.until - clock.now() < timedelta(days=30)
    (row,) = queries.of_referral(referral_id)
    assert (row.waiting, row.answered) == (1, False)

    content = {
        "items": [{"ref": str(one), "answer": "preserved"}],
        "until": said.content["until"],
        "at": clock.to_text(clock.now()),
    }
    talk, mark = said.header.conversation, HandlingMark.AMBER_STRICT
    hear(ring, provider.write("answer", content, conversation=talk, mark=mark))
    seen = queries.request(row.id)
    assert (seen.row.answered, seen.items[0].answer) == (True, "preserved")
    assert seen.items[0].until == asked.until.replace(microsecond=seen.items[0].until.microsecond)
    assert ledger.latest_lines(kind="request_answered")[0].actor == f"partner:{provider.name}"


def test_nobody_asks_for_longer_than_the_article_allows(
    hotline: PartnerInMemory, provider: PartnerInMemory, ring: Keyring
) -> None:
    officer = people.make_person("analyst", app=False).actor
    referral_id = referred(hotline, ring)
    for days in (0, 91):
        with pytest.raises(PeriodNotAllowed):
            actions.ask_preservation(by=officer, referral_id=referral_id, partner=provider.name, days=days)
    american = PartnerInMemory("hosting.example.us", our_key(), role="provider").join(country="US")
    assert queries.period_for(american.name).most == 365
    with pytest.raises(NotAProvider):
        actions.ask_preservation(by=officer, referral_id=referral_id, partner=hotline.name, days=30)
    with pytest.raises(NothingToPreserve):
        actions.ask_preservation(
            by=officer, referral_id=referral_id, partner=provider.name, days=30, items=[ids.new_id()]
        )
    auditor = people.make_person("auditor", app=False).actor
    with pytest.raises(NotPermitted):
        actions.ask_preservation(by=auditor, referral_id=referral_id, partner=provider.name, days=30)
    assert [one.name for one in queries.providers()] == [provider.name, american.name]


def test_what_a_mark_keeps_in_the_house_is_not_asked_about(
    hotline: PartnerInMemory, provider: PartnerInMemory, ring: Keyring
) -> None:
    officer = people.make_person("analyst", app=False).actor
    referral_id = referred(hotline, ring, mark=HandlingMark.AMBER_STRICT)
    with pytest.raises(MarkForbids):
        actions.ask_preservation(by=officer, referral_id=referral_id, partner=provider.name, days=30)
    assert queries.of_referral(referral_id) == []
    assert deliver(provider, ring) == []
