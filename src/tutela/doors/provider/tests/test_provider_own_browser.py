"""Promises that only a real browser can keep: a provider's own pages for everybody, on any screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tutela.apps.requests import queries
from tutela.core.kernel import ids
from tutela.testing import people, referring
from tutela.testing.browser import RULES, SHAPES, Visit, session_cookie, what_is_wrong
from tutela.testing.partners import PartnerInMemory, hear, keyring_in, our_key

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ka", "dark")])
def test_pages_are_for_everybody_and_never_scroll_sideways(
    live_server: Any,
    visit: Visit,
    provider_own_door: None,
    settings: Any,
    tmp_path: Path,
    language: str,
    scheme: Any,
) -> None:
    exchange = replace(settings.TUTELA.exchange, node="hosting.example.org", role="provider")
    settings.TUTELA = replace(settings.TUTELA, organisation="Example Hosting", exchange=exchange)
    ring, hotline = keyring_in(tmp_path), PartnerInMemory("hotline.example.net", our_key()).join()
    long = referring.noticed(ids.new_id(), f"https://files.example.org/{'a' * 120}")
    hear(ring, hotline.write("notice", referring.notice(long, referring.noticed(ids.new_id()))))
    (row,) = queries.requests(ours=False)
    client = Client()
    people.be(client, people.make_person("coordinator", language=language))
    page = visit.open(color_scheme=scheme, locale=language)
    page.context.add_cookies([session_cookie(client, live_server.url)])
    for path in ("/requests/", f"/requests/{row.id}/"):
        answer = page.goto(live_server.url + path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.locator("html").get_attribute("lang") == language
        assert what_is_wrong(page, RULES, narrow=SHAPES) == [], path
    page.locator('button[name="all"][value="removed"]').click()
    page.wait_for_url("**/requests/")
    assert queries.counts(ours=False) == (0, 1)
