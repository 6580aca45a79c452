"""Promises about languages: everything is translated, nothing is glued together, right to left works."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import translation

from tutela.core.record.addresses import PlaceReason, RefusedPlace
from tutela.doors.site import labels, story

pytestmark = pytest.mark.django_db

LAW = ["law/", "law/?criterion=O-POSSESS", "law/GE/", "law/compare/?country=GE&country=NL", "law/correct/"]
READING = ["", "code/", "help/", "privacy/", "about/", "leaving/", "accessibility/", *LAW]
_ENGLISH = re.compile(r"[A-Za-z]{2,}")
_SPOKEN = {"alt", "title", "aria-label", "placeholder", "data-two", "data-one", "data-expired"}
_SPOKEN |= {"data-leaving", "data-ready", "data-done", "data-label"}
_NOT_OURS = ("Example Hotline", "desk@hotline.example.org", "English", "http://127.0.0.1/", "CSV", "JSON")


class _Words(HTMLParser):
    """Collects everything that a person reads or hears, except what is data or in a named language."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent: list[bool] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        silent = (
            tag in ("script", "style", "time", "bdi", "textarea")
            or (tag != "html" and given.get("lang") is not None)
            or given.get("class") in ("contacts__name", "code__digits")
        )
        if tag not in ("meta", "link", "img", "input", "br", "hr"):
            self._silent.append(silent or (bool(self._silent) and self._silent[-1]))
        self.said += [value for name, value in given.items() if name in _SPOKEN and not silent]

    def handle_endtag(self, tag: str) -> None:
        self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not (self._silent and self._silent[-1]):
            self.said.append(data)


def _leaks(page: str) -> list[str]:
    said = " ".join(_Words(page).said)
    for name in _NOT_OURS:
        said = said.replace(name, "")
    return _ENGLISH.findall(said)


@pytest.fixture
def pages_of(visitor: Any, pseudo_language: None, desk_tells: Any) -> Any:
    """Every page of the site in one language."""

    def walk(language: str) -> list[tuple[str, str]]:
        visitor.language = language
        found = [(path, visitor.open(path).text) for path in READING]
        found.append(("empty", visitor.report("").text))
        found.append(("no address", visitor.report("---").text))
        found.append(("refused", visitor.report("https://e.example.org http://127.0.0.1/").text))
        digits = visitor.report().digits
        found += [(step, visitor.send(go="skip").text) for step in ("questions", "more", "wish")]
        found.append(("no mail", visitor.send(wish="email", email="-", go="next").text))
        found.append(("done", visitor.send(go="skip").text))
        found.append(("once more", visitor.open().send(places="---", token="").text))
        found.append(("wrong code", visitor.open_receipt("--").text))
        for state in story._STATES:
            if state not in ("question", "answer_received"):
                desk_tells(digits, state=state)
        desk_tells(digits, state="closed", reason="removed")
        desk_tells(digits, "question", text="--")
        found.append(("receipt", visitor.open_receipt(digits).text))
        found.append(("answered", visitor.send(text="--").text))
        found.append(("not found", visitor.open("nothing/").text))
        found.append(
            ("too large", visitor.client.post(f"/{language}/", {"more": "-" * 2_000_000}).content.decode())
        )
        return found

    return walk


def test_no_english_leaks_into_the_pseudo_locale(pages_of: Any) -> None:
    for name, text in pages_of("xx"):
        assert _leaks(text) == [], name


def test_the_leak_finder_finds_english() -> None:
    assert _leaks('<p>Loading</p><img alt="Sign">') == ["Loading", "Sign"]
    assert _leaks('<p lang="en">lemon</p>') == []


def test_every_page_speaks_georgian(pages_of: Any) -> None:
    known = {"Shift", "Tab", "Ctrl", "Delete", "Tor", "Browser", "WCAG", "AA", "onion", "http", "https"}
    known |= {"example", "org", "page", "Natural", "Earth", "PDF"}
    for name, text in pages_of("ka"):
        assert '<html lang="ka" dir="ltr">' in text, name
        assert set(_leaks(text)) <= known, name
        assert re.search(r"[ა-ჰ]{3}", text), name


def test_a_language_from_right_to_left_turns_the_page(pages_of: Any) -> None:
    for name, text in pages_of("ar"):
        assert '<html lang="ar" dir="rtl">' in text, name
        assert _leaks(text) == [], name


def test_every_reason_to_refuse_an_address_has_its_sentence() -> None:
    for reason in PlaceReason:
        assert "example" in labels.refused(RefusedPlace("example", reason))


def test_months_are_written_in_the_language_of_the_page(visitor: Any) -> None:
    visitor.language = "ka"
    visitor.report().open_receipt(visitor.digits)
    assert re.search(r"<time datetime=\"[^\"]+Z\">\d{1,2} [ა-ჰ]+ \d{4}, \d\d:\d\d</time>", visitor.text)


def test_a_sentence_with_a_number_has_its_forms(visitor: Any) -> None:
    one = visitor.report("https://e.example.org http://127.0.0.1/").text
    two = visitor.report("https://e.example.org https://f.example.org http://127.0.0.1/").text
    assert "1 address." in one
    assert "2 addresses." in two


def test_the_language_is_handed_to_the_desk(visitor: Any, desk_reads: Any) -> None:
    visitor.language = "ka"
    visitor.report()
    assert desk_reads()[0]["language"] == "ka"
    assert translation.get_language() in ("en", "ka", None)
