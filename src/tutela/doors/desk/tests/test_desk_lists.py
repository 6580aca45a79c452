"""Promises about hash lists at the desk: two people for an entry, nothing shown that could be copied out."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from tutela.apps.cases import actions as cases
from tutela.apps.hashbank import actions as bank
from tutela.apps.hashbank import queries as bank_queries
from tutela.apps.hashbank import rules as bank_rules
from tutela.core.kernel import clock
from tutela.core.matching.sources import Checkpoint, Opinion, UnreadPage
from tutela.doors.desk import list_labels
from tutela.testing import people, stories
from tutela.testing.hash_lists import Bank, fingerprint, make_store, row, value

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(desk: stories.Desk) -> Bank:
    return make_store()


def _html(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def _propose(client: Client, store: Bank, **fields: str) -> uuid.UUID:
    answer = client.post(
        f"/lists/{store.list_id}/propose/",
        {"list_id": str(store.list_id), "lines": f"sha256 {value(1)}", **fields},
    )
    assert answer.status_code == 302, answer.content.decode()
    return uuid.UUID(answer["Location"].split("/")[2])


def test_an_entry_is_proposed_by_one_and_approved_by_another(
    client: Client, desk: stories.Desk, store: Bank
) -> None:
    people.be(client, desk.analyst)
    entry = _propose(client, store, classification="B2")
    page = _html(client, f"/entries/{entry}/")
    assert f"/entries/{entry}/approve/" not in page, "not one's own"
    client.post(f"/entries/{entry}/approve/")
    assert bank_queries.proposals_waiting() == 1
    people.be(client, desk.second_analyst)
    assert "1 entry waits for a second person" in _html(client, "/lists/")
    assert f"/entries/{entry}/approve/" in _html(client, f"/entries/{entry}/")
    client.post(f"/entries/{entry}/approve/", follow=True)
    seen = bank_queries.entry(entry)
    assert seen is not None and seen.state == "active"
    assert value(1)[:8] in _html(client, f"/entries/{entry}/")


def test_no_page_shows_a_fingerprint_in_full(client: Client, desk: stories.Desk, store: Bank) -> None:
    store.take({"a": row(1, 2, **{"class": "B2"})}, at=1)
    people.be(client, desk.coordinator)
    (entry,) = store.entries().values()
    for path in ("/lists/", f"/lists/{store.list_id}/", f"/entries/{entry.id}/", "/audit/"):
        html = _html(client, path)
        assert value(1) not in html and value(2) not in html, path
    assert "example-scheme: B2" in _html(client, f"/lists/{store.list_id}/?state=active")


def test_what_cannot_be_used_stays_in_the_form_and_is_counted(
    client: Client, desk: stories.Desk, store: Bank
) -> None:
    people.be(client, desk.analyst)
    answer = client.post(
        f"/lists/{store.list_id}/propose/",
        {"list_id": str(store.list_id), "lines": f"sha256 {value(1)}\nmd5 oops"},
    )
    assert answer.status_code == 422
    assert "1 line cannot be used" in answer.content.decode()
    answer = client.post(f"/lists/{store.list_id}/propose/", {"list_id": str(store.list_id)})
    assert "There is no fingerprint here" in answer.content.decode()


@pytest.mark.on_postgresql
def test_an_item_is_proposed_with_what_the_worker_saw_of_it(
    client: Client, desk: stories.Desk, store: Bank
) -> None:
    item = stories.item("https://files.example.org/item/1")
    hit = cases.ListHit("example", "ab" * 32, "pdq", 4, "B2")
    cases.note_recognised(item_id=item, fingerprints=[fingerprint(5), fingerprint(6, "pdq", 90)], hits=[hit])
    people.be(client, desk.analyst)
    html = _html(client, f"/items/{item}/")
    assert "4 bits apart" in html
    assert "Known to example" in html
    assert "Not known before" not in html
    assert "Known to example" in _html(client, "/queue/")
    assert "Known to example" in _html(client, "/queue/?reason=recognised")
    assert "No item fits" in _html(client, "/queue/?reason=new")
    page = _html(client, f"/items/{item}/propose/")
    assert "pdq, sha256" in page
    assert value(5) not in page
    answer = client.post(f"/items/{item}/propose/", {"list_id": str(store.list_id), "seen": "on"})
    assert answer.status_code == 302
    (entry,) = bank_queries.entries_of_item(item)
    assert {one.kind for one in entry.prints} == {"sha256", "pdq"}


def test_a_withdrawn_entry_says_why(client: Client, desk: stories.Desk, store: Bank) -> None:
    store.take({"a": row(1)}, at=1)
    (entry,) = store.entries().values()
    people.be(client, desk.analyst)
    for reason in ("by_source", "nonsense", "wrong"):
        client.post(f"/entries/{entry.id}/withdraw/", {"reason": reason})
    html = _html(client, f"/entries/{entry.id}/")
    assert "it does not belong on the list" in html
    assert "removed" in html
    assert store.entries() == {}


def test_an_opinion_waits_for_the_worker(client: Client, desk: stories.Desk, store: Bank) -> None:
    store.take({"a": row(1)}, at=1)
    (entry,) = store.entries().values()
    people.be(client, desk.analyst)
    client.post(f"/entries/{entry.id}/opinion/", {"opinion": "refuted", "reason": "other_content"})
    html = _html(client, f"/entries/{entry.id}/")
    assert "Refuted" in html and "To be told" in html


@pytest.mark.on_postgresql
def test_a_held_source_shows_its_numbers_and_goes_on_when_a_coordinator_says_so(
    client: Client, desk: stories.Desk, store: Bank
) -> None:
    store.take({"a": row(1)}, at=1)
    store.take({"b": row(2)}, at=2)
    store.take({str(n): row(n) for n in range(10, 1111)}, at=3)
    people.be(client, desk.analyst)
    html = _html(client, "/lists/")
    assert "It delivers 1101 entries in one fetch; usual are 1." in html
    assert "/release/" not in html
    people.be(client, desk.coordinator)
    (path,) = re.findall(r'action="(/sources/[^"]+/release/)"', _html(client, "/lists/"))
    client.post(path)
    assert store.source().state == "active"
    for verb, state in (("pause", "paused"), ("resume", "active")):
        client.post(f"/sources/{store.source_id}/{verb}/")
        assert store.source().state == state
    client.post(f"/sources/{store.source_id}/again/")
    assert store.source().refetching


def test_a_page_that_could_not_be_read_is_named_until_somebody_settles_it(
    client: Client, desk: stories.Desk, store: Bank
) -> None:
    unread = UnreadPage("truncated", "ab" * 32, Checkpoint(1, {}, 1))
    bank.quarantine_page(source_id=store.source_id, unread=unread, expected=None)
    people.be(client, desk.coordinator)
    html = _html(client, "/lists/")
    assert "It ended in the middle." in html
    (path,) = re.findall(r'action="(/sources/pages/[^"]+)"', html)
    client.post(path)
    assert "It ended in the middle." not in _html(client, "/lists/")


def test_a_coordinator_makes_changes_and_pauses_a_list(client: Client, desk: stories.Desk) -> None:
    people.be(client, desk.coordinator)
    assert "There is no hash list yet" in _html(client, "/lists/")
    fields = {
        "name": "own", "title": "Own list", "origin": "Example Hotline", "legal_basis": "Example Act",
        "handling": "TLP:AMBER", "radius": "20", "minimum_quality": "50",
    }  # fmt: skip
    wrong = client.post("/lists/new/", {**fields, "name": "Own List"})
    assert wrong.status_code == 422
    path = client.post("/lists/new/", fields)["Location"]
    assert "Example Act" in _html(client, path)
    assert client.post("/lists/new/", fields).status_code == 422, "the name is taken"
    client.post(f"{path}change/", {**fields, "title": "Our list", "name": "other"})
    (seen,) = bank_queries.hash_lists()
    assert (seen.name, seen.fields.title, seen.fields.radius) == ("own", "Our list", 20)
    client.post(f"{path}pause/")
    assert "Paused" in _html(client, path)
    client.post(f"{path}resume/")
    assert bank_queries.hash_lists()[0].state == "active"


def test_an_auditor_reads_lists_and_is_offered_nothing_to_change(
    client: Client, desk: stories.Desk, store: Bank
) -> None:
    store.take({"a": row(1)}, at=1)
    (entry,) = store.entries().values()
    people.be(client, desk.auditor)
    for path in ("/lists/", f"/lists/{store.list_id}/", f"/entries/{entry.id}/"):
        forms = re.findall(r'<form[^>]*action="([^"]+)"', _html(client, path))
        assert [one for one in forms if one != "/sign-out/"] == [], path


@pytest.mark.on_postgresql
def test_pages_of_a_long_list_follow_each_other(client: Client, desk: stories.Desk, store: Bank) -> None:
    store.take({str(n): row(n) for n in range(120)}, at=1)
    people.be(client, desk.analyst)
    path, seen = f"/lists/{store.list_id}/?state=active", set()
    for _ in range(3):
        html = _html(client, path)
        seen |= set(re.findall(r'href="/entries/([^/]+)/"', html))
        more = re.search(r'rel="next" href="([^"]+)"', html)
        path = f"/lists/{store.list_id}/" + more.group(1).replace("&amp;", "&") if more else path
    assert len(seen) == 120
    assert _html(client, f"/lists/{store.list_id}/?after=nonsense&state=nonsense")


def test_what_is_not_there_is_said_so(client: Client, desk: stories.Desk) -> None:
    people.be(client, desk.coordinator)
    nobody = uuid.uuid4()
    for path in (f"/lists/{nobody}/", f"/entries/{nobody}/", f"/lists/{nobody}/change/"):
        assert client.get(path).status_code == 404, path
    for path in (
        f"/entries/{nobody}/approve/",
        f"/sources/{nobody}/pause/",
        f"/sources/pages/{nobody}/settle/",
    ):
        assert client.post(f"/{path}/").status_code == 404, path


def test_every_code_of_the_bank_has_its_words() -> None:
    assert set(list_labels.ENTRY_STATES) == {*bank_rules.EntryState}
    assert set(list_labels.SOURCE_STATES) == {*bank_rules.SourceState}
    assert set(list_labels.LIST_STATES) == {*bank_rules.ListState}
    assert set(list_labels.WITHDRAW_REASONS) == {*bank_rules.WithdrawReason}
    assert set(list_labels.OPINIONS) == {*Opinion}
    assert set(list_labels.OPINION_REASONS) == set(bank_rules.OPINION_REASONS)


@pytest.mark.on_postgresql
def test_what_partners_found_stands_at_the_entry_and_on_its_list(
    client: Client, desk: stories.Desk, store: Bank
) -> None:
    store.take({"a": row(1), "b": row(2)}, at=1)
    one, two = store.entries().values()
    said = {one.id: Opinion.REFUTED, two.id: Opinion.CONFIRMED}
    partner, now = "meldpunt.example.net", clock.now()
    bank.hear_feedback(list_id=store.list_id, partner=partner, opinions=said, now=now)
    people.be(client, desk.analyst)
    page = _html(client, f"/entries/{one.id}/")
    assert "What partners found" in page and partner in page and "Refuted" in page
    assert "Confirmed" in _html(client, f"/entries/{two.id}/")
    page = _html(client, f"/lists/{store.list_id}/")
    refuted = page[page.index("Refuted by partners") :]
    assert f"/entries/{one.id}/" in refuted and f"/entries/{two.id}/" not in refuted
