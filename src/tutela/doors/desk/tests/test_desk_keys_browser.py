"""Promises that only a real browser can keep: the way by keyboard, the clock's beat, paper, no script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tutela.apps.cases import queries as case_queries
from tutela.testing import stories
from tutela.testing.browser import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_analyst_works_from_the_queue_to_the_decision_by_keyboard_alone(
    live_server: Any, desk: stories.Desk, page_of: Any, visit: Visit
) -> None:
    later, first = stories.item(), stories.item(danger_now=True)
    page = page_of(desk.analyst, locale="en-GB")
    _assess_and_decide(page, live_server.url, str(first))
    page.wait_for_url(f"**/items/{later}/")
    visit.close()
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
    live_server: Any, desk: stories.Desk, page_of: Any
) -> None:
    stories.item()
    item_id = stories.item(danger_now=True)
    page = page_of(desk.analyst, locale="ka-GE")
    page.goto(live_server.url + "/queue/")
    typed = "new KeyboardEvent('keydown', {key: 'ნ', code: 'KeyN', bubbles: true})"
    page.evaluate(f"document.body.dispatchEvent({typed})")
    page.wait_for_url(f"**/items/{item_id}/")


def test_keys_can_be_seen_and_turned_off(live_server: Any, desk: stories.Desk, page_of: Any) -> None:
    stories.item()
    page = page_of(desk.analyst, locale="en-GB")
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


def test_nothing_typed_is_taken_for_a_key(live_server: Any, desk: stories.Desk, page_of: Any) -> None:
    stories.item()
    page = page_of(desk.analyst, locale="en-GB")
    page.goto(live_server.url + "/queue/")
    page.keyboard.press("/")
    page.keyboard.type("njc?x")
    assert page.get_by_label("Find", exact=True).input_value() == "njc?x"
    assert page.url.endswith("/queue/")


def test_the_page_beats_while_it_is_seen_and_stops_at_the_limit(
    live_server: Any, desk: stories.Desk, page_of: Any
) -> None:
    item_id = stories.item()
    page = page_of(desk.analyst, locale="en-GB")
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


def test_an_item_on_paper_is_its_facts_without_the_frame(
    live_server: Any, desk: stories.Desk, page_of: Any
) -> None:
    item_id = stories.item("https://files.example.org/item/1")
    page = page_of(desk.analyst, locale="en-GB")
    page.goto(f"{live_server.url}/items/{item_id}/")
    page.emulate_media(media="print")
    assert page.get_by_text("hxxps://files[.]example[.]org/item/1").first.is_visible()
    assert page.get_by_role("heading", name="What happened").is_visible()
    for hidden in (".band", ".nav", ".case__side", "button", ".foot"):
        assert not page.locator(hidden).first.is_visible(), hidden


def test_everything_works_without_script(
    live_server: Any, desk: stories.Desk, page_of: Any, visit: Visit
) -> None:
    item_id = stories.item()
    page = page_of(desk.analyst, java_script_enabled=False, locale="en-GB")
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
    visit.close()
    assert case_queries.item(item_id).outcome == "not_illegal"
