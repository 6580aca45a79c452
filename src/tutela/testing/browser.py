"""A real browser at a door: its contexts, what its pages complain about, what axe says of them."""

from __future__ import annotations

import shutil
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""WCAG 2.2 AA and what axe calls best practice."""

COLOURS = ("cat.color",)
"""The rules that look at colours, which take half of axe's time."""

# Only what is wrong travels back: the list of all that is right is a hundred times longer.
_RUN = """async rules => (await axe.run(document, {runOnly: rules, resultTypes: ["violations"],
        selectors: false, preload: false, iframes: false})).violations
    .map(one => [one.id, one.nodes.slice(0, 5).map(node => node.html)])"""


def program() -> str | None:
    """Return the path of this machine's browser."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@cache
def _script() -> str:
    from axe_playwright_python.sync_playwright import Axe

    return str(Axe().axe_script)


def what_axe_finds(page: Page, rules: tuple[str, ...] = RULES) -> list[Any]:
    """Return ``[rule, [element, …]]`` for each rule of ``rules`` that the page breaks; empty when none."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_script())
    return list(page.evaluate(_RUN, list(rules)))


def scrolls_sideways(page: Page) -> bool:
    """Return whether something sticks out of the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


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
