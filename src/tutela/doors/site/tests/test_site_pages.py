"""Promises about every page: headers, titles, methods, no cookies, nobody else's servers."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tutela.config import headers
from tutela.core.law import contacts
from tutela.doors.site import pages
from tutela.doors.site.views import plain

LAW = ["law/", "law/?criterion=O-POSSESS", "law/GE/", "law/compare/?country=GE&country=NL", "law/correct/"]
READING = ["", "code/", "help/", "privacy/", "about/", "leaving/", "accessibility/", *LAW]
pytestmark = pytest.mark.django_db


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attributes}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def answers(visitor: Any, desk_tells: Any) -> list[tuple[str, Any]]:
    """One answer of every kind that the site gives."""
    found = [(path, visitor.open(path).page) for path in READING]
    found.append(("nothing reported", visitor.report("").page))
    found.append(("code", visitor.report().page))
    digits = visitor.digits
    found += [(step, visitor.send(go="skip").page) for step in ("questions", "more", "wish", "done")]
    found.append(("wrong code", visitor.open_receipt("lemon").page))
    desk_tells(digits, "question", text="Which user?")
    found.append(("receipt", visitor.open_receipt(digits).page))
    found.append(("answered", visitor.send(text="somebody").page))
    found.append(("not found", visitor.open("nothing/").page))
    found.append(("not allowed", visitor.client.put("/en/")))
    found.append(("too large", visitor.client.post("/en/", {"places": "a" * 2_000_000})))
    return found


def test_every_answer_carries_the_security_headers(answers: list[tuple[str, Any]]) -> None:
    for name, page in answers:
        for header in headers.HEADERS:
            assert header in page.headers, (name, header)
        assert page.headers["Content-Security-Policy"] == pages.CONTENT_SECURITY_POLICY, name
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store", name
        assert page.headers["Referrer-Policy"] == "no-referrer", name


def test_no_answer_sets_a_cookie(answers: list[tuple[str, Any]]) -> None:
    for name, page in answers:
        assert not page.cookies, name
        assert "Set-Cookie" not in page.headers, name


def test_only_pages_to_read_may_be_found_by_search_engines(answers: list[tuple[str, Any]]) -> None:
    findable = {name for name, page in answers if page.headers["X-Robots-Tag"] == "all"}
    assert findable == {path for path in READING if path != "code/"}


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(answers: list[tuple[str, Any]]) -> None:
    for name, page in answers:
        parsed = _Page(page.content.decode())
        assert not parsed.all("style"), name
        for tag, attributes in parsed.tags:
            assert "style" not in attributes, (name, tag)
            assert not [key for key in attributes if key.startswith("on")], (name, tag)
            for key in ("src", "action") + (("href",) if tag == "link" else ()):
                address = attributes.get(key, "/")
                assert address.startswith("/") and not address.startswith("//"), (name, address)
        assert all("src" in script for script in parsed.all("script")), name


def test_no_form_can_carry_a_file_and_only_what_is_chosen_from_a_list_leaves_by_get(
    answers: list[tuple[str, Any]],
) -> None:
    for name, page in answers:
        parsed = _Page(page.content.decode())
        lists_only = name == "help/" or name in LAW
        for form in parsed.all("form"):
            assert form["method"] == ("get" if lists_only else "post"), name
            assert "enctype" not in form, name
            assert form["autocomplete"] == "off", name
        if lists_only:
            assert not parsed.all("input") and not parsed.all("textarea"), name
        assert "file" not in {field.get("type") for field in parsed.all("input")}, name


def test_titles_tell_nothing_to_somebody_who_looks_at_the_tab(answers: list[tuple[str, Any]]) -> None:
    allowed = {"Form", "Code", "Questions", "Finished", "Page", "Help", "Privacy", "About", "Leaving"}
    for name, page in answers:
        match = re.search(r"<title>(.*?)</title>", page.content.decode())
        assert match, name
        assert match[1] in allowed | {"Accessibility", "Law"}, name


def test_every_page_has_the_way_out_as_its_second_link_and_as_a_button(
    answers: list[tuple[str, Any]],
) -> None:
    for name, page in answers:
        links = _Page(page.content.decode()).all("a")
        assert links[0]["href"] == "#main", name
        assert links[1]["href"] == "/exit/" and "data-exit-also" in links[1], name
        assert "data-exit" in links[2] and links[2]["href"] == "/exit/", name


def test_every_page_has_one_first_heading_a_language_and_labelled_fields(
    answers: list[tuple[str, Any]],
) -> None:
    for name, page in answers:
        parsed = _Page(page.content.decode())
        assert len(parsed.all("h1")) == 1, name
        assert parsed.all("html")[0]["lang"] == "en", name
        labelled = {label.get("for") for label in parsed.all("label")}
        for field in parsed.all("input") + parsed.all("textarea") + parsed.all("select"):
            if field.get("type") != "hidden" and "hidden" not in field:
                assert field["id"] in labelled, (name, field)


def test_identifiers_are_unique_on_every_page(answers: list[tuple[str, Any]]) -> None:
    for name, page in answers:
        ids = [attributes["id"] for _, attributes in _Page(page.content.decode()).tags if "id" in attributes]
        assert len(ids) == len(set(ids)), name


def test_every_view_says_who_may_enter() -> None:
    def views(patterns: list[Any]) -> list[Any]:
        found = []
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                found += views(pattern.url_patterns)
            elif isinstance(pattern, URLPattern):
                found.append(pattern.callback)
        return found

    entered = views(get_resolver().url_patterns)
    assert len(entered) == 21
    assert {getattr(view, "who_may_enter", "nobody") for view in entered} == {"anybody"}


@pytest.mark.parametrize("path", ["/en/", "/en/code/", "/en/help/", "/exit/", "/robots.txt", "/health", "/"])
def test_other_methods_get_405_and_a_page(client: Client, path: str) -> None:
    page = client.delete(path)
    assert page.status_code == 405
    assert "GET" in page.headers["Allow"]
    assert "<h1>" in page.content.decode()


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("ka,en;q=0.5", "ka"), ("en-GB", "en"), ("fr", "en"), ("", "en"), ("ka-GE", "ka")],
)
def test_the_first_page_comes_in_the_language_of_the_browser(
    client: Client, wanted: str, language: str
) -> None:
    page = client.get("/", headers={"accept-language": wanted})
    assert page.status_code == 302
    assert page.headers["Location"] == f"/{language}/"
    assert "Accept-Language" in page.headers["Vary"]


def test_a_lost_address_gets_404_in_the_language_of_the_browser(client: Client) -> None:
    page = client.get("/nothing", headers={"accept-language": "ka"})
    assert page.status_code == 404
    assert "აქ გვერდი არ არის" in page.content.decode()


def test_the_way_out_clears_what_the_browser_keeps_and_leads_elsewhere(client: Client, settings: Any) -> None:
    page = client.get("/exit/")
    assert page.status_code == 303
    assert page.headers["Location"] == settings.TUTELA.exit_url
    assert page.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert urlsplit(settings.TUTELA.exit_url).scheme == "https"


def test_robots_and_security_contact(client: Client, settings: Any) -> None:
    assert "Disallow: /en/code/" in client.get("/robots.txt").content.decode()
    text = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:desk@hotline.example.org\n" in text
    assert re.search(r"^Expires: \d{4}-\d\d-\d\dT00:00:00Z$", text, re.MULTILINE)
    settings.TUTELA = replace(settings.TUTELA, contact="")
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.on_postgresql
def test_health_says_whether_the_database_answers_and_nothing_else(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/health").content == b"ok\n"

    def gone() -> None:
        raise plain.DatabaseError("host db.internal refused")

    monkeypatch.setattr(plain.connection, "cursor", gone)
    page = client.get("/health")
    assert page.status_code == 503
    assert b"internal" not in page.content


def test_an_accident_gets_a_plain_page_without_details(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("secret detail")

    client.raise_request_exception = False
    monkeypatch.setattr(contacts, "contacts_of", broken)
    page = client.get("/en/help/")
    assert page.status_code == 500
    assert "secret" not in page.content.decode()
    assert "Something broke on our side" in page.content.decode()


def test_a_foreign_host_name_gets_a_plain_page(client: Client) -> None:
    page = client.get("/en/", headers={"host": "evil.example.net"})
    assert page.status_code == 400
    assert "evil.example.net" not in page.content.decode()


def test_strict_transport_is_said_when_there_is_https(client: Client, settings: Any) -> None:
    assert "Strict-Transport-Security" not in client.get("/en/").headers
    settings.TUTELA = replace(settings.TUTELA, https=True)
    page = Client().get("/en/")
    assert page.headers["Strict-Transport-Security"] == headers.STRICT_TRANSPORT


def test_help_shows_numbers_with_the_year_of_their_source(client: Client) -> None:
    text = client.get("/en/help/").content.decode()
    number = contacts.emergency_number("GE")
    assert number is None or number in text
    for row in contacts.contacts_of("GE"):
        if row.kind in ("ngo", "helpline"):
            assert row.name in text
            assert str(row.source_year) in text
            assert row.publisher in text and f'href="{row.source_url}"' in text


def test_a_country_without_a_known_number_is_told_to_call_its_own(client: Client, settings: Any) -> None:
    settings.TUTELA = replace(settings.TUTELA, country="ZZ")
    assert "emergency number of your country" in client.get("/en/help/").content.decode()


def test_languages_are_offered_only_where_nothing_can_be_lost(visitor: Any) -> None:
    assert 'hreflang="ka"' in visitor.open().text
    assert 'href="/ka/code/"' in visitor.open("code/").text
    assert 'hreflang="ka"' not in visitor.report().text
