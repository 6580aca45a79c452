"""Promises that only a real browser can keep: a whole report by keyboard, without script, leaving nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page

from tutela.testing.site_walk import ADDRESS, press, report_through

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _tab_to(page: Page, what: str) -> None:
    """Press Tab until the element is reached, with its focus in sight; fail when it never is."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", what):
            seen = page.evaluate(
                """() => { const box = document.activeElement.getBoundingClientRect();
                const style = getComputedStyle(document.activeElement);
                return box.bottom > 48 && box.top < innerHeight && style.outlineStyle !== "none"; }"""
            )
            assert seen, f"the focus on {what} cannot be seen"
            return
    raise AssertionError(f"{what} cannot be reached by keyboard")


def _enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_whole_report_by_keyboard_alone(
    base: str, open_page: Any, desk_tells: Any, desk_reads: Any
) -> None:
    page = open_page()
    page.goto(f"{base}/en/")
    _tab_to(page, "[name=places]")
    page.keyboard.type(ADDRESS)
    _tab_to(page, "main .button--main")
    _enter(page)
    digits = " ".join(page.inner_text("#code-digits").split())
    _tab_to(page, "main .button--main")
    _enter(page)
    _tab_to(page, "[name=worry]")
    page.keyboard.press("ArrowDown")
    _tab_to(page, "[name=danger_now]")
    page.keyboard.press("Space")
    _tab_to(page, "[value=next]")
    _enter(page)
    _tab_to(page, "textarea")
    page.keyboard.type("On Monday")
    _tab_to(page, "[value=next]")
    _enter(page)
    _tab_to(page, "[value=next]")
    _enter(page)
    desk_tells(digits, "question", text="Which user?")
    _tab_to(page, "nav a[href='/en/code/']")
    _enter(page)
    _tab_to(page, "[name=code]")
    page.keyboard.type(digits)
    _enter(page)
    _tab_to(page, ".question textarea")
    page.keyboard.type("somebody")
    _tab_to(page, ".question button")
    _enter(page)
    assert page.locator(".notice--good").is_visible()
    told = desk_reads()
    assert [payload["kind"] for payload in told] == ["report", "addition", "addition", "addition", "answer"]
    assert told[1]["danger_now"] is True
    assert told[4]["text"] == "somebody"


def test_a_whole_report_without_script(base: str, open_page: Any, desk_tells: Any, desk_reads: Any) -> None:
    page = open_page(java_script_enabled=False)
    names = list(report_through(page, base, "en", desk_tells))
    assert names[-1] == "answered"
    assert [payload["kind"] for payload in desk_reads()] == ["report", "addition", "answer"]
    assert page.locator("[data-copy]").count() == 0
    with page.expect_navigation():
        page.locator("[data-exit]").click()
    assert page.url.endswith("/robots.txt")


def test_the_emergency_number_appears_with_the_answer_yes_without_script(base: str, open_page: Any) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{base}/en/")
    page.fill("[name=places]", ADDRESS)
    press(page, "main .button--main")
    press(page, "main .button--main")
    assert not page.locator("[data-now]").is_visible()
    page.locator("[name=danger_now][value=yes]").check()
    assert page.locator("[data-now]").is_visible()
    page.locator("[name=danger_now][value=no]").check()
    assert not page.locator("[data-now]").is_visible()


def test_a_mistake_leads_from_the_summary_to_its_field(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/")
    press(page, "main .button--main")
    page.locator("#errors a").click()
    assert page.evaluate("document.activeElement.name") == "places"


def test_the_code_can_be_copied_where_the_browser_lets_it(base: str, open_page: Any) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{base}/en/")
    page.fill("[name=places]", ADDRESS)
    press(page, "main .button--main")
    page.locator("[data-copy=code-digits]").click()
    page.locator("[data-copied]:not(:empty)").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"\d{4}( \d{4}){4}", copied)


def test_a_browser_with_script_works_instead_of_waiting(base: str, open_page: Any, settings: Any) -> None:
    settings.TUTELA = replace(settings.TUTELA, reports_an_hour=1)
    page = open_page()
    for _ in range(2):
        page.goto(f"{base}/en/")
        page.fill("[name=places]", ADDRESS)
        press(page, "main .button--main")
    assert page.input_value("[name=places]") == ADDRESS
    page.locator("[data-wait-now]:not(:empty)").wait_for()
    press(page, "main .button--main")
    assert page.locator("#code-digits").is_visible()


def test_only_the_code_is_printed(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/")
    page.fill("[name=places]", ADDRESS)
    press(page, "main .button--main")
    page.emulate_media(media="print")
    assert page.locator(".code").is_visible()
    for hidden in (".exit", ".band", ".foot", "main .button--main"):
        assert not page.locator(hidden).first.is_visible(), hidden
