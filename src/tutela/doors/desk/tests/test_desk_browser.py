"""Promises that only a real browser can keep: pages of the desk for everybody, on any screen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tutela.apps.cases import queries as case_queries
from tutela.testing import stories
from tutela.testing.browser import COLOURS, RULES, Visit, what_is_wrong

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ka", "dark")])
def test_pages_are_for_everybody_and_never_scroll_sideways(
    live_server: Any, page_of: Any, visit: Visit, language: str, scheme: str
) -> None:
    desk = stories.desk(language=language)
    day = stories.a_day(desk)
    # Dark differs from light in its colours alone; the rest was examined in light.
    rules = RULES if scheme == "light" else COLOURS
    for name, paths in _visits(day, states=language == "en").items():
        page = page_of(getattr(desk, name), color_scheme=scheme, locale=language)
        for path in paths:
            answer = page.goto(live_server.url + path)
            assert answer.status == 200, path
            assert page.locator("html").get_attribute("lang") == language
            assert what_is_wrong(page, rules) == [], path
        visit.close()


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


def test_the_strip_of_law_follows_the_keys_before_anything_is_saved(live_server: Any, page_of: Any) -> None:
    desk = stories.desk()
    item_id = stories.item()
    page = page_of(desk.analyst)
    page.goto(f"{live_server.url}/items/{item_id}/assess/")
    strip = page.locator("[data-law]")
    expect(strip).to_contain_text("not assessed yet")
    for key in ("r", "1", "a", "3", "c", "1"):
        page.keyboard.press(key)
    expect(strip).to_contain_text("Meets it")
    page.keyboard.press("2")
    expect(strip).to_contain_text("Does not meet it")
    assert case_queries.assessments(item_id, seen_by=desk.analyst.actor.id) == []
