"""Promises of the examiner of pages: it forgets nothing that is wrong because it has seen something right."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tutela.testing import looks
from tutela.testing.browser import COLOURS, Visit, what_axe_finds

pytestmark = pytest.mark.browser

_PAGE = """<!doctype html><html lang="en"><title>Looks</title><body style="background: #fff">
<p style="color: #111">Dark on light</p>%s</body></html>"""


@pytest.fixture
def page(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setattr(looks, "_passed", set())
    return visit.open()


def _wrong(page: Page, added: str) -> bool:
    page.set_content(_PAGE % added)
    return what_axe_finds(page, COLOURS) != []


def test_what_has_passed_is_remembered_and_passes_again(page: Page) -> None:
    assert not _wrong(page, "")
    remembered = set(looks._passed)
    assert len(remembered) == 1
    assert not _wrong(page, "<p style='color: #111'>The same again</p>")
    assert looks._passed == remembered


@pytest.mark.parametrize(
    "added",
    [
        "<p style='color: #ccc'>Light on light</p>",
        "<p style='color: #666'>Seven to one is promised, and this has less</p>",
        "<div style='background: #222'><p style='color: #111'>Dark on dark</p></div>",
        "<div style='opacity: .3'><p style='color: #111'>Faded</p></div>",
        "<div style='background: #222; height: 9em'></div>"
        "<p style='color: #111; position: relative; top: -6em'>Moved to where it is dark</p>",
        "<div style='background: #222; height: 9em'></div>"
        "<p style='color: #111; margin-top: -6em'>Pulled to where it is dark</p>",
    ],
)
def test_a_fault_beside_a_look_that_passed_is_found_each_time(page: Page, added: str) -> None:
    assert not _wrong(page, "")
    assert _wrong(page, added)
    assert _wrong(page, added)
