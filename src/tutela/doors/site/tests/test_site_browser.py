"""Promises that only a real browser can keep: keyboard, no script, small and large, the quick way out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tutela.testing.browser import RULES, what_axe_finds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

READING = ["", "code/", "help/", "privacy/", "about/", "leaving/", "accessibility/", "nothing/"]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LOUD = ("error", "warning")
ADDRESS = "https://files.example.org/a"


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    # Playwright's event loop runs in this thread; the tests use the database in between, never inside it.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as player:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = player.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def base(browser: Browser, all_languages: None, settings: Any, site_server: str) -> str:
    settings.TUTELA = replace(settings.TUTELA, exit_url=f"{site_server}/robots.txt")
    return site_server


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a fresh context; whatever it complains about fails the test."""
    contexts, complaints = [], []

    def new(**options: Any) -> Page:
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type in LOUD else None)
        return page

    yield new
    for context in contexts:
        context.close()
    assert [line for line in complaints if "status of 4" not in line] == []


def _press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def _tour(page: Page, base: str, language: str, desk_tells: Any) -> Iterator[str]:
    """Walk through every page of the site, as somebody would who reports and comes back."""
    for path in READING:
        page.goto(f"{base}/{language}/{path}")
        yield path or "form"
    page.goto(f"{base}/{language}/")
    _press(page, "main .button--main")
    yield "nothing reported"
    page.fill("[name=places]", "https://files.example.org/a http://127.0.0.1/")
    _press(page, "main .button--main")
    yield "code"
    digits = page.inner_text("#code-digits")
    _press(page, "main .button--main")
    page.locator("[name=danger_now][value=yes]").check()
    yield "questions"
    _press(page, "[name=go][value=next]")
    yield "more"
    _press(page, "[name=go][value=next]")
    yield "wish"
    page.locator("[name=wish][value=email]").check()
    _press(page, "[name=go][value=next]")
    yield "wish without address"
    _press(page, "[name=go][value=skip]")
    yield "done"
    desk_tells(digits, state="being_looked_at")
    desk_tells(digits, "question", text="Which user was it?")
    page.goto(f"{base}/{language}/code/")
    page.fill("[name=code]", "12345")
    _press(page, "main .button--main")
    yield "wrong code"
    page.fill("[name=code]", digits)
    _press(page, "main .button--main")
    page.locator("details summary").click()
    yield "receipt"
    page.fill(".question textarea", "somebody")
    _press(page, ".question button")
    yield "answered"


_STICKS_OUT = """width => document.documentElement.scrollWidth <= width ? [] :
    [...document.querySelectorAll("body *")].map(e => [e, e.getBoundingClientRect()])
    .filter(([, box]) => box.right > width + 1 || box.left < -1).map(([e]) => e.outerHTML.slice(0, 120))"""
_TOO_SMALL = """() => [...document.querySelectorAll("button, summary, .choice, .links a, .exit__link")]
    .map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.height < 44 || box.width < 24)).map(([text]) => text)"""


def _what_axe_finds(page: Page) -> list[str]:
    found: list[str] = []
    for scheme, rules in (("light", RULES), ("dark", ("cat.color",))):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme} {rule}: {elements}" for rule, elements in what_axe_finds(page, rules)]
    return found


def _what_sticks_out(page: Page, pixels: int) -> list[str]:
    page.set_viewport_size({"width": pixels, "height": 800})
    return list(page.evaluate(_STICKS_OUT, pixels))


@pytest.mark.parametrize("language", ["en", "ka", "ar"])
def test_axe_finds_nothing_and_every_page_fits(
    base: str, open_page: Any, desk_tells: Any, language: str
) -> None:
    """Light or dark; at 320 px and with text of 200 % nothing needs scrolling aside; a thumb hits."""
    page = open_page(reduced_motion="reduce", bypass_csp=True)
    for name in _tour(page, base, language, desk_tells):
        page.set_viewport_size({"width": 1280, "height": 900})
        assert _what_axe_finds(page) == [], name
        _fits(page, name)


def test_the_tester_of_pages_finds_what_is_wrong(base: str, open_page: Any) -> None:
    page = open_page(bypass_csp=True)
    page.goto(f"{base}/en/help/")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=x><p id=w>text</p>'")
    page.add_style_tag(content="main { color: #999; width: 900px; max-inline-size: none !important }")
    found = " ".join(_what_axe_finds(page))
    assert "image-alt" in found
    assert "light color-contrast" in found
    assert _what_sticks_out(page, 320) != []


