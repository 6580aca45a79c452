"""Promises that only a real browser can keep: the way by keyboard, access for everybody, small screens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tutela.apps.cases import queries as case_queries
from tutela.testing import people, stories
from tutela.testing.browser import RULES, what_axe_finds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk() -> stories.Desk:
    return stories.desk()


def _cookie(person: people.MadePerson, settings: Any) -> dict[str, str]:
    client = Client()
    people.be(client, person)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


@contextmanager
def _browser(path: str) -> Iterator[Browser]:
    """Run a browser; while it runs, its event loop keeps this thread from the database."""
    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


def _watched(context: BrowserContext) -> tuple[Page, list[str]]:
    page, complaints = context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    return page, complaints


def test_an_analyst_works_from_the_queue_to_the_decision_by_keyboard_alone(
    live_server: Any, desk: stories.Desk, settings: Any, chromium_path: str
) -> None:
    later, first = stories.item(), stories.item(danger_now=True)
    nino = _cookie(desk.analyst, settings)
    with _browser(chromium_path) as browser:
        context = browser.new_context(locale="en-GB")
        context.add_cookies([{**nino, "url": live_server.url}])  # type: ignore[list-item]
        page, complaints = _watched(context)
        _assess_and_decide(page, live_server.url, str(first))
        page.wait_for_url(f"**/items/{later}/")
        context.close()
    assert complaints == []
    seen = case_queries.item(first)
    assert (seen.state, seen.outcome) == ("closed", "not_illegal")
    codes = case_queries.assessments(first, seen_by=desk.analyst.id)[0].codes
    assert codes is not None
    assert codes.as_codes() == {**stories.NOT_ILLEGAL.as_codes(), "commercial": "no"}
    assert case_queries.item(later).claimed_by == desk.analyst.id


def _assess_and_decide(page: Page, address: str, item_id: str) -> None:
    press = page.keyboard.press
    page.goto(address + "/queue/")
    press("j")
    press("j")
    press("k")
    assert page.evaluate("document.activeElement.closest('[data-row]').rowIndex") == 1
    press("c")
    page.wait_for_url(f"**/items/{item_id}/")
    press("a")
    page.wait_for_url("**/assess/")
    for key in ("1", "Enter", "7", "Enter", "3", "Enter", "m", "2"):
        press(key)
    press("s")
    page.wait_for_url("**/decide/")
    for key in ("1", "Enter", "1"):
        press(key)
    press("s")


def test_letters_of_another_layout_press_the_same_keys(
    live_server: Any, desk: stories.Desk, settings: Any, chromium_path: str
) -> None:
    stories.item()
    item_id = stories.item(danger_now=True)
    nino = _cookie(desk.analyst, settings)
    with _browser(chromium_path) as browser:
        context = browser.new_context(locale="ka-GE")
        context.add_cookies([{**nino, "url": live_server.url}])  # type: ignore[list-item]
        page, _ = _watched(context)
        page.goto(live_server.url + "/queue/")
        typed = "new KeyboardEvent('keydown', {key: 'ნ', code: 'KeyN', bubbles: true})"
        page.evaluate(f"document.body.dispatchEvent({typed})")
        page.wait_for_url(f"**/items/{item_id}/")
        context.close()


def test_keys_can_be_seen_and_turned_off(
    live_server: Any, desk: stories.Desk, settings: Any, chromium_path: str
) -> None:
    stories.item()
    nino = _cookie(desk.analyst, settings)
    with _browser(chromium_path) as browser:
        context = browser.new_context(locale="en-GB")
        context.add_cookies([{**nino, "url": live_server.url}])  # type: ignore[list-item]
        page, complaints = _watched(context)
        page.goto(live_server.url + "/queue/")
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keys on this page")
        assert dialog.is_visible()
        assert dialog.get_by_text("Claim the row").is_visible()
        dialog.get_by_label("Single keys are on").uncheck()
        dialog.get_by_role("button", name="Close").click()
        page.keyboard.press("n")
        page.keyboard.press("j")
        assert page.url.endswith("/queue/")
        assert page.evaluate("document.activeElement.closest('[data-row]')") is None
        context.close()
    assert complaints == []


def test_nothing_typed_is_taken_for_a_key(
    live_server: Any, desk: stories.Desk, settings: Any, chromium_path: str
) -> None:
    stories.item()
    nino = _cookie(desk.analyst, settings)
    with _browser(chromium_path) as browser:
        context = browser.new_context(locale="en-GB")
        context.add_cookies([{**nino, "url": live_server.url}])  # type: ignore[list-item]
        page, _ = _watched(context)
        page.goto(live_server.url + "/queue/")
        page.keyboard.press("/")
        page.keyboard.type("njc?x")
        assert page.get_by_label("Find", exact=True).input_value() == "njc?x"
        assert page.url.endswith("/queue/")
        context.close()


def test_the_page_beats_while_it_is_seen_and_stops_at_the_limit(
    live_server: Any, desk: stories.Desk, settings: Any, chromium_path: str
) -> None:
    item_id = stories.item()
    nino = _cookie(desk.analyst, settings)
    with _browser(chromium_path) as browser:
        context = browser.new_context(locale="en-GB")
        context.add_cookies([{**nino, "url": live_server.url}])  # type: ignore[list-item]
        page, complaints = _watched(context)
        page.clock.install()
        with page.expect_response("**/clock/beat/") as first:
            page.goto(f"{live_server.url}/items/{item_id}/")
        assert first.value.json()["stopped"] is False
        with page.expect_response("**/clock/beat/"):
            page.clock.run_for(30_000)
        stop = {"minutes": 300, "limit": 300, "break_due": True, "stopped": True}
        page.route("**/clock/beat/", lambda route: route.fulfill(json=stop))
        with page.expect_request("**/clock/enough/"):
            page.clock.run_for(30_000)
        context.close()
    assert complaints == []


def test_an_item_on_paper_is_its_facts_without_the_frame(
    live_server: Any, desk: stories.Desk, settings: Any, chromium_path: str
) -> None:
    item_id = stories.item("https://files.example.org/item/1")
    nino = _cookie(desk.analyst, settings)
    with _browser(chromium_path) as browser:
        context = browser.new_context(locale="en-GB")
        context.add_cookies([{**nino, "url": live_server.url}])  # type: ignore[list-item]
        page, _ = _watched(context)
        page.goto(f"{live_server.url}/items/{item_id}/")
        page.emulate_media(media="print")
        assert page.get_by_text("hxxps://files[.]example[.]org/item/1").first.is_visible()
        assert page.get_by_role("heading", name="What happened").is_visible()
        for hidden in (".band", ".nav", ".case__side", "button", ".foot"):
            assert not page.locator(hidden).first.is_visible(), hidden
        context.close()


def test_everything_works_without_script(
    live_server: Any, desk: stories.Desk, settings: Any, chromium_path: str
) -> None:
    item_id = stories.item()
    nino = _cookie(desk.analyst, settings)
    with _browser(chromium_path) as browser:
        context = browser.new_context(java_script_enabled=False, locale="en-GB")
        context.add_cookies([{**nino, "url": live_server.url}])  # type: ignore[list-item]
        page = context.new_page()
        page.goto(live_server.url + "/")
        page.get_by_role("button", name="Next item").click()
        page.get_by_role("link", name="Assess").click()
        for question, value in (
            ("Real or made", "Photograph or video"),
            ("Apparent age", "Adult"),
            ("Category", "Not illegal"),
        ):
            page.get_by_role("group", name=question).get_by_label(value, exact=False).check()
        page.get_by_role("button", name="Save and go on").click()
        page.get_by_role("group", name="What is to be done").get_by_label("Close").check()
        page.get_by_role("group", name="Why it is closed").get_by_label("Not illegal").check()
        page.get_by_role("button", name="Save and go on").click()
        assert page.get_by_text("A good moment for a break").first.is_visible()
        context.close()
    assert case_queries.item(item_id).outcome == "not_illegal"


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ka", "dark")])
def test_pages_are_for_everybody_and_never_scroll_sideways(
    live_server: Any, settings: Any, chromium_path: str, language: str, scheme: Any
) -> None:
    desk = stories.desk(language=language)
    day = stories.a_day(desk)
    visits = _visits(day, states=language == "en")
    cookies = {name: _cookie(getattr(desk, name), settings) for name in visits}
    with _browser(chromium_path) as browser:
        for name, paths in visits.items():
            context = browser.new_context(
                viewport={"width": 320, "height": 800}, color_scheme=scheme, locale=language
            )
            context.add_cookies([{**cookies[name], "url": live_server.url}])  # type: ignore[list-item]
            page, complaints = _watched(context)
            for path in paths:
                answer = page.goto(live_server.url + path)
                assert answer is not None
                assert answer.status == 200, path
                assert page.locator("html").get_attribute("lang") == language
                _fits(page, path)
                page.set_viewport_size({"width": 1280, "height": 900})
                _fits(page, path)
                # Dark differs from light in its colours alone; the rest was examined in light.
                _is_accessible(page, path, RULES if scheme == "light" else ("cat.color",))
                page.set_viewport_size({"width": 320, "height": 800})
            context.close()
            assert complaints == []


def _visits(day: stories.Day, *, states: bool) -> dict[str, list[str]]:
    """Return each page once; with ``states`` also the item's page in its other states."""
    others = (day.closed, day.account, day.no_address, day.asked) if states else ()
    return {
        "third_analyst": [
            "/queue/",
            f"/items/{day.waiting}/",
            f"/items/{day.noticed}/",
            *(f"/items/{item_id}/" for item_id in others),
            f"/items/{day.waiting}/assess/",
            f"/items/{day.disputed}/assess/",
            f"/items/{day.deciding}/decide/",
            f"/items/{day.waiting}/together/host/",
            "/clock/",
            "/notices/",
            f"/notices/{day.letter}/",
        ],
        "coordinator": [
            "/contacts/",
            "/providers/",
            "/providers/new/",
            "/overview/",
            f"/items/{day.waiting}/",
        ],
        "welfare_lead": ["/welfare/"],
        "auditor": ["/audit/"],
    }


def _is_accessible(page: Page, path: str, rules: tuple[str, ...] = RULES) -> None:
    assert what_axe_finds(page, rules) == [], path


def _fits(page: Page, path: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
