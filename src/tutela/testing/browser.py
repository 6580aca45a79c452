"""What a real browser and axe say of a page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""WCAG 2.2 AA and what axe calls best practice."""

# Only what is wrong travels back: the list of all that is right is a hundred times longer.
_RUN = """async rules => (await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})).violations
    .map(one => [one.id, one.nodes.slice(0, 5).map(node => node.html)])"""


@cache
def _script() -> str:
    from axe_playwright_python.sync_playwright import Axe

    return str(Axe().axe_script)


def what_axe_finds(page: Page, rules: tuple[str, ...] = RULES) -> list[Any]:
    """Return ``[rule, [element, …]]`` for each rule of ``rules`` that the page breaks; empty when none."""
    page.evaluate(_script())
    return list(page.evaluate(_RUN, list(rules)))
