"""Promises that only a real browser can keep: the quick way out, and the ways around the frame."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_shift_three_times_leaves_and_says_so(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/")
    status = page.locator(".exit [role=status]")
    page.keyboard.press("Shift")
    assert "two more times" in status.inner_text()
    page.keyboard.press("Shift")
    assert "one more time" in status.inner_text()
    with page.expect_navigation(url="**/robots.txt"):
        page.keyboard.press("Shift")


def test_shift_for_capitals_does_not_leave(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/")
    page.focus("[name=places]")
    for letter in "ABCDEF":
        page.keyboard.press(f"Shift+{letter}")
    for _ in range(2):
        page.keyboard.press("Shift")
    page.keyboard.type("a")
    page.keyboard.press("Shift")
    assert page.url == f"{base}/en/"
    assert page.locator(".exit-cover").count() == 0
    assert page.locator(".exit [role=status]").inner_text().endswith("two more times to leave.")


def test_shift_pressed_slowly_does_not_leave(base: str, open_page: Any) -> None:
    page = open_page()
    page.clock.install()
    page.goto(f"{base}/en/")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.clock.fast_forward(5_001)
    assert page.locator(".exit [role=status]").inner_text() == "Leaving was cancelled."
    page.keyboard.press("Shift")
    assert page.url == f"{base}/en/"


def test_the_button_covers_the_page_at_once_and_back_finds_it_uncovered(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/help/")
    page.goto(f"{base}/en/")
    page.route("**/exit/", lambda route: route.fulfill(status=204))
    page.locator("[data-exit]").click(no_wait_after=True)
    cover = page.locator(".exit-cover")
    assert cover.get_attribute("role") == "alert"
    assert cover.is_visible()
    assert not page.locator("main").is_visible()
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert cover.count() == 0
    assert page.locator("main").is_visible()


def test_leaving_takes_the_page_out_of_the_way_back(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto("about:blank")
    page.goto(f"{base}/en/")
    with page.expect_navigation(url="**/robots.txt"):
        page.locator("[data-exit]").click()
    page.go_back()
    assert page.url == "about:blank"


def test_the_second_skip_link_leaves_too(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hasAttribute('data-exit-also')")
    with page.expect_navigation(url="**/robots.txt"):
        page.keyboard.press("Enter")


def test_the_first_skip_link_leads_to_the_main_part(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