def test_every_page_fits_when_words_are_long(
    pseudo_language: None, base: str, open_page: Any, desk_tells: Any
) -> None:
    page = open_page(reduced_motion="reduce", bypass_csp=True)
    for name in _tour(page, base, "xx", desk_tells):
        _fits(page, name)


def _fits(page: Page, name: str) -> None:
    assert _what_sticks_out(page, 320) == [], (name, "at 320 px")
    assert page.evaluate(_TOO_SMALL) == [], name
    page.add_style_tag(content="html { font-size: 200% !important }")
    assert _what_sticks_out(page, 640) == [], (name, "text at 200 %, window at 640 px")


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
    names = list(_tour(page, base, "en", desk_tells))
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
    _press(page, "main .button--main")
    _press(page, "main .button--main")
    assert not page.locator("[data-now]").is_visible()
    page.locator("[name=danger_now][value=yes]").check()
    assert page.locator("[data-now]").is_visible()
    page.locator("[name=danger_now][value=no]").check()
    assert not page.locator("[data-now]").is_visible()


def test_shift_three_times_leaves_and_says_so(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/")
    status = page.locator(".exit [role=status]")
    page.keyboard.press("Shift")
    assert "two more times" in status.inner_text()
    page.keyboard.press("Shift")
    assert "one more time" in status.inner_text()
    with page.expect_navigation(url="**/robots.txt"):
        page.keyboard.press("Shift")


def test_shift_for_capitals_does_not_leave(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/")
    page.focus("[name=places]")
    for letter in "ABCDEF":
        page.keyboard.press(f"Shift+{letter}")
    for _ in range(2):
        page.keyboard.press("Shift")
    page.keyboard.type("a")
    page.keyboard.press("Shift")
    assert page.url == f"{base}/en/"
    assert page.locator(".exit-cover").count() == 0
    assert page.locator(".exit [role=status]").inner_text().endswith("two more times to leave.")


def test_shift_pressed_slowly_does_not_leave(base: str, open_page: Any) -> None:
    page = open_page()
    page.clock.install()
    page.goto(f"{base}/en/")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.clock.fast_forward(5_001)
    assert page.locator(".exit [role=status]").inner_text() == "Leaving was cancelled."
    page.keyboard.press("Shift")
    assert page.url == f"{base}/en/"


def test_the_button_covers_the_page_at_once_and_back_finds_it_uncovered(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/help/")
    page.goto(f"{base}/en/")
    page.route("**/exit/", lambda route: route.fulfill(status=204))
    page.locator("[data-exit]").click(no_wait_after=True)
    cover = page.locator(".exit-cover")
    assert cover.get_attribute("role") == "alert"
    assert cover.is_visible()
    assert not page.locator("main").is_visible()
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert cover.count() == 0
    assert page.locator("main").is_visible()


def test_leaving_takes_the_page_out_of_the_way_back(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto("about:blank")
    page.goto(f"{base}/en/")
    with page.expect_navigation(url="**/robots.txt"):
        page.locator("[data-exit]").click()
    page.go_back()
    assert page.url == "about:blank"


def test_the_second_skip_link_leaves_too(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hasAttribute('data-exit-also')")
    with page.expect_navigation(url="**/robots.txt"):
        page.keyboard.press("Enter")


def test_the_first_skip_link_leads_to_the_main_part(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_mistake_leads_from_the_summary_to_its_field(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/")
    _press(page, "main .button--main")
    page.locator("#errors a").click()
    assert page.evaluate("document.activeElement.name") == "places"


def test_the_code_can_be_copied_where_the_browser_lets_it(base: str, open_page: Any) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{base}/en/")
    page.fill("[name=places]", ADDRESS)
    _press(page, "main .button--main")
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
        _press(page, "main .button--main")
    assert page.input_value("[name=places]") == ADDRESS
    page.locator("[data-wait-now]:not(:empty)").wait_for()
    _press(page, "main .button--main")
    assert page.locator("#code-digits").is_visible()


def test_only_the_code_is_printed(base: str, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{base}/en/")
    page.fill("[name=places]", ADDRESS)
    _press(page, "main .button--main")
    page.emulate_media(media="print")
    assert page.locator(".code").is_visible()
    for hidden in (".exit", ".band", ".foot", "main .button--main"):
        assert not page.locator(hidden).first.is_visible(), hidden


def test_nothing_is_kept_in_the_browser(base: str, open_page: Any, desk_tells: Any) -> None:
    page = open_page()
    assert list(_tour(page, base, "en", desk_tells))
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0
