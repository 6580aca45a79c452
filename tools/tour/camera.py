"""The camera: a real browser, light, still, in two widths, whose pictures are small files."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from tutela.testing.browser import NARROW, WIDE

TALLEST = {WIDE: 1500, NARROW: 1800}
TALL = 2000
"""For a page whose point stands far down, as tour.toml says with ``tall``."""
COLOURS = 48
SECONDS = 120


class Camera:
    """Takes the pictures that are wanted, and no others; ``missing`` are those still to be taken.

    Args:
        pages: what tour.toml says of each picture's page, by the picture's name.
    """

    def __init__(self, browser: Browser, target: Path, pages: dict[str, dict[str, Any]]) -> None:
        self._browser, self._target = browser, target
        self._pages = pages
        self.missing = set(pages)

    @contextmanager
    def visitor(self, language: str = "en-GB") -> Iterator[Tab]:
        """Open a browser of somebody new."""
        context: BrowserContext = self._browser.new_context(
            viewport={"width": WIDE, "height": 800},
            color_scheme="light",
            reduced_motion="reduce",
            locale=language,
        )
        context.set_default_timeout(20_000)
        yield context.new_page()
        context.close()

    def take(self, name: str, tab: Tab) -> None:
        """Take the picture ``name`` of what the tab shows."""
        self.missing.discard(name)
        tallest = TALL if self._pages[name].get("tall") else TALLEST[WIDE]
        self._shoot(f"{name}.png", tab, WIDE, tallest)
        if self._pages[name].get("narrow"):
            tab.set_viewport_size({"width": NARROW, "height": 640})
            self._shoot(f"{name}-320.png", tab, NARROW, TALLEST[NARROW])
            tab.set_viewport_size({"width": WIDE, "height": 800})

    def _shoot(self, name: str, tab: Tab, width: int, tallest: int) -> None:
        tab.evaluate("window.scrollTo(0, 0); document.activeElement?.blur()")
        picture = Image.open(io.BytesIO(tab.screenshot(full_page=True, animations="disabled"))).convert("RGB")
        picture = picture.crop((0, 0, width, min(picture.height, tallest)))
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(self._target / name, optimize=True)


def press(tab: Tab, name: str) -> None:
    """Press the button of that name."""
    tab.get_by_role("button", name=name, exact=True).first.click()
    tab.wait_for_load_state()


def send(tab: Tab) -> None:
    """Send the first form of the page by its own button."""
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_load_state()


def enter(tab: Tab, link: str) -> None:
    """Come in by a one-time link of the demonstration."""
    tab.goto(link)
    send(tab)


def find(tab: Tab, address: str, words: str) -> None:
    """Open the page until it says these words: what a partner said needs its time to arrive.

    Raises:
        TimeoutError: it never said them.
    """
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        tab.goto(address)
        if words in tab.locator("main").inner_text():
            return
        tab.wait_for_timeout(500)
    raise TimeoutError(f"{address} never said: {words}")
