"""Promises about the pages of hash lists that only a real browser can keep."""

from __future__ import annotations

from typing import Any

import pytest

from tutela.apps.accounts.rules import Actor
from tutela.apps.cases import actions as cases
from tutela.apps.hashbank import actions as bank
from tutela.core.matching.sources import Checkpoint, UnreadPage
from tutela.core.terms.states import Role
from tutela.testing import stories
from tutela.testing.browser import COLOURS, RULES, Visit, what_is_wrong
from tutela.testing.hash_lists import fingerprint, make_store, row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _paths(desk: stories.Desk) -> list[str]:
    store = make_store()
    store.take({"a": row(1, **{"class": "A1"}), "b": row(1, **{"class": "B2"}), "c": row(2)}, at=1)
    store.take({"d": row(3)}, at=2)
    store.take({str(n): row(n) for n in range(10, 1111)}, at=3)
    bank.quarantine_page(
        source_id=store.source_id,
        unread=UnreadPage("truncated", "ab" * 32, Checkpoint(2, {}, 2)),
        expected=store.stored(),
    )
    by = Actor(desk.analyst.id, Role.ANALYST)
    item = stories.item("https://files.example.org/item/1")
    cases.note_recognised(
        item_id=item,
        fingerprints=[fingerprint(5), fingerprint(6, "pdq", 90)],
        hits=[cases.ListHit("example", "ab" * 32, "pdq", 4, "B2")],
    )
    entry = bank.propose_entry(by=by, list_id=store.list_id, fingerprints=[fingerprint(5)], item_id=item)
    disputed = store.entries()["a"].id
    return [
        "/lists/",
        "/lists/new/",
        f"/lists/{store.list_id}/",
        f"/lists/{store.list_id}/?state=active",
        f"/lists/{store.list_id}/?state=withdrawn",
        f"/lists/{store.list_id}/change/",
        f"/entries/{entry}/",
        f"/entries/{disputed}/",
        f"/items/{item}/propose/",
        f"/items/{item}/",
    ]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ka", "dark")])
def test_pages_of_hash_lists_are_for_everybody(
    live_server: Any, page_of: Any, visit: Visit, language: str, scheme: str
) -> None:
    desk = stories.desk(language=language)
    # Dark differs from light in its colours alone; the rest was examined in light.
    rules = RULES if scheme == "light" else COLOURS
    page = page_of(desk.coordinator, color_scheme=scheme, locale=language)
    for path in _paths(desk):
        answer = page.goto(live_server.url + path)
        assert answer.status == 200, path
        assert what_is_wrong(page, rules) == [], path
    visit.close()


def test_an_entry_is_found_and_approved_with_the_keyboard_alone(live_server: Any, page_of: Any) -> None:
    desk = stories.desk()
    store = make_store()
    by = Actor(desk.analyst.id, Role.ANALYST)
    entry = bank.propose_entry(by=by, list_id=store.list_id, fingerprints=[fingerprint(5)])
    page = page_of(desk.second_analyst)
    page.goto(f"{live_server.url}/lists/{store.list_id}/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/entries/{entry}/")
    page.keyboard.press("y")
    page.wait_for_selector("text=The entry is in force.")
    assert set(store.entries()) != set()
