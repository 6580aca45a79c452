"""Promises about what the pages show and, more, what they never do."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.test import Client

from tutela.apps.cases import queries as case_queries
from tutela.apps.ledger import queries as ledger
from tutela.testing import people, stories

pytestmark = pytest.mark.django_db

RAW = "https://files.example.org/secret-path/42?key=value"
COLD = "hxxps://files[.]example[.]org/secret-path/42?key=value"


def _pages_about(item_id: uuid.UUID) -> list[str]:
    report = case_queries.reports_of_item(item_id)[0]
    return [
        f"/items/{item_id}/",
        f"/items/{item_id}/assess/",
        f"/items/{item_id}/decide/",
        f"/items/{item_id}/together/host/",
        f"/items/{item_id}/together/{report.id}/",
        "/queue/",
        "/notices/",
    ]


def test_no_page_holds_the_raw_address_and_none_makes_a_link_of_it(
    client: Client, desk: stories.Desk
) -> None:
    item_id = stories.item(f"{RAW}\nhttps://files.example.org/other/1", more=f"Look at {RAW} please")
    stories.hosted(item_id)
    stories.settle(item_id, desk.analyst, desk.second_analyst)
    stories.decide(item_id, desk.second_analyst)
    stories.follow()
    people.be(client, desk.coordinator)
    report = case_queries.reports_of_item(item_id)[0]
    notice = stories.letters()[0]
    pages = [client.get(path) for path in [*_pages_about(item_id), f"/notices/{notice}/"]]
    pages.append(client.post(f"/items/{item_id}/words/", {"report": str(report.id)}))
    pages.append(client.post("/queue/find/", {"q": RAW}))
    for page in pages:
        assert page.status_code == 200
        html = page.content.decode()
        assert "files.example.org" not in html
        assert "https://files" not in html
        title = re.search(r"<title>(.*?)</title>", html, re.S)
        assert title is not None
        assert "example" not in title.group(1)
    assert COLD.replace("&", "&amp;") in pages[0].content.decode()
    assert COLD in pages[-2].content.decode()


def test_a_link_never_holds_an_address_even_defanged(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item(RAW)
    people.be(client, desk.analyst)
    for path in _pages_about(item_id):
        html = client.get(path).content.decode()
        for link in re.findall(r"<a\b.*?</a>", html, re.S):
            assert "example" not in link, path
        for attribute in re.findall(r'(?:href|src|action|data-[a-z-]+)="([^"]*)"', html):
            assert "example" not in attribute, path


def test_the_plain_address_is_shown_only_when_asked_and_the_ledger_hears_of_it(
    client: Client, desk: stories.Desk
) -> None:
    item_id = stories.item(RAW)
    people.be(client, desk.analyst)
    assert RAW not in client.get(f"/items/{item_id}/").content.decode()
    html = client.post(f"/items/{item_id}/plain/").content.decode()
    assert f"data-plain>{RAW}<" in html
    assert not re.search(r'href="[^"]*example', html)
    line = next(one for one in ledger.lines_about(item_id) if one.kind == "address_revealed")
    assert line.actor == desk.analyst.actor.label


def test_where_viewing_is_not_allowed_the_plain_address_is_not_given_out(
    client: Client, desk: stories.Desk, no_view: None
) -> None:
    item_id = stories.item(RAW)
    people.be(client, desk.analyst)
    page = client.get(f"/items/{item_id}/").content.decode()
    assert "may not view" in page
    assert RAW not in client.post(f"/items/{item_id}/plain/", follow=True).content.decode()
    assert "address_revealed" not in [line.kind for line in ledger.lines_about(item_id)]


def test_the_reporters_words_are_read_on_request_and_the_ledger_hears_of_it(
    client: Client, desk: stories.Desk
) -> None:
    item_id = stories.item(RAW, more="<b>A neighbour told me</b> about it")
    report = case_queries.reports_of_item(item_id)[0]
    people.be(client, desk.analyst)
    assert "neighbour" not in client.get(f"/items/{item_id}/").content.decode()
    html = client.post(f"/items/{item_id}/words/", {"report": str(report.id)}).content.decode()
    assert "&lt;b&gt;A neighbour told me&lt;/b&gt;" in html
    assert [line.kind for line in ledger.lines_about(report.id)].count("words_read") == 1


def test_words_of_a_report_that_does_not_name_the_item_are_not_read(
    client: Client, desk: stories.Desk
) -> None:
    mine, other = stories.item(), stories.item(more="another story")
    foreign = case_queries.reports_of_item(other)[0]
    people.be(client, desk.analyst)
    answer = client.post(f"/items/{mine}/words/", {"report": str(foreign.id)}, follow=True)
    assert "another story" not in answer.content.decode()
    assert "words_read" not in [line.kind for line in ledger.lines_about(foreign.id)]


def test_the_item_page_says_what_is_known_and_where_each_fact_came_from(
    client: Client, desk: stories.Desk
) -> None:
    before = stories.item("https://files.example.org/before/1")
    stories.assess(before, desk.analyst, stories.NOT_ILLEGAL)
    stories.decide(before, desk.analyst, kind="close", reason="not_illegal")
    item_id = stories.item(RAW, danger_now=True, worry="child_images")
    stories.hosted(item_id, country="GE")
    people.be(client, desk.analyst)
    html = client.get(f"/items/{item_id}/").content.decode()
    for word in (
        "Danger now", "Not known before", "Hosted here", "192.0.2.10", "AS64500", "Example Hosting",
        "name server", "IP database: 2026-10", "abuse@provider.example.net", "Not approved yet",
        "registry (RDAP): ripe", "The same host", "Not illegal", "Images of a child", "Nobody has it.",
    ):  # fmt: skip
        assert word in html, word


def test_pages_are_not_kept_and_hold_no_inline_script_or_style(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item(RAW)
    people.be(client, desk.coordinator)
    for path in [*_pages_about(item_id), "/overview/", "/audit/", "/contacts/", "/providers/", "/clock/"]:
        page = client.get(path)
        assert page.headers["Cache-Control"] == "no-store", path
        assert "'unsafe" not in page.headers["Content-Security-Policy"]
        html = page.content.decode()
        assert not re.search(r"<[^>]+\s(style|on\w+)=", html), path
        assert "<style" not in html, path
        assert not re.search(r"<script(?![^>]*\bsrc=)", html), path


def test_the_audit_page_shows_filters_verifies_and_exports(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item(RAW)
    stories.assess(item_id, desk.analyst)
    people.be(client, desk.auditor)
    html = client.get("/audit/").content.decode()
    assert "Assessed" in html
    assert "Nino" in html
    only = client.get("/audit/?kind=item_assessed").content.decode()
    assert "<code>item_assessed</code>" in only
    assert "<code>item_claimed</code>" not in only
    assert "every one is whole" in client.post("/audit/verify/").content.decode()
    exported = b"".join(client.get("/audit/export/").streaming_content).decode().splitlines()
    lines = [json.loads(line) for line in exported]
    assert [line["sequence"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[-1]["digest"] == ledger.head()[1]
    assert "example" not in "".join(exported)


def test_the_auditor_sees_the_ledger_and_not_what_was_reported(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item(RAW)
    people.be(client, desk.auditor)
    assert client.get(f"/items/{item_id}/").status_code == 403
    assert "example" not in client.get("/audit/").content.decode().replace("hotline.example", "")


@pytest.mark.on_postgresql
def test_a_broken_chain_is_named_with_its_line(
    client: Client, desk: stories.Desk, break_the_chain: int
) -> None:
    people.be(client, desk.auditor)
    html = client.post("/audit/verify/").content.decode()
    assert f"The first line that does not hold is line {break_the_chain}." in html


def test_the_overview_counts_and_names_what_needs_a_person(client: Client, desk: stories.Desk) -> None:
    item_id = stories.item(RAW, danger_now=True)
    stories.hosted(item_id)
    people.be(client, desk.coordinator)
    html = client.get("/overview/").content.decode()
    assert "1 item with danger now waits" in html
    assert "1 contact waits for approval" in html
    assert "nothing to measure yet" in html
    stories.assess(item_id, desk.analyst)
    assert "0 minutes" in client.get("/overview/").content.decode()


def test_what_is_not_there_is_answered_with_a_page(client: Client, desk: stories.Desk) -> None:
    people.be(client, desk.coordinator)
    for path in (
        f"/items/{uuid.uuid4()}/",
        f"/notices/{uuid.uuid4()}/",
        f"/providers/{uuid.uuid4()}/",
        "/no/",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "There is nothing here" in answer.content.decode()


def test_an_old_page_is_refused_with_a_page_and_changes_nothing(desk: stories.Desk) -> None:
    client, item_id = Client(enforce_csrf_checks=True), stories.item()
    people.be(client, desk.analyst)
    answer = client.post(f"/items/{item_id}/claim/")
    assert answer.status_code == 403
    assert "This form was too old" in answer.content.decode()
    assert case_queries.item(item_id).claimed_by is None


def test_a_mistake_of_ours_is_answered_with_a_page(
    client: Client, desk: stories.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(case_queries, "counts", break_down)
    client.raise_request_exception = False
    people.be(client, desk.analyst)
    answer = client.get("/queue/")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.content.decode()
    assert "broken on purpose" not in answer.content.decode()


def test_every_day_of_the_clock_belongs_to_the_person_and_the_welfare_lead(
    client: Client, desk: stories.Desk
) -> None:
    item_id = stories.item()
    people.be(client, desk.analyst)
    client.get(f"/items/{item_id}/")
    people.be(client, desk.coordinator)
    assert client.get("/welfare/").status_code == 403
    assert "Nino" not in client.get("/clock/").content.decode()


def test_what_is_too_large_or_holds_a_file_is_answered_with_a_page(client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    desk = stories.desk()
    people.be(client, desk.analyst)
    file = SimpleUploadedFile("a.txt", b"words")
    for given in ({"q": "x" * 2_000_000}, {"q": "x", "f": file}):
        answer = client.post("/queue/find/", given)
        assert answer.status_code == 400
        assert "Nothing was changed" in answer.content.decode()
