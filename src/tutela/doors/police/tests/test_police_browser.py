"""Promises that only a real browser can keep: the police's pages for everybody, on any screen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tutela.apps.referrals import queries
from tutela.testing import people, referring
from tutela.testing.browser import RULES, SHAPES, Visit, session_cookie, what_is_wrong
from tutela.testing.partners import PartnerInMemory, hear, our_key

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ka", "dark")])
def test_pages_are_for_everybody_and_never_scroll_sideways(
    live_server: Any, visit: Visit, ring: Any, hotline: PartnerInMemory, language: str, scheme: Any
) -> None:
    long = referring.item(
        address=f"https://files.example.org/{'a' * 120}",
        danger_now=True,
        assessment=referring.FOUND,
        fingerprints=[{"kind": "sha256", "value": "ab" * 32}],
        hosting={"country": "NL", "ip": "192.0.2.20", "asn": 64500, "network": "Example Hosting"},
    )
    said = referring.referral(
        long, referring.item(), note="Please look soon.", handling=["H1"],
        evaluation={"source": "A", "information": 2},
    )  # fmt: skip
    hear(ring, hotline.write("referral", said))
    PartnerInMemory("hosting.example.com", our_key(), role="provider").join()
    (row,) = queries.referrals()
    client, officer = Client(), people.make_person("coordinator", language=language)
    people.be(client, officer)
    page = visit.open(color_scheme=scheme, locale=language)
    page.context.add_cookies([session_cookie(client, live_server.url)])
    for path in ("/referrals/", f"/referrals/{row.id}/", f"/referrals/{row.id}/preserve/", "/requests/"):
        answer = page.goto(live_server.url + path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.locator("html").get_attribute("lang") == language
        assert what_is_wrong(page, RULES, narrow=SHAPES) == [], path
    page.goto(f"{live_server.url}/referrals/{row.id}/")
    page.locator('button[name="outcome"][value="known_case"]').click()
    page.wait_for_url(f"**/referrals/{row.id}/")
    assert queries.counts().settled == 1
