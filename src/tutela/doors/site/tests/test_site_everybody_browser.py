"""Promises that only a real browser can keep: every page for everybody, in every language, on any screen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tutela.testing.browser import (
    COLOURS,
    LANGUAGE,
    NARROW,
    RULES,
    SHAPES,
    WIDE,
    each_width,
    what_axe_finds,
)
from tutela.testing.site_walk import walk_through

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DARK_IN_GEORGIAN = {"runOnly": [*COLOURS["runOnly"], *LANGUAGE["runOnly"]]}
LARGE = 640
"""The width of a window whose text is then shown in twice its size."""

_STICKS_OUT = """width => document.documentElement.scrollWidth <= width ? [] :
    [...document.querySelectorAll("body *")].map(e => [e, e.getBoundingClientRect()])
    .filter(([, box]) => box.right > width + 1 || box.left < -1).map(([e]) => e.outerHTML.slice(0, 120))"""
_STICKS_OUT_WHEN_LARGE = f"""width => {{
    const {{style}} = document.documentElement;
    style.setProperty("font-size", "200%", "important");
    try {{ return ({_STICKS_OUT})(width); }} finally {{ style.removeProperty("font-size"); }} }}"""
_TOO_SMALL = """() => [...document.querySelectorAll("button, summary, .choice, .links a, .exit__link")]
    .map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.height < 44 || box.width < 24)).map(([text]) => text)"""
_KEPT = """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"""


def _does_not_fit(page: Page, width: int) -> list[str]:
    """Return what sticks out, in the large window with text of 200 %, and what a thumb misses."""
    if width == LARGE:
        return list(page.evaluate(_STICKS_OUT_WHEN_LARGE, width))
    return [*page.evaluate(_STICKS_OUT, width), *page.evaluate(_TOO_SMALL)]


# A scheme changes the colours of a page and nothing else; a language its words, and what they need of room.
@pytest.mark.parametrize(
    ("language", "scheme", "rules"),
    [("en", "light", RULES), ("ka", "dark", DARK_IN_GEORGIAN), ("ar", "dark", LANGUAGE)],
)
def test_axe_finds_nothing_every_page_fits_and_nothing_is_kept(
    base: str, open_page: Any, desk_tells: Any, language: str, scheme: str, rules: dict[str, Any]
) -> None:
    """At 320 px and with text of 200 % nothing needs scrolling aside; a thumb hits."""
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    for name in walk_through(page, base, language, desk_tells):
        for width in each_width(page, WIDE, LARGE, NARROW):
            found = what_axe_finds(page, rules) if width == WIDE else _does_not_fit(page, width)
            assert found == [], (name, width)
    assert page.context.cookies() == []
    assert page.evaluate(_KEPT) == [0, 0, 0]


def test_the_tester_of_pages_finds_what_is_wrong(base: str, open_page: Any) -> None:
    page = open_page(bypass_csp=True, viewport={"width": NARROW, "height": 800})
    page.goto(f"{base}/en/help/")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=x><p id=w>text</p>'")
    page.add_style_tag(content="main { color: #999; width: 18rem; max-inline-size: none !important }")
    found = [rule for rule, _ in what_axe_finds(page)]
    assert {"image-alt", "color-contrast"} <= set(found)
    assert "color-contrast" not in [rule for rule, _ in what_axe_finds(page, SHAPES)]
    assert _does_not_fit(page, NARROW) == []
    page.set_viewport_size({"width": LARGE, "height": 800})
    assert page.evaluate(_STICKS_OUT, LARGE) == []
    page.evaluate("document.documentElement.lang = 'no language'")
    assert [rule for rule, _ in what_axe_finds(page, LANGUAGE)] == ["html-lang-valid"]
    page.add_style_tag(content="main { width: 36rem }")
    assert _does_not_fit(page, LARGE) != []
    page.set_viewport_size({"width": NARROW, "height": 800})
    assert _does_not_fit(page, NARROW) != []


def test_every_page_fits_when_words_are_long(
    pseudo_language: None, base: str, open_page: Any, desk_tells: Any
) -> None:
    page = open_page(reduced_motion="reduce")
    for name in walk_through(page, base, "xx", desk_tells):
        for width in each_width(page, LARGE, NARROW):
            assert _does_not_fit(page, width) == [], (name, width)
