"""A walk through every page of the public site in a browser, as somebody would who reports and comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

ADDRESS = "https://files.example.org/a"
LAW = ["law/", "law/GE/", "law/compare/?country=GE&country=NL", "law/correct/"]
READING = ["", "code/", "help/", "privacy/", "about/", "leaving/", "accessibility/", *LAW, "nothing/"]
"""Pages that are there to be read; the last is not there."""


def press(page: Page, selector: str) -> None:
    """Press the first of these and wait for the page that comes."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def walk_through(page: Page, base: str, language: str, desk_tells: Callable[..., object]) -> Iterator[str]:
    """Yield the name of each page when it is open; ``desk_tells`` tells the reporter of a code something."""
    for path in READING:
        page.goto(f"{base}/{language}/{path}")
        yield path or "form"
    yield from report_through(page, base, language, desk_tells)


def report_through(page: Page, base: str, language: str, desk_tells: Callable[..., object]) -> Iterator[str]:
    """Yield the name of each page between a report and the answer to the desk's question, when it is open."""
    page.goto(f"{base}/{language}/")
    press(page, "main .button--main")
    yield "nothing reported"
    page.fill("[name=places]", "https://files.example.org/a http://127.0.0.1/")
    press(page, "main .button--main")
    yield "code"
    digits = page.inner_text("#code-digits")
    press(page, "main .button--main")
    page.locator("[name=danger_now][value=yes]").check()
    yield "questions"
    press(page, "[name=go][value=next]")
    yield "more"
    press(page, "[name=go][value=next]")
    yield "wish"
    page.locator("[name=wish][value=email]").check()
    press(page, "[name=go][value=next]")
    yield "wish without address"
    press(page, "[name=go][value=skip]")
    yield "done"
    desk_tells(digits, state="being_looked_at")
    desk_tells(digits, "question", text="Which user was it?")
    page.goto(f"{base}/{language}/code/")
    page.fill("[name=code]", "12345")
    press(page, "main .button--main")
    yield "wrong code"
    page.fill("[name=code]", digits)
    press(page, "main .button--main")
    page.locator("details summary").click()
    yield "receipt"
    page.fill(".question textarea", "somebody")
    press(page, ".question button")
    yield "answered"
