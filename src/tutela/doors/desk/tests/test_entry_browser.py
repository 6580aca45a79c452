"""Promises about getting in that only a real browser can keep: passkeys, access for everybody, no script."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page

from tutela.apps.accounts import actions as accounts
from tutela.apps.ledger import queries as ledger_queries
from tutela.testing import people
from tutela.testing.browser import Visit, scrolls_sideways, session_cookie, what_axe_finds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def boss() -> people.MadePerson:
    return people.make_person("coordinator", name="Nino")


@pytest.fixture
def invitation() -> str:
    boss = people.make_person("coordinator", name="Lia")
    made = accounts.invite_person(by=boss.actor, email="gia@hotline.example.org", name="Gia", role="analyst")
    return f"/invitation/{made.link_token}/"


@pytest.fixture
def session_of_boss(boss: people.MadePerson, live_server: Any) -> Any:
    client = Client()
    people.be(client, boss)
    assert client.post("/sign-in/again/", {"password": people.PASSWORD}).status_code == 302
    return session_cookie(client, live_server.url)


def _with_authenticator(page: Page) -> None:
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _add_passkey_and_sign_in_with_it(page: Page, address: str, invitation: str) -> None:
    _with_authenticator(page)
    page.goto(address + invitation)
    page.get_by_label("New password").fill(people.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("Laptop")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert page.locator(".recovery li").count() == 10
    page.get_by_role("link", name="I have kept them").click()
    assert page.get_by_text("Laptop").is_visible()
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto(address + "/account/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail address").fill("gia@hotline.example.org")
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/sign-in/second/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def test_a_passkey_is_added_and_signs_in_alone_and_as_the_second_step(
    live_server: Any, invitation: str, visit: Visit
) -> None:
    _add_passkey_and_sign_in_with_it(visit.open(locale="en-GB"), live_server.url, invitation)
    visit.close()
    lines = ledger_queries.lines_after(0)
    ways = [line.facts["method"] for line in lines if line.kind == "person_signed_in"]
    assert ways == ["invitation", "passkey", "password_webauthn"]
    added = [line.facts["factors"] for line in lines if line.kind == "second_factor_added"]
    assert sorted(added) == [["recovery_codes"], ["webauthn"]]


def test_pages_of_getting_in_are_for_everybody_even_at_320_pixels(
    live_server: Any,
    session_of_boss: Any,
    boss: people.MadePerson,
    invitation: str,
    visit: Visit,
) -> None:
    address = live_server.url
    visit.expected.append("status of 422")
    page = visit.open(viewport={"width": 320, "height": 800}, locale="en-GB")
    for path in ("/sign-in/", invitation):
        _accessible(page, address + path)
    page.context.add_cookies([session_of_boss])
    signed_in = (
        "/account/",
        "/account/password/",
        "/account/passkeys/",
        "/account/passkeys/add/",
        "/account/app/remove/",
        "/account/recovery-codes/",
        "/account/recovery-codes/new/",
        "/sign-in/again/",
        "/sign-out/",
        "/people/",
        "/people/invite/",
        f"/people/{boss.id}/",
        f"/people/{boss.id}/deactivate/",
        f"/people/{boss.id}/reset/",
    )
    for path in signed_in:
        _accessible(page, address + path)
    page.goto(address + "/people/invite/")
    page.get_by_role("button", name="Make the link").click()
    _check(page, "/people/invite/ with mistakes")


def _accessible(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    _check(page, address)


def _check(page: Page, address: str) -> None:
    assert what_axe_finds(page) == [], address
    assert not scrolls_sideways(page), address


def test_signing_in_and_inviting_work_without_script(
    live_server: Any, boss: people.MadePerson, visit: Visit
) -> None:
    code = boss.code()
    page = visit.open(java_script_enabled=False, locale="en-GB")
    page.goto(live_server.url + "/people/")
    page.get_by_label("E-mail address").fill(boss.email)
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/people/")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Name").fill("Gia")
    page.get_by_label("E-mail address").fill("gia@hotline.example.org")
    page.get_by_role("radio", name="Analyst: assesses").check()
    page.get_by_role("button", name="Make the link").click()
    assert "/invitation/" in page.get_by_label("Link").input_value()
    visit.close()
    assert [line.kind for line in ledger_queries.lines_after(0)] == ["person_signed_in", "person_invited"]
