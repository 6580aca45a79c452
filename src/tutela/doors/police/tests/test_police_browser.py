"""Promises that only a real browser can keep: the police's pages for everybody, on any screen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tutela.apps.referrals import queries
from tutela.testing import people, referring
from tutela.testing.browser import Visit, scrolls_sideways, session_cookie, what_axe_finds
from tutela.testing.partners import PartnerInMemory, hear, our_key

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["en", "ka"])
def test_pages_are_for_everybody_and_never_scroll_sideways(
    live_server: Any, visit: Visit, ring: Any, hotline: PartnerInMemory, language: str
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
    page = visit.open(viewport={"width": 320, "height": 800}, java_script_enabled=True, locale=language)
    page.context.add_cookies([session_cookie(client, live_server.url)])
    for path in ("/referrals/", f"/referrals/{row.id}/", f"/referrals/{row.id}/preserve/", "/requests/"):
        answer = page.goto(live_server.url + path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.locator("html").get_attribute("lang") == language
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert not scrolls_sideways(page), (path, width)
            assert what_axe_finds(page) == [], (path, width)
    page.goto(f"{live_server.url}/referrals/{row.id}/")
    page.locator('button[name="outcome"][value="known_case"]').click()
    page.wait_for_url(f"**/referrals/{row.id}/")
    assert queries.counts().settled == 1
