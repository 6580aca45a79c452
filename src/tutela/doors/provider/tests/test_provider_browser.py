"""Promises that only a real browser can keep: the page works for everybody, without script, on any screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tutela.apps.notices import queries as notice_queries
from tutela.testing.browser import what_axe_finds
from tutela.testing.notifying import Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "https://files.example.org/" + "a-very-long-path/" * 12 + "item?page=3"


@pytest.fixture
def notice(settings: Any, provider_door: None) -> Any:
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "العربية")]
    with time_machine.travel(datetime.now(UTC), tick=True) as clock:
        story = Story(settings, clock)
        story.provider()
        return story.sent("https://files.example.org/item/1", LONG)


@pytest.fixture
def door(provider_door: None, transactional_db: None) -> Iterator[str]:
    """The door on a port of its own: the shared live server keeps the middleware of whoever came first."""
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


@contextmanager
def _browser(path: str) -> Iterator[Browser]:
    """Run a browser; while it runs, its event loop keeps this thread from the database."""
    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


def _complaints(browser: Browser, address: str, expected: int, **options: Any) -> list[str]:
    """Return what is wrong with a page for somebody: axe's findings, sideways scrolling, the console."""
    context = browser.new_context(**options)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if "status of" not in line.text else None)
    answered = page.goto(address)
    assert answered is not None
    said += [] if answered.status == expected else [f"status {answered.status}"]
    if options.get("java_script_enabled", True):
        said += [str(rule) for rule in what_axe_finds(page)]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            said.append("scrolls sideways")
    context.close()
    return said


def test_every_page_is_for_everybody(door: str, notice: Any, chromium_path: str) -> None:
    link = f"{door}/n/{notice.token}/"
    pages = {
        link: 200,
        f"{link}?language=ka": 200,
        f"{link}?language=ar": 200,
        f"{door}/n/none/": 404,
        door: 200,
    }
    with _browser(chromium_path) as browser:
        found = {
            (address.removeprefix(door), width, scheme): _complaints(
                browser, address, expected, viewport={"width": width, "height": 900}, color_scheme=scheme
            )
            for address, expected in pages.items()
            for width, scheme in ((320, "light"), (1280, "dark"))
        }
    assert {place: said for place, said in found.items() if said} == {}


def test_the_keyboard_alone_answers_and_no_script_is_needed(
    door: str, notice: Any, chromium_path: str
) -> None:
    with _browser(chromium_path) as browser:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{door}/n/{notice.token}/")
        page.get_by_label("We object").focus()
        page.keyboard.press("Space")
        page.get_by_label("Anything we should know").focus()
        page.keyboard.type("It is a picture of a bicycle.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text("Your answer has arrived").wait_for()
        page.get_by_role("button", name="Already gone").focus()
        page.keyboard.press("Enter")
        page.get_by_text("correction").wait_for()
        cookies = context.cookies()
        context.close()
    kinds = [answer.kind for answer in notice_queries.answers_of(notice.notice_id)]
    assert kinds == ["objection", "already_gone"]
    assert cookies == []
