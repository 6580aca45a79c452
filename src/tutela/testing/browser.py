"""A real browser at a door: its contexts, what its pages complain about, what axe says of them."""

from __future__ import annotations

import shutil
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from playwright.sync_api import Browser, BrowserContext, Page

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""What drives the tests, the first that is there. The shell is the same browser without its windows and
takes half the processor's time."""

ARGUMENTS = [
    *("--no-sandbox", "--disable-background-networking"),
    *("--disable-gpu", "--disable-gpu-compositing", "--in-process-gpu"),
    "--disable-lcd-text",
    "--js-flags=--no-opt --no-maglev --no-flush-bytecode",
]
"""How Chromium is started: nothing of it goes out, and it may be root's; one process draws; scripts are not
made faster for later, because each page is left at once, but what was read of them stays read."""

RULES: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
"""WCAG 2.2 AA and what axe calls best practice."""

COLOURS: dict[str, Any] = {"runOnly": ["cat.color"]}
"""The rules that look at colours, which take most of axe's time."""

SHAPES: dict[str, Any] = RULES | {"rules": {"color-contrast": {"enabled": False}}}
"""The others: what a language or a width changes where the colours of a page were looked at already."""

LANGUAGE: dict[str, Any] = {"runOnly": ["cat.language"]}
"""The rules that look at the languages of a page and of its parts."""

NARROW, WIDE = 320, 1280
"""Widths of a window in CSS pixels: what WCAG asks a page to fit into, and a desk."""

# The same words mean the same colour, and reading them takes most of the time that axe has for colours.
_READ_COLOURS_ONCE = """;(() => {
    const {Color} = axe.commons.color, parse = Color.prototype.parseString, read = new Map();
    Color.prototype.parseString = function (text) {
        if (!read.has(text)) read.set(text, parse.call(new Color(0, 0, 0), text));
        const {r, g, b, alpha} = read.get(text);
        return Object.assign(this, {r, g, b, alpha});
    };
})()"""

# Only what is wrong travels back: the list of all that is right is a hundred times longer.
_RUN = """async rules => typeof axe === "object" && (await axe.run(document, {...rules,
        resultTypes: ["violations"], selectors: false, preload: false, iframes: false})).violations
    .map(one => [one.id, one.nodes.slice(0, 5).map(node => node.html)])"""


def program() -> str | None:
    """Return the path of this machine's browser."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@cache
def _script() -> str:
    from axe_playwright_python.sync_playwright import Axe

    return str(Axe().axe_script) + _READ_COLOURS_ONCE


def what_axe_finds(page: Page, rules: dict[str, Any] = RULES) -> list[Any]:
    """Return ``[rule, [element, …]]`` for each rule of ``rules`` that the page breaks; empty when none."""
    found = page.evaluate(_RUN, rules)
    if found is False:
        # The pages that come after this one bring it along.
        page.add_init_script(_script())
        page.evaluate(_script())
        found = page.evaluate(_RUN, rules)
    return list(found)


def scrolls_sideways(page: Page) -> bool:
    """Return whether something sticks out of the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def each_width(page: Page, *widths: int) -> Iterator[int]:
    """Yield each width when the window has it, from the end at which the last page left it: laying a page
    out anew takes as long as opening it."""
    left = page.viewport_size["width"] if page.viewport_size else None
    for width in reversed(widths) if left == widths[-1] else widths:
        if width != left:
            page.set_viewport_size({"width": width, "height": 900})
        yield width


def what_is_wrong(
    page: Page, rules: dict[str, Any] = RULES, *, narrow: dict[str, Any] | None = None
) -> list[Any]:
    """Return what sticks out of a narrow and of a wide window, and what axe finds in the wide one.

    ``narrow`` are rules that axe is asked about in the narrow window, too.
    """
    found: list[Any] = []
    for width in each_width(page, NARROW, WIDE):
        found += [(width, "scrolls sideways")] if scrolls_sideways(page) else []
        if asked := rules if width == WIDE else narrow:
            found += [(width, *one) for one in what_axe_finds(page, asked)]
    return found


class Visit:
    """What one test opens in a browser, and everything its pages complained about.

    ``expected`` takes parts of complaints that belong to the test, such as ``"status of 422"``. ``loud`` are
    the kinds of lines on the console that count as complaints.
    """

    loud: tuple[str, ...] = ("error", "warning")

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._heard: list[str] = []
        self.expected: list[str] = []

    def open(self, **options: Any) -> Page:
        """Return an empty page in a fresh context, as ``browser.new_context`` takes its options."""
        self._contexts.append(self._browser.new_context(**options))
        page = self._contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self._heard.append(str(error)))
        page.on("console", lambda line: self._heard.append(line.text) if line.type in self.loud else None)
        return page

    @property
    def complaints(self) -> list[str]:
        """What the pages said loudly on their console, and where their scripts failed."""
        return [line for line in self._heard if not any(part in line for part in self.expected)]

    def close(self) -> None:
        """Leave every page: what a page sends at its end has been sent."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()


def session_cookie(client: Client, address: str) -> Any:
    """Return the session of a signed-in test client as a browser's context takes it."""
    from django.conf import settings

    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": address}
