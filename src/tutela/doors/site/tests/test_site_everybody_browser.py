"""Promises that only a real browser can keep: every page for everybody, in every language, on any screen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tutela.testing.browser import COLOURS, RULES, what_axe_finds
from tutela.testing.site_walk import walk_through

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

_STICKS_OUT = """width => document.documentElement.scrollWidth <= width ? [] :
    [...document.querySelectorAll("body *")].map(e => [e, e.getBoundingClientRect()])
    .filter(([, box]) => box.right > width + 1 || box.left < -1).map(([e]) => e.outerHTML.slice(0, 120))"""
_TOO_SMALL = """() => [...document.querySelectorAll("button, summary, .choice, .links a, .exit__link")]
    .map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.height < 44 || box.width < 24)).map(([text]) => text)"""


def _what_axe_finds(page: Page, schemes: tuple[Any, ...]) -> list[str]:
    found: list[str] = []
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        # A second scheme differs from the first in its colours alone.
        rules = RULES if scheme == schemes[0] else COLOURS
        found += [f"{scheme} {rule}: {elements}" for rule, elements in what_axe_finds(page, rules)]
    return found


def _what_sticks_out(page: Page, pixels: int) -> list[str]:
    page.set_viewport_size({"width": pixels, "height": 800})
    return list(page.evaluate(_STICKS_OUT, pixels))


@pytest.mark.parametrize(
    ("language", "schemes"), [("en", ("light", "dark")), ("ka", ("light",)), ("ar", ("dark",))]
)
def test_axe_finds_nothing_and_every_page_fits(
    base: str, open_page: Any, desk_tells: Any, language: str, schemes: tuple[str, ...]
) -> None:
    """Light or dark; at 320 px and with text of 200 % nothing needs scrolling aside; a thumb hits."""
    page = open_page(reduced_motion="reduce", bypass_csp=True)
    for name in walk_through(page, base, language, desk_tells):
        page.set_viewport_size({"width": 1280, "height": 900})
        assert _what_axe_finds(page, schemes) == [], name
        _fits(page, name)


def test_the_tester_of_pages_finds_what_is_wrong(base: str, open_page: Any) -> None:
    page = open_page(bypass_csp=True)
    page.goto(f"{base}/en/help/")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=x><p id=w>text</p>'")
    page.add_style_tag(content="main { color: #999; width: 900px; max-inline-size: none !important }")
    found = " ".join(_what_axe_finds(page, ("light", "dark")))
    assert "image-alt" in found
    assert "light color-contrast" in found
    assert _what_sticks_out(page, 320) != []


def test_every_page_fits_when_words_are_long(
    pseudo_language: None, base: str, open_page: Any, desk_tells: Any
) -> None:
    page = open_page(reduced_motion="reduce", bypass_csp=True)
    for name in walk_through(page, base, "xx", desk_tells):
        _fits(page, name)


def _fits(page: Page, name: str) -> None:
    assert _what_sticks_out(page, 320) == [], (name, "at 320 px")
    assert page.evaluate(_TOO_SMALL) == [], name
    page.add_style_tag(content="html { font-size: 200% !important }")
    assert _what_sticks_out(page, 640) == [], (name, "text at 200 %, window at 640 px")
