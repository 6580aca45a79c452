"""Promises that only a real browser can keep: the page works for everybody, without script, on any screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tutela.apps.notices import queries as notice_queries
from tutela.testing.browser import Visit, scrolls_sideways, what_axe_finds
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


def _complaints(page: Page, address: str, expected: int) -> Iterator[str]:
    """Tell what is wrong with a page for somebody: its answer, sideways scrolling, axe's findings."""
    answered = page.goto(address)
    if answered is None or answered.status != expected:
        yield f"answered {answered}"
    for width, scheme in ((320, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        if scrolls_sideways(page):
            yield f"scrolls sideways at {width}"
        yield from (f"{width} {scheme} {rule}: {found}" for rule, found in what_axe_finds(page))


def test_every_page_is_for_everybody(door: str, notice: Any, visit: Visit) -> None:
    link = f"{door}/n/{notice.token}/"
    pages = {
        link: 200,
        f"{link}?language=ka": 200,
        f"{link}?language=ar": 200,
        f"{door}/n/none/": 404,
        door: 200,
    }
    visit.expected.append("status of 404")
    visit.loud = (*visit.loud, "log", "info", "debug")
    page = visit.open(reduced_motion="reduce")
    found = {
        address.removeprefix(door): list(_complaints(page, address, pages[address])) for address in pages
    }
    assert {place: said for place, said in found.items() if said} == {}


def test_the_keyboard_alone_answers_and_no_script_is_needed(door: str, notice: Any, visit: Visit) -> None:
    page = visit.open(java_script_enabled=False)
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
    cookies = page.context.cookies()
    visit.close()
    kinds = [answer.kind for answer in notice_queries.answers_of(notice.notice_id)]
    assert kinds == ["objection", "already_gone"]
    assert cookies == []
